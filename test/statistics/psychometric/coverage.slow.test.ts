import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { fitPsychometric } from '../../../src/statistics/psychometric/fit.ts';
import { simulateLevels } from './simulateLevels.ts';

describe('fitPsychometric over many studies', () => {
  it('has intervals that hold the true threshold in about 95 % of studies', () => {
    const random = createRandom(77);
    let covered = 0;
    const studies = 100;
    for (let i = 0; i < studies; i++) {
      const fit = fitPsychometric(
        simulateLevels(random, { threshold: 1, width: 8, lapse: 0.03, guess: 0.05, trials: 40 }),
        0.05,
      );
      covered += fit.intervals.threshold.low <= 1 && fit.intervals.threshold.high >= 1 ? 1 : 0;
    }
    // 90 of 100 or fewer has a chance of 3 % under 95 % coverage
    expect(covered).toBeGreaterThan(90);
  });
});
