import { logGamma } from '../special/gamma.ts';
import { normalCdf } from '../special/normal.ts';

/** Trials at one stimulus level. */
export interface LevelCounts {
  x: number;
  correct: number;
  trials: number;
}

/** Parameters of a psychometric function. */
export interface PsychometricParameters {
  /** Level at which the sigmoid is at one half, dB. */
  threshold: number;
  /** Distance between the sigmoid's 5 % and 95 % points, dB. */
  width: number;
  lapse: number;
  guess: number;
  /** Scale of the extra variance between trials: 0 binomial, towards 1 all-or-none. */
  overdispersion: number;
}

/** Distance of the 5 % and 95 % points of a normal distribution in standard deviations. */
const widthInDeviations = 2 * 1.6448536269514722;

/**
 * The cumulative-normal sigmoid.
 *
 * @param x - Level.
 * @param threshold - Level of one half.
 * @param width - Distance from 5 % to 95 %.
 * @returns Value in (0, 1).
 */
export function sigmoid(x: number, threshold: number, width: number): number {
  return normalCdf(((x - threshold) * widthInDeviations) / width);
}

/**
 * Proportion correct that a psychometric function predicts.
 *
 * @param x - Level.
 * @returns γ + (1 − γ − λ) S(x).
 */
export function predictedProportion(x: number, parameters: PsychometricParameters): number {
  const { guess, lapse, threshold, width } = parameters;
  return guess + (1 - guess - lapse) * sigmoid(x, threshold, width);
}

/**
 * Logarithm of the beta-binomial probability of a count, without the constant that no parameter changes.
 *
 * @param counts - Trials and correct answers.
 * @param proportion - Predicted proportion, in (0, 1).
 * @param overdispersion - η; 0 is the binomial.
 * @returns Log likelihood.
 * @see Schütt, Harmeling, Macke & Wichmann (2016), Vision Research 122, 105–123.
 */
export function logLikelihood(counts: LevelCounts, proportion: number, overdispersion: number): number {
  const { correct: k, trials: n } = counts;
  const p = Math.min(1 - 1e-12, Math.max(1e-12, proportion));
  if (overdispersion < 1e-4) return k * Math.log(p) + (n - k) * Math.log1p(-p);
  const nu = 1 / (overdispersion * overdispersion) - 1;
  const [a, b] = [p * nu, (1 - p) * nu];
  return logGamma(k + a) + logGamma(n - k + b) - logGamma(n + nu) - logGamma(a) - logGamma(b) + logGamma(nu);
}

/** What is known before the data: see {@link logPrior}. */
export interface Prior {
  lowest: number;
  highest: number;
  spacing: number;
}

/**
 * Range and spacing of the levels, on which the priors rest.
 *
 * @param levels - Levels of the data, in the stimulus's unit, at least 2 different ones.
 * @returns Lowest, highest, and the least distance of neighbors.
 */
export function priorOf(levels: readonly number[]): Prior {
  const sorted = [...new Set(levels)].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((x, i) => x - sorted[i]!);
  return { lowest: sorted[0]!, highest: sorted.at(-1)!, spacing: Math.min(...gaps) };
}

/**
 * Logarithm of the prior density: threshold uniform over the levels with cosine flanks half a range wide; width
 * uniform from twice the spacing to the range with cosine flanks down to the spacing and up to three ranges; lapse and
 * overdispersion Beta(1, 10).
 *
 * @param prior - Range and spacing of the levels.
 * @returns Log density up to a constant; −∞ outside the support.
 */
export function logPrior(parameters: PsychometricParameters, prior: Prior): number {
  const { threshold, width, lapse, overdispersion } = parameters;
  const range = prior.highest - prior.lowest;
  const plateau = (x: number, [start, low, high, end]: [number, number, number, number]) => {
    if (x <= start || x >= end) return Number.NEGATIVE_INFINITY;
    if (x < low) return Math.log(0.5 - 0.5 * Math.cos((Math.PI * (x - start)) / (low - start)));
    if (x > high) return Math.log(0.5 + 0.5 * Math.cos((Math.PI * (x - high)) / (end - high)));
    return 0;
  };
  const beta = (x: number) => (x >= 0 && x < 1 ? 9 * Math.log1p(-x) : Number.NEGATIVE_INFINITY);
  const { spacing } = prior;
  const widest = Math.max(range, 2 * spacing);
  return (
    plateau(threshold, [prior.lowest - range / 2, prior.lowest, prior.highest, prior.highest + range / 2]) +
    plateau(width, [spacing, 2 * spacing, widest, 3 * widest]) +
    beta(lapse) +
    beta(overdispersion)
  );
}

/**
 * Logarithm of the posterior density of all counts.
 *
 * @param counts - Trials and correct answers of each level.
 * @param prior - Range and spacing of the levels.
 * @returns Log density up to a constant; −∞ outside the support.
 */
export function logPosterior(
  counts: readonly LevelCounts[],
  parameters: PsychometricParameters,
  prior: Prior,
): number {
  let log = logPrior(parameters, prior);
  if (log === Number.NEGATIVE_INFINITY) return log;
  for (const own of counts)
    log += logLikelihood(own, predictedProportion(own.x, parameters), parameters.overdispersion);
  return log;
}
