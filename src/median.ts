/**
 * Median of numbers.
 *
 * @param values - In any order.
 * @returns The middle value, or the mean of the middle two; NaN of none.
 */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
