import { mean } from './descriptive.ts';

/** Relative size below which a variance is what rounding leaves of equal numbers. */
const rounding = 1e-24;

/**
 * Pearson's correlation.
 *
 * @param x - Values of any unit.
 * @param y - As many numbers.
 * @returns r; NaN with fewer than two pairs or where one of them does not vary.
 */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const meanX = mean(x);
  const meanY = mean(y);
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i++) {
    const a = x[i]! - meanX;
    const b = y[i]! - meanY;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  const varies = (squares: number, center: number) =>
    squares > rounding * (squares + x.length * center * center);
  return varies(xx, meanX) && varies(yy, meanY) ? xy / Math.sqrt(xx * yy) : Number.NaN;
}

/**
 * Spearman's rank correlation, ties at their mean rank.
 *
 * @param x - Values of any unit.
 * @param y - As many numbers.
 * @returns ρ; NaN as for {@link pearson}.
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return pearson(ranks(x), ranks(y));
}

/**
 * Ranks from 1; equal numbers share their mean rank.
 *
 * @param values - Values of any unit; NaN has no rank.
 * @returns Rank of each, NaN for NaN.
 */
export function ranks(values: ArrayLike<number>): Float64Array {
  // Sorting numbers and looking each up is several times faster than sorting places by a comparison.
  const sorted = Float64Array.from(values).sort();
  const result = new Float64Array(values.length);
  for (let i = 0; i < result.length; i++) {
    const value = values[i]!;
    const below = firstPlace(sorted, (other) => other >= value);
    const upTo = sorted[below + 1] === value ? firstPlace(sorted, (other) => other > value) : below + 1;
    result[i] = Number.isNaN(value) ? Number.NaN : (below + 1 + upTo) / 2;
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
 * Kendall's τ-b.
 *
 * @param x - Values of any unit; a few thousand at most, the time is quadratic.
 * @param y - As many numbers.
 * @returns τ; NaN without untied pairs.
 */
export function kendall(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let concordance = 0;
  let untiedX = 0;
  let untiedY = 0;
  for (let i = 1; i < x.length; i++)
    for (let j = 0; j < i; j++) {
      const a = Math.sign(x[i]! - x[j]!);
      const b = Math.sign(y[i]! - y[j]!);
      concordance += a * b;
      untiedX += Math.abs(a);
      untiedY += Math.abs(b);
    }
  return concordance / Math.sqrt(untiedX * untiedY);
}

/**
 * Least-squares slope of y on x.
 *
 * @param x - Values of any unit.
 * @param y - As many numbers.
 * @returns In units of y a unit of x; NaN where x does not vary.
 */
export function slope(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const [meanX, meanY] = [mean(x), mean(y)];
  let [products, squares] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    products += (x[i]! - meanX) * (y[i]! - meanY);
    squares += (x[i]! - meanX) ** 2;
  }
  return products / squares;
}

/**
 * Mean of correlations through Fisher's z.
 *
 * @param correlations - Correlations; undefined ones are left out, ±1 are held at ±(1 − 10⁻⁹).
 * @returns Their mean; NaN without any.
 */
export function meanCorrelation(correlations: readonly number[]): number {
  const defined = correlations.filter((r) => !Number.isNaN(r));
  const limit = 1 - 1e-9;
  const sum = defined.reduce((total, r) => total + Math.atanh(Math.max(-limit, Math.min(limit, r))), 0);
  return defined.length === 0 ? Number.NaN : Math.tanh(sum / defined.length);
}

/**
 * Spearman–Brown prediction: reliability of a measurement n times as long.
 *
 * @param r - Reliability of the part.
 * @param times - How many times as long; 2 from halves to the whole.
 * @returns n r / (1 + (n − 1) r).
 */
export function spearmanBrown(r: number, times: number): number {
  return (times * r) / (1 + (times - 1) * r);
}
