import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { amplitudeOf, decibels, demeaned, rms, withRms } from '../../stimuli/level.ts';
import { babble, mixAtSnr } from '../../stimuli/mix.ts';
import { whiteNoise } from '../../stimuli/noise.ts';
import { expectAllClose } from '../expectAllClose.ts';

const signal = Float32Array.from({ length: 40000 }, (_, i) => 0.2 * Math.sin(i / 9) + 0.05);
const noise = whiteNoise(40000, createRandom(3)).map((x) => x + 0.4);

test.each([-9, -3, 0, 6, 18])('mixAtSnr(%d dB) is exact to 0.001 dB after the means are removed', (snrDb) => {
  const mixed = mixAtSnr(signal, noise, snrDb);
  const clean = demeaned(signal);
  const background = mixed.map((x, i) => x - clean[i]!);
  expect(decibels(rms(clean) / rms(background))).toBeCloseTo(snrDb, 3);
});

test('mixAtSnr: a silent foreground gives the background alone, a silent background or +∞ dB the foreground alone', () => {
  const silence = new Float32Array(40000);
  expectAllClose(mixAtSnr(silence, noise, 3), demeaned(noise), { atol: 1e-7 });
  expectAllClose(mixAtSnr(signal, silence, 3), demeaned(signal), { atol: 1e-7 });
  expectAllClose(mixAtSnr(signal, noise, Number.POSITIVE_INFINITY), demeaned(signal), { atol: 1e-7 });
});

test('mixAtSnr refuses lengths that differ and NaN', () => {
  expect(() => mixAtSnr(signal, noise.subarray(1), 0)).toThrow(
    "mixAtSnr: background must have the foreground's 40000 samples, got 39999; cut it",
  );
  expect(() => mixAtSnr(signal, noise, Number.NaN)).toThrow(
    'mixAtSnr: snrDb must be a number, got NaN; give one',
  );
});

test('babble adds talkers at equal level: two uncorrelated ones give the mean of their levels', () => {
  const random = createRandom(5);
  const talkers = [
    whiteNoise(100000, random).map((x) => 0.1 * x),
    whiteNoise(100000, random).map((x) => 0.7 * x),
  ];
  const sum = babble(talkers);
  expect(rms(sum)).toBeCloseTo((rms(talkers[0]!) + rms(talkers[1]!)) / 2, 2);
  // The quiet talker is as strong in it as the loud one.
  const part = (talker: Float32Array) => talker.reduce((total, x, i) => total + x * sum[i]!, 0) / rms(talker);
  expect(part(talkers[0]!) / part(talkers[1]!)).toBeCloseTo(1, 1);
});

test('levels: rms, decibels and amplitudeOf agree, withRms sets the level and leaves silence alone', () => {
  expect(rms(Float32Array.of(3, -4))).toBeCloseTo(Math.sqrt(12.5), 6);
  expect(decibels(0.1)).toBeCloseTo(-20, 10);
  expect(amplitudeOf(6)).toBeCloseTo(1.995262, 6);
  expect(rms(withRms(signal, 0.1))).toBeCloseTo(0.1, 6);
  expect(withRms(new Float32Array(3), 0.1)).toEqual(new Float32Array(3));
});
