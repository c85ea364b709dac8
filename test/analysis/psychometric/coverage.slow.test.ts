import { describe, expect, it } from 'vitest';
import { fitPsychometric } from '../../../src/analysis/psychometric/fit.ts';
import { predictedProportion } from '../../../src/analysis/psychometric/likelihood.ts';
import { createRandom, type Random } from '../../../src/random.ts';

const snrsDb = [-9, -6, -3, 0, 3, 6, 9];

function simulate(
  random: Random,
  {
    threshold,
    width,
    lapse,
    guess,
    trials,
  }: { threshold: number; width: number; lapse: number; guess: number; trials: number },
) {
  return snrsDb.map((x) => {
    const p = predictedProportion(x, { threshold, width, lapse, guess, overdispersion: 0 });
    let correct = 0;
    for (let i = 0; i < trials; i++) correct += random.uniform() < p ? 1 : 0;
    return { x, correct, trials };
  });
}

describe('fitPsychometric over many studies', () => {
  it('has intervals that hold the true threshold in about 95 % of studies', () => {
    const random = createRandom(77);
    let covered = 0;
    const studies = 100;
    for (let i = 0; i < studies; i++) {
      const fit = fitPsychometric(
        simulate(random, { threshold: 1, width: 8, lapse: 0.03, guess: 0.05, trials: 40 }),
        0.05,
      );
      covered += fit.intervals.threshold.low <= 1 && fit.intervals.threshold.high >= 1 ? 1 : 0;
    }
    // 90 of 100 or fewer has a chance of 3 % under 95 % coverage
    expect(covered).toBeGreaterThan(90);
  }, 600_000);
});
