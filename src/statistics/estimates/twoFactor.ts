import { tQuantile } from '../special/distributions.ts';
import { normalQuantile } from '../special/normal.ts';
import { type Interval, noInterval, scoreInterval } from './proportion.ts';

/** What single answers add to an estimate that is linear in them: (answer − mean) × weight. Sums to about 0. */
export interface Contributions {
  /** Listener of each answer; −1 for a model, which stands for itself. */
  listener: Int32Array;
  source: Int32Array;
  value: Float64Array;
}

/** Variance of an estimate over new listeners and new sources. */
export interface TwoFactorVariance {
  variance: number;
  /** By Satterthwaite's rule, at least the smaller number of levels − 1. */
  degreesOfFreedom: number;
  listeners: number;
  sources: number;
}

/**
 * Variance of an estimate when both listeners and sources are samples.
 *
 * Resampling listeners counts the answers' own noise once, and so does resampling sources, so it is taken off once; what
 * is left is what a two-factor bootstrap with its correction tends to (2 (V₁ + V₂) − V₁₂), without its random error.
 *
 * @param contributions - What each answer adds.
 * @returns The variance; NaN with fewer than two sources, or one listener.
 * @see Schütt et al. (2023), eLife 82566; Cameron, Gelbach & Miller (2011), J. Bus. Econ. Stat. 29, 238–249.
 */
export function twoFactorVariance(contributions: Contributions): TwoFactorVariance {
  const { listener, source, value } = contributions;
  const byListener = new Map<number, number>();
  const bySource = new Map<number, number>();
  const byCell = new Map<number, number>();
  const add = (sums: Map<number, number>, key: number, x: number) => sums.set(key, (sums.get(key) ?? 0) + x);
  value.forEach((x, i) => {
    add(bySource, source[i]!, x);
    if (listener[i]! < 0) return;
    add(byListener, listener[i]!, x);
    add(byCell, listener[i]! * 2 ** 31 + source[i]!, x);
  });
  const ofListeners = clusterVariance(byListener);
  const ofSources = clusterVariance(bySource);
  return combinedVariance({
    ofListeners,
    ofSources,
    shared: squares(byCell),
    listeners: byListener.size,
    sources: bySource.size,
  });
}

function clusterVariance(sums: Map<number, number>): number {
  if (sums.size === 0) return 0;
  return (squares(sums) * sums.size) / (sums.size - 1);
}

function squares(sums: Map<number, number>): number {
  let total = 0;
  for (const sum of sums.values()) total += sum * sum;
  return total;
}

/**
 * Puts the variances over listeners and over sources together.
 *
 * @param parts - The two variances, what both count, and the numbers of listeners and sources.
 * @returns The variance over both, never below that over sources, or, of products, the smaller of the two. (That over listeners is no such limit: it counts the noise of pairs of listeners more than once.)
 */
export function combinedVariance(parts: {
  ofListeners: number;
  ofSources: number;
  shared: number;
  listeners: number;
  sources: number;
  /** Products of single answers: resampled sources count their noise three times, resampled listeners once or thrice. */
  isOfProducts?: boolean;
}): TwoFactorVariance {
  const { ofListeners, ofSources, shared, listeners, sources } = parts;
  if (sources < 2 || listeners === 1)
    return { variance: Number.NaN, degreesOfFreedom: Number.NaN, listeners, sources };
  const floor = parts.isOfProducts ? Math.min(ofListeners, ofSources) : ofSources;
  const variance = Math.max(ofListeners + ofSources - shared, floor);
  const parcel = (own: number, levels: number) => (levels > 1 ? own ** 2 / (levels - 1) : 0);
  const satterthwaite = variance ** 2 / (parcel(ofListeners, listeners) + parcel(ofSources, sources));
  const least = Math.min(sources, listeners || sources) - 1;
  return {
    variance,
    degreesOfFreedom: variance > 0 ? Math.max(least, satterthwaite) : least,
    listeners,
    sources,
  };
}

/** Proportions and variances nearer to 0 or 1 than this are 0 or 1. */
const rounding = 1e-9;

/**
 * Interval of a proportion whose variance is known: Wilson's, for as many independent trials as have that variance.
 *
 * @param variance - Its variance; where it is 0 (all right, all wrong) the sources count as the trials.
 * @param confidence - Coverage, 0.95 unless told.
 * @returns The interval; NaN where the variance is.
 * @see Korn & Graubard (1998), Surv. Methodol. 24, 193–201 (effective sample size).
 */
export function proportionInterval(
  proportion: number,
  { variance, degreesOfFreedom, listeners, sources }: TwoFactorVariance,
  confidence = 0.95,
): Interval {
  if (!Number.isFinite(variance)) return noInterval;
  // Sums of ones need not be one to the last bit.
  const isVaried = variance > rounding && proportion > rounding && proportion < 1 - rounding;
  const trials = isVaried ? (proportion * (1 - proportion)) / variance : sources;
  // Single answers to independent sources are binomial: their variance is known, not estimated.
  const isBinomial = listeners === 0;
  const level = 0.5 + confidence / 2;
  const z = isBinomial ? normalQuantile(level) : tQuantile(level, Math.max(1, degreesOfFreedom));
  return scoreInterval(proportion * trials, trials, z);
}

/**
 * Interval of the difference of two estimates from the interval of each and their correlation.
 *
 * @param first - Estimate with its interval.
 * @param second - Estimate with its interval.
 * @param correlation - Correlation of the estimates.
 * @returns Interval of first − second.
 * @see Zou & Donner (2008), Stat. Med. 27, 1693–1702.
 */
export function differenceInterval(
  first: { estimate: number; interval: Interval },
  second: { estimate: number; interval: Interval },
  correlation: number,
): Interval {
  const difference = first.estimate - second.estimate;
  const reach = (a: number, b: number) => Math.sqrt(Math.max(0, a * a + b * b - 2 * correlation * a * b));
  return {
    low: difference - reach(first.estimate - first.interval.low, second.interval.high - second.estimate),
    high: difference + reach(first.interval.high - first.estimate, second.estimate - second.interval.low),
  };
}
