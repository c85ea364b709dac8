import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import {
  explainedVariance,
  significantCorrelation,
} from '../../../src/experiments/brain/explainedVariance.ts';

test('significantCorrelation is the published floor: .182 for 83 sounds, .183 for 82', () => {
  expect(significantCorrelation(83)).toBeCloseTo(0.182, 3);
  expect(significantCorrelation(82)).toBeCloseTo(0.183, 3);
});

const random = createRandom(3);
const signal = Float64Array.from({ length: 400 }, () => random.normal());
const noisy = (sd: number) => signal.map((value) => value + sd * random.normal());

test.each([
  ['a perfect prediction of a noisy response', signal, 1, 1],
  ['a prediction that shares half of the variance', noisy(1), 1, 0.5],
])('explainedVariance corrects %s for the noise of measurement', (_, prediction, sd, share) => {
  const measured = [noisy(sd), noisy(sd), noisy(sd)];
  const trained = [noisy(sd), noisy(sd), noisy(sd)];
  const predictions = [prediction, prediction, prediction];
  const { r2, r2Corrected } = explainedVariance({ measured, trained, prediction, predictions });
  expect(r2Corrected!).toBeGreaterThan(r2);
  expect(Math.abs(r2Corrected! - share)).toBeLessThan(0.1);
});

test.each([
  ['an opposite prediction counts nothing', signal.map((value) => -value), 0],
  ['one measurement alone gives no correction', signal, 1],
])('%s', (_, prediction, r2) => {
  const once = { measured: [signal], trained: [signal], prediction, predictions: [] };
  expect(explainedVariance(once)).toEqual({ r2: expect.closeTo(r2, 12), r2Corrected: null });
});

test('a response that is alike to all sounds of the training half has the reliability of chance there', () => {
  const flat = signal.map(() => 1);
  const { r2, r2Corrected } = explainedVariance({
    ...{
      measured: [signal, signal],
      trained: [flat, flat],
      prediction: signal,
      predictions: [signal, signal],
    },
  });
  expect(r2Corrected! / r2).toBeCloseTo(1 / significantCorrelation(400), 10);
});
