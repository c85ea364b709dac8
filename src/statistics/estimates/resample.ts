import type { Random } from '../../base/random.ts';

/** Weights of listeners and of sources, one each: how often a resample has them. */
export interface Weights {
  listeners: Float64Array;
  sources: Float64Array;
}

/**
 * Weights of a whole sample.
 *
 * @param length - Number of units.
 * @returns 1 for each.
 */
export function ones(length: number): Float64Array {
  return new Float64Array(length).fill(1);
}

/**
 * Weights of a resample: how often each unit is drawn in as many draws with replacement.
 *
 * @param length - Number of units, and of draws.
 */
export function drawnCounts(length: number, random: Random): Float64Array {
  const counts = new Float64Array(length);
  for (let i = 0; i < length; i++) counts[random.integer(length)]! += 1;
  return counts;
}
