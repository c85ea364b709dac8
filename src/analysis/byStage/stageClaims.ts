import { countsOf } from '../../base/groups.ts';
import { holmAdjusted } from '../../statistics/estimates/contrasts.ts';
import type { Interval } from '../../statistics/estimates/proportion.ts';
import {
  type Contributions,
  differenceInterval,
  proportionInterval,
  type TwoFactorVariance,
  twoFactorVariance,
} from '../../statistics/estimates/twoFactor.ts';
import { logTwoSidedT, logUpperTailF, tQuantile } from '../../statistics/special/distributions.ts';
import type { CurveAnswers } from './curveAnswers.ts';

/** An observer's proportion correct at one level, for new listeners and new sounds. */
export interface LevelProportion {
  observer: string;
  level: string;
  answers: number;
  listeners: number;
  sources: number;
  proportion: number;
  /** 95 %, over listeners and sources (a model: over sources). */
  interval: Interval;
  standardError: number;
  /** Against chance: that the proportion is above it, one-sided, and adjusted over levels by Holm. */
  pAboveChance: number;
  pAboveChanceHolm: number;
}

/** Difference of two proportions. */
export interface ProportionDifference {
  /** Such as `human − branched-small` or `natural − conv3`. */
  name: string;
  level: string;
  difference: number;
  interval: Interval;
  degreesOfFreedom: number;
  p: number;
  pHolm: number;
}

/** A difference with the question asked the other way round: is it smaller than the margin? */
export interface Equivalence extends ProportionDifference {
  /** Proportion within which two observers count as alike. */
  margin: number;
  /** The larger p of two one-sided tests; below .05 the observers are alike within the margin. */
  pEquivalent: number;
  /** 90 % interval, which lies within the margin where the observers are alike. */
  interval90: Interval;
}

interface LevelEstimate {
  proportion: number;
  contributions: Contributions;
  variance: TwoFactorVariance;
  interval: Interval;
}

/** Two estimates, with the variance of their difference. */
interface EstimatePair {
  estimates: readonly [LevelEstimate, LevelEstimate];
  variance: TwoFactorVariance;
}

/** Answers of an observer (0 humans, 1 the model) at one level, as an estimate over listeners and sources. */
function levelEstimate(answers: CurveAnswers, observer: number, level: number): LevelEstimate {
  const rows: number[] = [];
  for (let i = 0; i < answers.right.length; i++)
    if (answers.observer[i] === observer && answers.level[i] === level) rows.push(i);
  const weights = rowWeights(rows, answers.listener);
  const proportion = Math.min(
    1,
    rows.reduce((sum, i, k) => sum + weights[k]! * answers.right[i]!, 0),
  );
  const contributions: Contributions = {
    listener: Int32Array.from(rows, (i) => answers.listener[i]!),
    source: Int32Array.from(rows, (i) => answers.source[i]!),
    value: Float64Array.from(rows, (i, k) => weights[k]! * (answers.right[i]! - proportion)),
  };
  const variance = twoFactorVariance(contributions);
  return { proportion, contributions, variance, interval: proportionInterval(proportion, variance) };
}

/** Every listener counts alike; every sound of a model does. */
function rowWeights(rows: readonly number[], listener: Int32Array): Float64Array {
  const counts = countsOf(rows.map((i) => listener[i]!));
  return Float64Array.from(rows, (i) => 1 / (counts.size * counts.get(listener[i]!)!));
}

/**
 * Proportions of one observer at all levels, each against chance.
 *
 * @param answers - The curve's answers.
 * @param observer - 0 humans, 1 the model; and its name.
 * @param chance - Chance level.
 * @returns One line a level.
 */
export function levelProportions(
  answers: CurveAnswers,
  observer: { code: number; name: string },
  chance: number,
): LevelProportion[] {
  const lines = answers.levels.map((level, k): LevelProportion => {
    const { proportion, contributions, variance, interval } = levelEstimate(answers, observer.code, k);
    return {
      observer: observer.name,
      level,
      answers: contributions.value.length,
      listeners: variance.listeners,
      sources: variance.sources,
      proportion,
      interval,
      standardError: Math.sqrt(variance.variance),
      pAboveChance: pAbove(proportion, chance, variance),
      pAboveChanceHolm: Number.NaN,
    };
  });
  const adjusted = holmAdjusted(lines.map(({ pAboveChance }) => pAboveChance));
  return lines.map((line, k) => ({ ...line, pAboveChanceHolm: adjusted[k]! }));
}

/** Score test: chance's own binomial variance, for as many independent answers as have the variance found. */
function pAbove(proportion: number, chance: number, estimate: TwoFactorVariance): number {
  const { variance, degreesOfFreedom, sources } = estimate;
  if (!Number.isFinite(variance) || !(chance > 0 && chance < 1)) return Number.NaN;
  const trials = variance > 0 ? (proportion * (1 - proportion)) / variance : sources;
  const t = (proportion - chance) / Math.sqrt((chance * (1 - chance)) / trials);
  return oneSided(t, Math.max(1, degreesOfFreedom));
}

/** P(T > t). */
function oneSided(t: number, degreesOfFreedom: number): number {
  const half = Math.exp(logTwoSidedT(t, degreesOfFreedom)) / 2;
  return t > 0 ? half : 1 - half;
}

/**
 * Humans minus model at each level, with the test of equivalence.
 *
 * @param answers - Answers of both.
 * @param model - The model's name.
 * @param margin - Proportion within which the two count as alike.
 * @returns One line a level, p adjusted over levels by Holm.
 */
export function observerDifferences(answers: CurveAnswers, model: string, margin: number): Equivalence[] {
  return withHolm(
    answers.levels.map((level, k) => {
      const pair = pairOf(levelEstimate(answers, 0, k), levelEstimate(answers, 1, k));
      const line = difference(`human − ${model}`, level, pair);
      const interval90 = intervalOf(pair, 0.9);
      const t = tQuantile(0.95, line.degreesOfFreedom);
      // The standard error that each side of the 90 % interval stands for.
      const below = (line.difference - interval90.low) / t;
      const above = (interval90.high - line.difference) / t;
      return {
        ...line,
        margin,
        interval90,
        pEquivalent: Math.max(
          oneSided((line.difference + margin) / below, line.degreesOfFreedom),
          oneSided((margin - line.difference) / above, line.degreesOfFreedom),
        ),
      };
    }),
  );
}

/**
 * Humans at the first level minus each later one.
 *
 * @returns One line a level, p adjusted by Holm.
 */
export function lossFromFirst(answers: CurveAnswers): ProportionDifference[] {
  const first = levelEstimate(answers, 0, 0);
  const name = (level: string) => `${answers.levels[0]} − ${level}`;
  return withHolm(
    answers.levels
      .slice(1)
      .map((level, k) => difference(name(level), level, pairOf(first, levelEstimate(answers, 0, k + 1)))),
  );
}

function withHolm<Line extends ProportionDifference>(lines: Line[]): Line[] {
  const adjusted = holmAdjusted(lines.map(({ p }) => p));
  return lines.map((line, k) => ({ ...line, pHolm: adjusted[k]! }));
}

function difference(name: string, level: string, pair: EstimatePair): ProportionDifference {
  const [first, second] = pair.estimates;
  const value = first.proportion - second.proportion;
  const { degreesOfFreedom } = pair.variance;
  const interval = intervalOf(pair, 0.95);
  // The side towards zero says how far off zero is.
  const reach = value > 0 ? value - interval.low : interval.high - value;
  const t = value / (reach / tQuantile(0.975, degreesOfFreedom));
  const p = value === 0 ? 1 : Math.exp(logUpperTailF(t * t, 1, degreesOfFreedom));
  return { name, level, difference: value, interval, degreesOfFreedom, p, pHolm: Number.NaN };
}

function pairOf(first: LevelEstimate, second: LevelEstimate): EstimatePair {
  const [a, b] = [first.contributions, second.contributions];
  const length = a.value.length + b.value.length;
  const joined = (key: 'listener' | 'source') => {
    const codes = new Int32Array(length);
    codes.set(a[key]);
    codes.set(b[key], a.value.length);
    return codes;
  };
  const value = new Float64Array(length);
  value.set(a.value);
  b.value.forEach((own, i) => {
    value[a.value.length + i] = -own;
  });
  const joint = twoFactorVariance({ listener: joined('listener'), source: joined('source'), value });
  const variance = { ...joint, degreesOfFreedom: Math.max(1, joint.degreesOfFreedom) };
  return { estimates: [first, second], variance };
}

function intervalOf({ estimates, variance: joint }: EstimatePair, confidence: number): Interval {
  const [first, second] = estimates;
  const product = Math.sqrt(first.variance.variance * second.variance.variance);
  const shared = (first.variance.variance + second.variance.variance - joint.variance) / 2;
  const correlation = product > 0 ? Math.max(-1, Math.min(1, shared / product)) : 0;
  const [a, b] = estimates.map(({ proportion, variance }) => ({
    estimate: proportion,
    interval: proportionInterval(proportion, variance, confidence),
  }));
  return differenceInterval(a!, b!, correlation);
}
