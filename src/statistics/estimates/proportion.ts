import { wilsonInterval as wilsonOfQuantile } from '../../wilson.ts';
import { betaQuantile } from '../special/beta.ts';
import { normalQuantile } from '../special/normal.ts';

/** Ends of an interval. */
export interface Interval {
  low: number;
  high: number;
}

/**
 * Wilson's score interval of a proportion; it takes the trials as independent.
 *
 * @param successes - Count of successes.
 * @param trials - Count of trials; 0 gives NaN.
 * @param confidence - Coverage, 0.95 unless told.
 * @returns The interval.
 * @see Wilson (1927), J. Am. Stat. Assoc. 22, 209–212.
 */
export function wilsonInterval(successes: number, trials: number, confidence = 0.95): Interval {
  return wilsonOfQuantile(successes, trials, normalQuantile(0.5 + confidence / 2));
}

/**
 * Clopper and Pearson's exact interval of a proportion.
 *
 * @param successes - Count of successes.
 * @param trials - Count of trials.
 * @param confidence - Coverage, 0.95 unless told.
 * @returns The interval.
 */
export function clopperPearsonInterval(successes: number, trials: number, confidence = 0.95): Interval {
  const tail = (1 - confidence) / 2;
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1),
    high: successes === trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes),
  };
}
