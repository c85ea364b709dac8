import type { StageMatch } from './runRecord.ts';

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
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort(
    (i, j) => values[i]! - values[j]!,
  );
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let k = start; k < end; k++) result[order[k]!] = (start + 1 + end) / 2;
    start = end;
  }
  return result;
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
