import { wilsonInterval } from '../../src/wilson.ts';

/** A proportion with its confidence interval. */
export interface Proportion {
  right: number;
  count: number;
  low: number;
  high: number;
}

/**
 * Proportion with Wilson's 95 % interval; trials count as independent.
 *
 * @param right - Successes.
 * @param count - Trials, > 0.
 * @returns Bounds in [0, 1].
 * @see Wilson (1927), J. Am. Stat. Assoc. 22, 209–212.
 */
export function wilson(right: number, count: number): Proportion {
  return { right, count, ...wilsonInterval(right, count) };
}
