import type { Random } from '../../../src/base/random.ts';
import { predictedProportion } from '../../../src/statistics/psychometric/likelihood.ts';

const snrsDb = [-9, -6, -3, 0, 3, 6, 9];

/**
 * Answers of an observer with a known psychometric function at seven signal-to-noise ratios.
 *
 * @param random - Draws the answers.
 * @param observer - Threshold and width, dB; lapse and guess rate; trials at each ratio.
 */
export function simulateLevels(
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
