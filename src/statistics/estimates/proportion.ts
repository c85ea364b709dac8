import { normalQuantile } from '../special/normal.ts';

/** Ends of an interval. */
export interface Interval {
  low: number;
  high: number;
}

/** Where there is none. */
export const noInterval: Readonly<Interval> = { low: Number.NaN, high: Number.NaN };

/**
 * Wilson's score interval of a proportion; it takes the trials as independent.
 *
 * @param successes - Count of successes.
 * @param trials - Count of trials; 0 gives NaN.
 * @param confidence - Coverage, 0.95 unless told.
 * @returns The interval, in [0, 1].
 * @see Wilson (1927), J. Am. Stat. Assoc. 22, 209–212.
 */
export function wilsonInterval(successes: number, trials: number, confidence = 0.95): Interval {
  return scoreInterval(successes, trials, normalQuantile(0.5 + confidence / 2));
}

/**
 * Wilson's score interval for a quantile of one's own, such as Student's.
 *
 * @param successes - Count of successes; effective counts need not be whole.
 * @param trials - Count of trials; 0 gives NaN.
 * @param z - Quantile of the standardized error at the coverage.
 * @returns The interval, in [0, 1].
 */
export function scoreInterval(successes: number, trials: number, z: number): Interval {
  const p = successes / trials;
  const denominator = 1 + (z * z) / trials;
  const center = (p + (z * z) / (2 * trials)) / denominator;
  const half = (z / denominator) * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials));
  return { low: Math.max(0, center - half), high: Math.min(1, center + half) };
}
