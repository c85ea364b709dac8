import type { Interval } from '../estimates/proportion.ts';
import { type GridPosterior, gridPosterior, type PosteriorInput, refinedAxes, supportAxes } from './grid.ts';
import {
  type LevelCounts,
  logLikelihood,
  logPosterior,
  type PsychometricParameters,
  predictedProportion,
  priorOf,
} from './likelihood.ts';
import { minimize } from './nelderMead.ts';

/** A fitted psychometric function. */
export interface PsychometricFit {
  /** Maximum a posteriori. */
  parameters: PsychometricParameters;
  /** 95 % credible intervals from the marginal posteriors. */
  intervals: { threshold: Interval; width: Interval; lapse: Interval; overdispersion: Interval };
  /** Binomial deviance of the fitted function. */
  deviance: number;
  levels: readonly LevelCounts[];
}

/**
 * Fits a psychometric function with lapse rate, fixed guess rate and beta-binomial overdispersion, maximum a posteriori.
 *
 * @param levels - Counts by level; at least three different levels.
 * @param guess - Chance level, held fixed, in [0, 1).
 * @returns The fit with credible intervals.
 * @throws RangeError with fewer than three levels.
 * @see Schütt et al. (2016), Vision Research 122, 105–123 (psignifit 4).
 */
export function fitPsychometric(levels: readonly LevelCounts[], guess: number): PsychometricFit {
  const prior = priorOf(levels.map(({ x }) => x));
  const distinct = new Set(levels.map(({ x }) => x)).size;
  if (distinct < 3)
    throw new RangeError(
      `fitPsychometric: levels must hold at least three different levels, got ${distinct}; measure more`,
    );
  const input: PosteriorInput = { counts: levels, guess, prior };
  const coarse = gridPosterior(input, supportAxes(prior, 20));
  const middle = gridPosterior(input, refinedAxes(coarse, 20));
  const fine = gridPosterior(input, refinedAxes(middle, 28));
  const parameters = maximum(input, fine);
  return {
    parameters,
    intervals: {
      threshold: credible(fine, 'threshold'),
      width: credible(fine, 'width'),
      lapse: credible(fine, 'lapse'),
      overdispersion: credible(fine, 'overdispersion'),
    },
    deviance: binomialDeviance(levels, parameters),
    levels,
  };
}

function maximum(input: PosteriorInput, { best, axes }: GridPosterior): PsychometricParameters {
  const at = ([threshold, width, lapse, overdispersion]: readonly number[]): PsychometricParameters => ({
    threshold: threshold!,
    width: width!,
    lapse: lapse!,
    overdispersion: overdispersion!,
    guess: input.guess,
  });
  const cost = (point: readonly number[]) => -logPosterior(input.counts, at(point), input.prior);
  const start = [best.threshold, best.width, best.lapse, best.overdispersion];
  const steps = [axes.threshold, axes.width, axes.lapse, axes.overdispersion].map(
    (axis) => axis[1]! - axis[0]!,
  );
  return at(minimize(cost, start, steps));
}

function credible({ axes, marginals }: GridPosterior, name: keyof GridPosterior['axes']): Interval {
  return {
    low: gridQuantile(axes[name], marginals[name], 0.025),
    high: gridQuantile(axes[name], marginals[name], 0.975),
  };
}

/** Quantile of a distribution on grid points, each point's mass spread evenly over its cell. */
function gridQuantile(axis: Float64Array, marginal: Float64Array, p: number): number {
  const step = axis[1]! - axis[0]!;
  let below = 0;
  for (let i = 0; i < axis.length; i++) {
    if (below + marginal[i]! >= p) {
      const inside = (p - below) / marginal[i]!;
      return Math.min(axis.at(-1)!, Math.max(axis[0]!, axis[i]! + (inside - 0.5) * step));
    }
    below += marginal[i]!;
  }
  return axis.at(-1)!;
}

function binomialDeviance(levels: readonly LevelCounts[], parameters: PsychometricParameters): number {
  return levels.reduce((sum, counts) => {
    const observed = counts.correct / counts.trials;
    const fitted = predictedProportion(counts.x, parameters);
    return sum + 2 * (logLikelihood(counts, observed, 0) - logLikelihood(counts, fitted, 0));
  }, 0);
}
