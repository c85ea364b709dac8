import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { rms } from '../../stimuli/level.ts';
import { longTermSpectrum, shapedNoise, whiteNoise } from '../../stimuli/noise.ts';

const sampleRateHz = 20000;

/** Mean power between two frequencies, dB, from the Welch spectrum. */
function bandDb(sound: Float32Array, lowHz: number, highHz: number): number {
  const { power } = longTermSpectrum([sound], sampleRateHz);
  const bin = sampleRateHz / 2 / (power.length - 1);
  const band = power.slice(Math.round(lowHz / bin), Math.round(highHz / bin) + 1);
  return 10 * Math.log10(band.reduce((sum, x) => sum + x, 0) / band.length);
}

test('whiteNoise is flat with RMS near 1', () => {
  const white = whiteNoise(200000, createRandom(1));
  expect(rms(white)).toBeCloseTo(1, 2);
  expect(bandDb(white, 4000, 5000) - bandDb(white, 500, 625)).toBeCloseTo(0, 0);
});

test('shapedNoise has the long-term spectrum that it was given, within 1 dB from 100 to 9000 Hz', () => {
  // A source with a peak and a slope: white noise through a resonance.
  const source = whiteNoise(400000, createRandom(2));
  for (let i = 2; i < source.length; i++)
    source[i] = source[i]! + 1.5 * source[i - 1]! - 0.8 * source[i - 2]!;
  const spectrum = longTermSpectrum([source], sampleRateHz);
  const noise = shapedNoise(400000, spectrum, createRandom(3));
  expect(rms(noise)).toBeCloseTo(1, 1);
  const offset = bandDb(source, 100, 9000) - bandDb(noise, 100, 9000);
  for (const lowHz of [100, 500, 1000, 2000, 4000, 8000])
    expect(
      bandDb(noise, lowHz, lowHz + 400) + offset - bandDb(source, lowHz, lowHz + 400),
      `${lowHz} Hz`,
    ).toBeCloseTo(0, 0);
});

test('longTermSpectrum weighs sounds equally, whatever their level, and needs one of 1024 samples', () => {
  const loud = whiteNoise(20000, createRandom(4)).map((x) => 1000 * x);
  const low = Float32Array.from({ length: 20000 }, (_, i) =>
    Math.sin((2 * Math.PI * 200 * i) / sampleRateHz),
  );
  const { power } = longTermSpectrum([loud, low], sampleRateHz);
  // Half of all power is the tone's at 200 Hz, though its recording is 60 dB weaker.
  const total = power.reduce((sum, x) => sum + x, 0);
  const atTone = power.slice(7, 15).reduce((sum, x) => sum + x, 0);
  expect(atTone / total).toBeCloseTo(0.5, 1);
  expect(() => longTermSpectrum([new Float32Array(100)], sampleRateHz)).toThrow(
    'the sounds whose long-term spectrum is taken must include one of 1024 samples or more; add longer ones',
  );
});

test('noises of one seed are the same', () => {
  const spectrum = { sampleRateHz, power: Float64Array.of(1, 4, 2) };
  const noise = (seed: number) => shapedNoise(1000, spectrum, createRandom(seed));
  expect(noise(9)).toEqual(noise(9));
  expect(noise(9)).not.toEqual(noise(10));
});
