import FFT from 'fft.js';
import { InputError } from '../src/base/inputError.ts';
import type { Random } from '../src/base/random.ts';

/** Power spectrum of a class of sounds, for noise of the same color. */
export interface LongTermSpectrum {
  sampleRateHz: number;
  /** Mean power of the bins from 0 Hz to half the rate, evenly spaced; any scale. */
  power: Float64Array;
}

const windowSamples = 1024;

/**
 * Gaussian white noise.
 *
 * @param length - Samples.
 * @param random - Seeded source.
 * @returns Noise with an expected RMS of 1.
 */
export function whiteNoise(length: number, random: Random): Float32Array {
  return Float32Array.from({ length }, () => random.normal());
}

/**
 * Gaussian noise with the spectrum of a class of sounds: speech-shaped, music-shaped.
 *
 * @param length - Samples.
 * @param spectrum - From {@link longTermSpectrum}, at the noise's own rate.
 * @param random - Seeded source.
 * @returns Noise, RMS about 1.
 */
export function shapedNoise(length: number, spectrum: LongTermSpectrum, random: Random): Float32Array {
  const last = spectrum.power.length - 1;
  return filteredNoise(length, random, (share) => {
    const position = share * last;
    const below = Math.min(Math.floor(position), last - 1);
    const weight = position - below;
    return Math.sqrt((1 - weight) * spectrum.power[below]! + weight * spectrum.power[below + 1]!);
  });
}

/**
 * Long-term average power spectrum (Welch's method, Hann window of 1024 samples, half overlap, each sound scaled to
 * equal power first).
 *
 * @param sounds - Sounds of one rate; those shorter than the window count for nothing.
 * @param sampleRateHz - Their rate.
 * @returns 513 bins of mean power.
 * @throws InputError if no sound has 1024 samples.
 */
export function longTermSpectrum(sounds: Iterable<Float32Array>, sampleRateHz: number): LongTermSpectrum {
  const fft = new FFT(windowSamples);
  const spectrum = fft.createComplexArray() as number[];
  const power = new Float64Array(windowSamples / 2 + 1);
  let windows = 0;
  for (const sound of sounds) {
    let energy = 0;
    for (const value of sound) energy += value * value;
    if (energy === 0) continue;
    for (let start = 0; start + windowSamples <= sound.length; start += windowSamples / 2) {
      const cut = Array.from(sound.subarray(start, start + windowSamples), (value, i) => value * hann(i));
      fft.realTransform(spectrum, cut);
      for (let k = 0; k < power.length; k++)
        power[k]! += ((spectrum[2 * k]! ** 2 + spectrum[2 * k + 1]! ** 2) * sound.length) / energy;
      windows++;
    }
  }
  if (windows === 0)
    throw new InputError(
      `the sounds whose long-term spectrum is taken must include one of ${windowSamples} samples or more; add longer ones`,
    );
  return { sampleRateHz, power: power.map((value) => value / windows) };
}

/** White noise times `gain` of frequency (as a share of the Nyquist frequency), scaled to an expected RMS of 1. */
function filteredNoise(length: number, random: Random, gain: (share: number) => number): Float32Array {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, length)));
  const fft = new FFT(size);
  const spectrum = fft.createComplexArray() as number[];
  let power = 0;
  for (let k = 0; k <= size / 2; k++) {
    const amplitude = gain((2 * k) / size);
    const mirrored = k === 0 || k === size / 2 ? 1 : 2;
    power += mirrored * amplitude ** 2 * 2;
    spectrum[2 * k] = amplitude * random.normal();
    spectrum[2 * k + 1] = mirrored === 1 ? 0 : amplitude * random.normal();
  }
  fft.completeSpectrum(spectrum);
  const output = fft.createComplexArray() as number[];
  fft.inverseTransform(output, spectrum);
  const scale = size / Math.sqrt(power);
  return Float32Array.from({ length }, (_, i) => output[2 * i]! * scale);
}

function hann(index: number): number {
  return 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / windowSamples);
}
