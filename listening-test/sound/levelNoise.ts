import FFT from 'fft.js';
import type { Random } from '../../src/base/random.ts';
import { rms } from '../../stimuli/level.ts';

/** Length of the noise's period, samples: 2.73 s at 48 kHz. */
export const levelNoiseSamples = 2 ** 17;

/**
 * Noise with the mean power spectrum of some sounds: what a participant sets the volume by.
 *
 * @param sounds - Linear amplitudes, all at one rate; what goes beyond {@link levelNoiseSamples} is ignored.
 * @param options - Wanted RMS, length of the raised-cosine ramps in samples, seeded generator of the phases.
 * @returns The noise, {@link levelNoiseSamples} long.
 */
export function levelNoise(
  sounds: readonly Float32Array[],
  options: { rms: number; rampSamples: number; random: Random },
): Float32Array {
  const fft = new FFT(levelNoiseSamples);
  const power = meanPower(sounds, fft);
  const spectrum = fft.createComplexArray();
  for (let bin = 1; bin < levelNoiseSamples / 2; bin++) {
    const phase = 2 * Math.PI * options.random.uniform();
    const magnitude = Math.sqrt(power[bin]!);
    spectrum[2 * bin] = magnitude * Math.cos(phase);
    spectrum[2 * bin + 1] = magnitude * Math.sin(phase);
  }
  fft.completeSpectrum(spectrum);
  const wave = fft.createComplexArray();
  fft.inverseTransform(wave, spectrum);
  const noise = Float32Array.from({ length: levelNoiseSamples }, (_, i) => wave[2 * i]!);
  const scale = options.rms / rms(noise);
  return withRamps(noise, options.rampSamples).map((value) => value * scale);
}

function meanPower(sounds: readonly Float32Array[], fft: FFT): Float64Array {
  const power = new Float64Array(levelNoiseSamples / 2);
  const spectrum = fft.createComplexArray();
  for (const sound of sounds) {
    const padded = new Float64Array(levelNoiseSamples);
    padded.set(sound.subarray(0, levelNoiseSamples));
    fft.realTransform(spectrum, padded);
    for (let bin = 0; bin < power.length; bin++)
      power[bin]! += spectrum[2 * bin]! ** 2 + spectrum[2 * bin + 1]! ** 2;
  }
  return power;
}

/**
 * A copy that fades in and out.
 *
 * @param samples - A sound, linear amplitude.
 * @param rampSamples - Length of each raised-cosine ramp, samples.
 * @returns The faded sound.
 */
export function withRamps(samples: Float32Array, rampSamples: number): Float32Array {
  const gain = (fromEdge: number) =>
    fromEdge >= rampSamples ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * (fromEdge + 0.5)) / rampSamples);
  return samples.map((value, i) => value * gain(Math.min(i, samples.length - 1 - i)));
}
