import type { Random } from '../../base/random.ts';
import { tQuantile } from '../special/distributions.ts';
import type { Interval } from './proportion.ts';
import { combinedVariance } from './twoFactor.ts';

/** An estimate with what new listeners and new sources would do to it. */
export interface TwoFactorEstimate {
  estimate: number;
  standardError: number;
  degreesOfFreedom: number;
  /** By Student's t on the scale given. */
  interval: Interval;
  /** Share of resamples in which the statistic was defined. */
  defined: number;
}

/** A scale on which an estimate varies evenly. */
export interface Scale {
  to(value: number): number;
  from(value: number): number;
}

/** The estimate's own scale. */
export const plainScale: Scale = { to: (value) => value, from: (value) => value };

/** Fisher's z, for correlations and κ. */
export const fisherScale: Scale = {
  to: (value) => Math.atanh(Math.max(-0.9999, Math.min(0.9999, value))),
  from: Math.tanh,
};

/** Statistics of a weighted study: weights of listeners, weights of sources; NaN where undefined. */
export type WeightedStatistics = (listeners: Float64Array, sources: Float64Array) => ArrayLike<number>;

/**
 * Bootstrap over listeners and sources together, with its correction.
 *
 * Drawing both at once counts the answers' own noise three times, drawing one of them counts it once: the variance is
 * 2 (V₁ + V₂) − V₁₂.
 *
 * @param size - Numbers of listeners (0: only a model answered) and sources.
 * @param statistics - The statistics, all from one pass.
 * @param options - Generator, resamples of each kind, scale of each statistic.
 * @returns An estimate for each statistic; NaN where it is undefined or the study too small.
 * @see Schütt et al. (2023), eLife 82566, Eq. 12.
 */
export function twoFactorBootstrap(
  size: { listeners: number; sources: number },
  statistics: WeightedStatistics,
  options: { random: Random; resamples: number; scales: readonly Scale[]; confidence?: number },
): TwoFactorEstimate[] {
  const ones = (length: number) => new Float64Array(length).fill(1);
  const draw = (length: number) => drawnCounts(length, options.random);
  const { listeners, sources } = size;
  const estimates = statistics(ones(listeners), ones(sources));
  const spread = (drawListeners: boolean, drawSources: boolean) =>
    variances(options, () =>
      statistics(
        drawListeners ? draw(listeners) : ones(listeners),
        drawSources ? draw(sources) : ones(sources),
      ),
    );
  const both = listeners > 1;
  const none = options.scales.map(() => ({ variance: 0, defined: 1 }));
  const overListeners = both ? spread(true, false) : none;
  const overSources = spread(false, true);
  const overBoth = both ? spread(true, true) : overSources;
  return options.scales.map((scale, k) => {
    const [a, b, ab] = [overListeners[k]!.variance, overSources[k]!.variance, overBoth[k]!.variance];
    const { variance, degreesOfFreedom } = combinedVariance({
      ofListeners: both ? (a * listeners) / (listeners - 1) : 0,
      ofSources: (b * sources) / (sources - 1),
      shared: both ? Math.max(0, ab - a - b) : 0,
      listeners,
      sources,
    });
    const standardError = Math.sqrt(variance);
    const estimate = estimates[k]!;
    const half = tQuantile(0.5 + (options.confidence ?? 0.95) / 2, degreesOfFreedom) * standardError;
    const center = scale.to(estimate);
    return {
      estimate,
      standardError,
      degreesOfFreedom,
      interval: { low: scale.from(center - half), high: scale.from(center + half) },
      defined: Math.min(overListeners[k]!.defined, overSources[k]!.defined, overBoth[k]!.defined),
    };
  });
}

/** Variance of each statistic over resamples, on its scale. */
function variances(
  { resamples, scales }: { resamples: number; scales: readonly Scale[] },
  resample: () => ArrayLike<number>,
): { variance: number; defined: number }[] {
  const sums = scales.map(() => ({ count: 0, mean: 0, squares: 0 }));
  for (let i = 0; i < resamples; i++) {
    const values = resample();
    sums.forEach((sum, k) => {
      const value = scales[k]!.to(values[k]!);
      if (Number.isNaN(value)) return;
      sum.count += 1;
      const before = value - sum.mean;
      sum.mean += before / sum.count;
      sum.squares += before * (value - sum.mean);
    });
  }
  return sums.map(({ count, squares }) => ({
    variance: count > 1 ? squares / (count - 1) : Number.NaN,
    defined: count / resamples,
  }));
}

/** How often each of `length` units is drawn in as many draws with replacement. */
function drawnCounts(length: number, random: Random): Float64Array {
  const counts = new Float64Array(length);
  for (let i = 0; i < length; i++) counts[random.integer(length)]! += 1;
  return counts;
}
