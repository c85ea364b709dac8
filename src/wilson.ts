/** Quantile of the standard normal distribution for 95 % coverage. */
const z95 = 1.959963984540054;

/**
 * Wilson's score interval of a proportion; it takes the trials as independent.
 *
 * @param successes - Count of successes.
 * @param trials - Count of trials; 0 gives NaN.
 * @param z - Standard normal quantile of the coverage; default 95 %.
 * @returns Bounds in [0, 1].
 * @see Wilson (1927), J. Am. Stat. Assoc. 22, 209–212.
 */
export function wilsonInterval(successes: number, trials: number, z = z95): { low: number; high: number } {
  const p = successes / trials;
  const denominator = 1 + (z * z) / trials;
  const center = (p + (z * z) / (2 * trials)) / denominator;
  const half = (z / denominator) * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials));
  return { low: Math.max(0, center - half), high: Math.min(1, center + half) };
}
