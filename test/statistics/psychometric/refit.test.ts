import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { fitPsychometric } from '../../../src/statistics/psychometric/fit.ts';
import { priorOf } from '../../../src/statistics/psychometric/likelihood.ts';
import { refitPsychometric } from '../../../src/statistics/psychometric/refit.ts';
import { simulateLevels } from './simulateLevels.ts';

const levels = simulateLevels(createRandom(3), {
  threshold: -1,
  width: 8,
  lapse: 0.03,
  guess: 0.05,
  trials: 60,
});
const prior = priorOf(levels.map(({ x }) => x));

test('refitPsychometric of the whole sample is the fit itself, from elsewhere too', () => {
  const { parameters } = fitPsychometric(levels, 0.05);
  for (const shift of [0, 3]) {
    const fit = { ...parameters, threshold: parameters.threshold + shift };
    const again = refitPsychometric(levels, { fit, prior })!;
    expect(again.threshold).toBeCloseTo(parameters.threshold, 1);
    expect(again.width).toBeCloseTo(parameters.width, 0);
    expect(again.overdispersion).toBe(parameters.overdispersion);
  }
});

test('refitPsychometric takes weights as trials, and nothing from levels without any', () => {
  const fit = { threshold: -1, width: 8, lapse: 0.03, guess: 0.05, overdispersion: 0 };
  const half = levels.map((own, i) => (i < 2 ? { ...own, correct: 0, trials: 0 } : own));
  const dropped = refitPsychometric(half, { fit, prior })!;
  expect(refitPsychometric(half.slice(2), { fit, prior })).toEqual(dropped);
  expect(
    refitPsychometric(
      levels.map(({ x }) => ({ x, correct: 0, trials: 0 })),
      { fit, prior },
    ),
  ).toBeUndefined();
});
