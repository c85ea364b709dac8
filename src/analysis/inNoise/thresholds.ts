import type { Random } from '../../base/random.ts';
import { holmAdjusted } from '../../statistics/estimates/contrasts.ts';
import type { Interval } from '../../statistics/estimates/proportion.ts';
import {
  plainScale,
  type Scale,
  type TwoFactorEstimate,
  twoFactorBootstrap,
} from '../../statistics/estimates/twoFactorBootstrap.ts';
import type { PsychometricFit } from '../../statistics/psychometric/fit.ts';
import { priorOf } from '../../statistics/psychometric/likelihood.ts';
import { refitPsychometric } from '../../statistics/psychometric/refit.ts';
import { type NoiseAnswers, type NoiseCurveAnswers, noiseCounts } from './noiseAnswers.ts';
import { thresholdVariance } from './thresholdSpread.ts';

/** A fitted curve with the answers that it is of. */
export interface FittedCurve {
  curve: NoiseCurveAnswers;
  fit: PsychometricFit;
}

/** Two thresholds compared: of humans and a model, of two models, or of humans in two backgrounds. */
export interface ThresholdDifference {
  first: { observer: string; background: string };
  second: { observer: string; background: string };
  /** First minus second, dB. */
  difference: number;
  interval: Interval;
  /** Two-sided, and adjusted by Holm over the task's comparisons of the same kind. */
  p: number;
  pHolm: number;
}

/** Whether a model's threshold falls within those of people. */
export interface ThresholdWithinPeople {
  observer: string;
  background: string;
  /** Variance of people's thresholds, dB². */
  variance: number;
  varianceInterval: Interval;
  /** Square of the model's distance from the mean of people, less what sampling adds to it, dB². */
  squaredDistance: number;
  /** The same less people's variance, dB²: above 0, the model is further from the mean of people than people are. */
  excess: number;
  excessInterval: Interval;
}

/** What new listeners and new sources would do to the thresholds of one task. */
export interface Thresholds {
  /** Of each curve: 95 % intervals, dB. */
  intervals: { threshold: Interval; width: Interval }[];
  differences: ThresholdDifference[];
  withinPeople: ThresholdWithinPeople[];
}

/** Fits, and visits of answers, of all resamples together; a fit takes a third of a millisecond. */
const most = { fits: 20_000, answers: 2e7 };

/** Resamples of listeners, of sources and of both: standard errors within 5 %. */
const leastResamples = 200;

const logScale: Scale = { to: Math.log, from: Math.exp };

/**
 * Intervals and comparisons of thresholds by the two-factor bootstrap: listeners may differ, and so may sources.
 *
 * @param answers - All answers of a task.
 * @param fitted - Its curves that could be fitted.
 * @param options - Generator, wanted resamples (fewer, at least 200, for many curves).
 * @returns Intervals in the order of the curves, differences, and the models' places among people.
 */
export function compareThresholds(
  answers: NoiseAnswers,
  fitted: readonly FittedCurve[],
  options: { random: Random; resamples: number },
): Thresholds {
  const priors = fitted.map(({ curve }) => priorOf(curve.snrsDb));
  const people = fitted.flatMap(({ curve }, at) => (curve.observer === 'human' ? [at] : []));
  const pairs = comparedPairs(fitted);
  const curves = fitted.length;
  const places = {
    width: curves,
    difference: 2 * curves,
    variance: 2 * curves + pairs.length,
    excess: 2 * curves + pairs.length + people.length,
  };
  const models = people.flatMap((human) =>
    pairs.flatMap(({ first, second }, pair) =>
      first === human && fitted[second]!.curve.observer !== 'human' ? [{ human, pair, model: second }] : [],
    ),
  );
  const estimates = twoFactorBootstrap(
    answers,
    (listeners, sources) => {
      const weights = { listeners, sources };
      const refits = fitted.map(({ curve, fit }, at) =>
        refitPsychometric(noiseCounts(curve, weights), { fit: fit.parameters, prior: priors[at]! }),
      );
      const thresholds = refits.map((parameters) => parameters?.threshold ?? Number.NaN);
      const differences = pairs.map(({ first, second }) => thresholds[first]! - thresholds[second]!);
      const variances = people.map((at) =>
        refits[at] ? thresholdVariance(fitted[at]!.curve, refits[at], weights) : Number.NaN,
      );
      const excesses = models.map(
        ({ human, pair }) => differences[pair]! ** 2 - variances[people.indexOf(human)]!,
      );
      return [
        ...thresholds,
        ...refits.map((parameters) => parameters?.width ?? Number.NaN),
        ...differences,
        ...variances,
        ...excesses,
      ];
    },
    {
      random: options.random,
      resamples: Math.max(leastResamples, Math.min(options.resamples, affordedResamples(fitted))),
      scales: Array.from({ length: places.excess + models.length }, (_, k) =>
        k >= places.width && k < places.difference ? logScale : plainScale,
      ),
    },
  );
  return {
    intervals: fitted.map((_, at) => ({
      threshold: estimates[at]!.interval,
      width: estimates[places.width + at]!.interval,
    })),
    differences: differencesOf(fitted, pairs, estimates.slice(places.difference, places.variance)),
    withinPeople: models.map(({ human, pair, model }, k) => {
      const difference = estimates[places.difference + pair]!;
      const variance = estimates[places.variance + people.indexOf(human)]!;
      const excess = estimates[places.excess + k]!;
      // The square of an estimate is too large by the estimate's variance.
      const bias = difference.standardError ** 2;
      return {
        observer: fitted[model]!.curve.observer,
        background: fitted[model]!.curve.background,
        variance: variance.estimate,
        varianceInterval: variance.interval,
        squaredDistance: difference.estimate ** 2 - bias,
        excess: excess.estimate - bias,
        excessInterval: { low: excess.interval.low - bias, high: excess.interval.high - bias },
      };
    }),
  };
}

function affordedResamples(fitted: readonly FittedCurve[]): number {
  const answers = fitted.reduce((sum, { curve }) => sum + curve.right.length, 0);
  return Math.floor(Math.min(most.fits / fitted.length, most.answers / answers) / 3);
}

/** Kind of a comparison: each is a family of its own. */
type Kind = 'human and model' | 'models' | 'backgrounds';

/** Pairs of curves worth comparing: observers in one background, humans in two. */
function comparedPairs(fitted: readonly FittedCurve[]): { first: number; second: number; kind: Kind }[] {
  return fitted.flatMap(({ curve: a }, first) =>
    fitted.flatMap(({ curve: b }, second): { first: number; second: number; kind: Kind }[] => {
      if (first === second) return [];
      const isFirstHuman = a.observer === 'human';
      const isSecondHuman = b.observer === 'human';
      if (a.background === b.background) {
        if (isFirstHuman) return [{ first, second, kind: 'human and model' }];
        return first < second && !isSecondHuman ? [{ first, second, kind: 'models' }] : [];
      }
      return first < second && isFirstHuman && isSecondHuman ? [{ first, second, kind: 'backgrounds' }] : [];
    }),
  );
}

function differencesOf(
  fitted: readonly FittedCurve[],
  pairs: readonly { first: number; second: number; kind: Kind }[],
  estimates: readonly TwoFactorEstimate[],
): ThresholdDifference[] {
  const nameOf = (at: number) => {
    const { observer, background } = fitted[at]!.curve;
    return { observer, background };
  };
  const adjusted = estimates.map(() => Number.NaN);
  for (const kind of new Set(pairs.map((pair) => pair.kind))) {
    const own = [...pairs.keys()].filter((k) => pairs[k]!.kind === kind);
    holmAdjusted(own.map((k) => estimates[k]!.pOfZero)).forEach((p, i) => {
      adjusted[own[i]!] = p;
    });
  }
  return pairs.map(({ first, second }, k) => ({
    first: nameOf(first),
    second: nameOf(second),
    difference: estimates[k]!.estimate,
    interval: estimates[k]!.interval,
    p: estimates[k]!.pOfZero,
    pHolm: adjusted[k]!,
  }));
}
