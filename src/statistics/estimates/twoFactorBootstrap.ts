import type { Random } from '../../base/random.ts';
import { logTwoSidedT, tQuantile } from '../special/distributions.ts';
import type { Interval } from './proportion.ts';
import { drawnCounts, ones } from './resample.ts';
import { combinedVariance } from './twoFactor.ts';

/** An estimate with what new listeners and new sources would do to it. */
export interface TwoFactorEstimate {
  estimate: number;
  standardError: number;
  degreesOfFreedom: number;
  /** By Student's t on the scale given. */
  interval: Interval;
  /** Two-sided p of the statistic's being 0, by the same. */
  pOfZero: number;
  /** Share of resamples in which the statistic was defined. */
  defined: number;
}

/** A scale on which an estimate varies evenly. */
export interface Scale {
  to(value: number): number;
  from(value: number): number;
  /** Whether the estimate is made of products of single answers, whose noise resampled sources count three times. */
  isOfProducts?: boolean;
}

/** The estimate's own scale. */
export const plainScale: Scale = { to: (value) => value, from: (value) => value };

/** The same of an estimate that is made of products of single answers. */
export const productScale: Scale = { ...plainScale, isOfProducts: true };

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
 * 2 (V₁ + V₂) − V₁₂. The same draws serve all three, so that what both count, V₁₂ − V₁ − V₂, is the variance of what drawing
 * both adds to drawing each.
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
  const { listeners, sources } = size;
  const { random, resamples, scales } = options;
  const [allListeners, allSources] = [ones(listeners), ones(sources)];
  const estimates = statistics(allListeners, allSources);
  const onScale = (values: ArrayLike<number>) => scales.map((scale, k) => scale.to(values[k]!));
  const whole = onScale(estimates);
  const both = listeners > 1;
  const moments = scales.map(() => ({
    ofListeners: noMoments(),
    ofSources: noMoments(),
    shared: noMoments(),
  }));
  for (let i = 0; i < resamples; i++) {
    const drawnSources = drawnCounts(sources, random);
    const drawnListeners = both ? drawnCounts(listeners, random) : allListeners;
    const overSources = onScale(statistics(allListeners, drawnSources));
    const overListeners = both ? onScale(statistics(drawnListeners, allSources)) : whole;
    const overBoth = both ? onScale(statistics(drawnListeners, drawnSources)) : overSources;
    moments.forEach(({ ofListeners, ofSources, shared }, k) => {
      const [a, b, ab] = [overListeners[k]!, overSources[k]!, overBoth[k]!];
      if (Number.isNaN(a + b + ab)) return;
      addInto(ofListeners, a);
      addInto(ofSources, b);
      addInto(shared, ab - a - b);
    });
  }
  return scales.map((scale, k) => {
    const { ofListeners, ofSources, shared } = moments[k]!;
    const { variance, degreesOfFreedom } = combinedVariance({
      ofListeners: both ? (varianceOf(ofListeners) * listeners) / (listeners - 1) : 0,
      ofSources: (varianceOf(ofSources) * sources) / (sources - 1),
      shared: both ? varianceOf(shared) : 0,
      isOfProducts: both && (scale.isOfProducts ?? false),
      listeners,
      sources,
    });
    const standardError = Math.sqrt(variance);
    const half = tQuantile(0.5 + (options.confidence ?? 0.95) / 2, degreesOfFreedom) * standardError;
    return {
      estimate: estimates[k]!,
      standardError,
      degreesOfFreedom,
      interval: { low: scale.from(whole[k]! - half), high: scale.from(whole[k]! + half) },
      pOfZero: pOfZero(whole[k]! - scale.to(0), standardError, degreesOfFreedom),
      defined: ofSources.count / resamples,
    };
  });
}

function pOfZero(difference: number, standardError: number, degreesOfFreedom: number): number {
  if (!(standardError > 0 && Number.isFinite(difference))) return Number.NaN;
  return Math.exp(logTwoSidedT(difference / standardError, degreesOfFreedom));
}

/** Count, mean and sum of squared deviations of what has been added. */
interface Moments {
  count: number;
  mean: number;
  squares: number;
}

const noMoments = (): Moments => ({ count: 0, mean: 0, squares: 0 });

function addInto(moments: Moments, value: number): void {
  moments.count += 1;
  const before = value - moments.mean;
  moments.mean += before / moments.count;
  moments.squares += before * (value - moments.mean);
}

const varianceOf = ({ count, squares }: Moments) => (count > 1 ? squares / (count - 1) : Number.NaN);
