/** A proportion with its confidence interval. */
export interface Proportion {
  right: number;
  count: number;
  low: number;
  high: number;
}

const z = 1.959963984540054;

/**
 * Proportion with Wilson's 95 % interval; trials count as independent.
 *
 * @param right - Successes.
 * @param count - Trials, > 0.
 * @returns Bounds in [0, 1].
 * @see Wilson (1927), J. Am. Stat. Assoc. 22, 209–212.
 */
export function wilson(right: number, count: number): Proportion {
  const p = right / count;
  const scale = 1 + z ** 2 / count;
  const center = (p + z ** 2 / (2 * count)) / scale;
  const half = (z / scale) * Math.sqrt((p * (1 - p)) / count + z ** 2 / (4 * count ** 2));
  return { right, count, low: Math.max(0, center - half), high: Math.min(1, center + half) };
}
