import type { StageMatch } from '../records/runRecord.ts';

/**
 * Pearson's correlation.
 *
 * @param a - Numbers.
 * @param b - As many.
 * @returns −1 … 1; 0 when one of them does not vary.
 */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const meanA = mean(a);
  const meanB = mean(b);
  let covariance = 0;
  let varianceA = 0;
  let varianceB = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i]! - meanA;
    const y = b[i]! - meanB;
    covariance += x * y;
    varianceA += x * x;
    varianceB += y * y;
  }
  const scale = Math.sqrt(varianceA * varianceB);
  return scale > 0 ? covariance / scale : 0;
}

/**
 * Spearman's rank correlation; ties get their mean rank.
 *
 * @param a - Numbers.
 * @param b - As many.
 * @returns −1 … 1; 0 when one of them does not vary.
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return pearson(ranks(a), ranks(b));
}

/**
 * Ranks from 1; equal numbers share their mean rank.
 *
 * @param values - Numbers, none NaN.
 * @returns Shape as given.
 */
export function ranks(values: ArrayLike<number>): Float64Array {
  // Sorting numbers and looking each up is several times faster than sorting places by a comparison.
  const sorted = Float64Array.from(values).sort();
  const result = new Float64Array(values.length);
  for (let i = 0; i < result.length; i++) {
    const value = values[i]!;
    const below = firstPlace(sorted, (other) => other >= value);
    const upTo = sorted[below + 1] === value ? firstPlace(sorted, (other) => other > value) : below + 1;
    result[i] = (below + 1 + upTo) / 2;
  }
  return result;
}

/** First place of an ascending array from which on a condition holds. */
function firstPlace(sorted: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Signal-to-noise ratio of a reproduction, a power ratio in decibels: 20·log10(‖reference‖/‖reference − other‖).
 *
 * @param reference - Numbers.
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
 * @param reference - The reference sound's activations.
 * @param other - The metamer's.
 */
export function stageMatch(reference: ArrayLike<number>, other: ArrayLike<number>): StageMatch {
  return {
    spearman: spearman(reference, other),
    pearson: pearson(reference, other),
    snrDb: snrDb(reference, other),
  };
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
