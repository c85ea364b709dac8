import FFT from 'fft.js';
import { expect, test } from 'vitest';
import { levelNoise, levelNoiseSamples, withRamps } from '../../listening-test/sound/levelNoise.ts';
import { createRandom } from '../../src/base/random.ts';
import { rms } from '../../stimuli/level.ts';

const rateHz = 48000;

/** Power between two frequencies, dB. */
function bandDb(samples: Float32Array, fromHz: number, toHz: number): number {
  const fft = new FFT(levelNoiseSamples);
  const padded = new Float64Array(levelNoiseSamples);
  padded.set(samples);
  const spectrum = fft.createComplexArray();
  fft.realTransform(spectrum, padded);
  const bin = (hz: number) => Math.round((hz * levelNoiseSamples) / rateHz);
  let power = 0;
  for (let i = bin(fromHz); i < bin(toHz); i++) power += spectrum[2 * i]! ** 2 + spectrum[2 * i + 1]! ** 2;
  return 10 * Math.log10(power);
}

test('levelNoise has the wanted RMS, fades in and out, and the spectrum of its sounds within 1 dB a band', () => {
  const random = createRandom(8);
  let last = 0;
  // First-order low-passed noise: falls by 6 dB an octave above 300 Hz.
  const sounds = [1, 2, 3].map(() =>
    Float32Array.from({ length: 96000 }, () => {
      last += 0.04 * (random.normal() - last);
      return last;
    }),
  );
  const noise = levelNoise(sounds, { rms: 0.05, rampSamples: 2400, random });
  expect(noise).toHaveLength(levelNoiseSamples);
  expect(rms(noise.subarray(2400, levelNoiseSamples - 2400))).toBeCloseTo(0.05, 3);
  expect(Math.abs(noise[0]!)).toBeLessThan(1e-6);
  const bands = [100, 200, 400, 800, 1600, 3200, 6400, 12800];
  const offset = bandDb(noise, 100, 12800) - bandDb(sounds[0]!, 100, 12800);
  for (let i = 1; i < bands.length; i++) {
    const [from, to] = [bands[i - 1]!, bands[i]!];
    expect(
      Math.abs(bandDb(noise, from, to) - bandDb(sounds[0]!, from, to) - offset),
      `${from} Hz`,
    ).toBeLessThan(1);
  }
});

test('withRamps rises as a raised cosine: one half in the middle of the ramp, one after it', () => {
  const faded = withRamps(new Float32Array(100).fill(1), 20);
  expect((faded[9]! + faded[10]!) / 2).toBeCloseTo(0.5, 6);
  expect(faded[20]).toBe(1);
  expect(faded[79]).toBe(1);
  expect(faded[99]).toBeCloseTo(faded[0]!, 9);
});
