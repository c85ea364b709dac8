import type { StageMatch } from '../records/runRecord.ts';
import { pearson, spearman } from '../statistics/estimates/correlation.ts';

/**
 * Signal-to-noise ratio of a reproduction, a power ratio in decibels: 20·log10(‖reference‖/‖reference − other‖).
 *
 * @param reference - Values of any unit.
 * @param other - As many.
 * @returns dB; 0 for an all-zero reference (as published), +∞ for equal arrays.
 * @see Feather et al. (2023) print 10·log10 of the norm ratio, half of this.
 */
export function snrDb(reference: ArrayLike<number>, other: ArrayLike<number>): number {
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < reference.length; i++) {
    signal += reference[i]! ** 2;
    noise += (reference[i]! - other[i]!) ** 2;
  }
  return signal === 0 ? 0 : 10 * Math.log10(signal / noise);
}

/**
 * All measures of the match at a stage.
 *
 * @param reference - The reference sound's activations, one number a unit.
 * @param other - The metamer's, in the same order of units.
 */
export function stageMatch(reference: ArrayLike<number>, other: ArrayLike<number>): StageMatch {
  return {
    spearman: orNone(spearman(reference, other)),
    pearson: orNone(pearson(reference, other)),
    snrDb: snrDb(reference, other),
  };
}

/**
 * A correlation as the criteria take it: where one of two sounds does not vary, nothing of it is matched.
 *
 * @param correlation - From −1 to 1, or NaN where it is undefined.
 * @returns The same, 0 for NaN.
 */
export function orNone(correlation: number): number {
  return Number.isNaN(correlation) ? 0 : correlation;
}
