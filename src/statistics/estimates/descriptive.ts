/**
 * Quantile of sorted numbers by linear interpolation (Hyndman & Fan type 7).
 *
 * @param sorted - Ascending numbers.
 * @param p - Level in [0, 1].
 * @returns The quantile; NaN without numbers.
 */
export function sortedQuantile(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0 || Number.isNaN(p)) return Number.NaN;
  const position = Math.min(1, Math.max(0, p)) * (sorted.length - 1);
  const low = Math.floor(position);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (position - low) * (sorted[high]! - sorted[low]!);
}

/**
 * Mean of numbers.
 *
 * @param values - Values of any unit.
 * @returns Their mean; NaN without any.
 */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/**
 * Standard deviation with n − 1.
 *
 * @param values - Values of any unit.
 * @returns The deviation; NaN with fewer than two.
 */
export function standardDeviation(values: ArrayLike<number>): number {
  const center = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - center) ** 2;
  return values.length < 2 ? Number.NaN : Math.sqrt(sum / (values.length - 1));
}

/**
 * Quantile of numbers in any order; see {@link sortedQuantile}.
 *
 * @param values - Values of any unit, none NaN.
 * @param p - Level in [0, 1].
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  return sortedQuantile(Float64Array.from(values).sort(), p);
}

/**
 * Median of numbers.
 *
 * @param values - Values of any unit, none NaN.
 * @returns The middle value, or the mean of the middle two; NaN of none.
 */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}
