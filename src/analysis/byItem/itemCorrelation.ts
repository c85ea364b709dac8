import { pearson, spearman } from '../../statistics/estimates/correlation.ts';
import { type Interval, noInterval } from '../../statistics/estimates/proportion.ts';
import { type ModelScores, modelScore, type ScoreKind } from '../trials/stimuli.ts';
import type { GradedCorrelation } from './gradedCorrelation.ts';
import type { Items } from './items.ts';
import { centerByGroupInPlace, type Reliability } from './reliability.ts';

/** Correlation over items of human recognition with one model's. */
export interface ItemCorrelation extends ScoreCorrelation {
  observer: string;
  items: number;
  byLevel: { level: string; items: number; r: number }[];
  /** The same with the probability that the model gives to the target; null where its trials do not tell it. */
  graded: ScoreCorrelation | null;
}

/** Correlation of human recognition with one kind of a model's scores. */
export interface ScoreCorrelation {
  /** Over all items, so the effect of the stage is in it. */
  raw: CorrectedCorrelation;
  spearman: number;
  /** With each level's means removed from both: agreement about items beyond the stage. */
  withinStage: CorrectedCorrelation;
}

/** A correlation with its interval and its value corrected for the noise of the human means. */
export interface CorrectedCorrelation {
  r: number;
  /** 95 %, for new listeners and new sounds. */
  interval: Interval;
  /** r / √(human reliability); NaN where the reliability is not above 0. Not capped at 1. */
  noiseCorrected: number;
  /** Highest r to be expected of such scores: a 0/1 answer cannot come as close to people's means as a probability. */
  ceiling: number;
}

/** What correlations of each kind of scores need beside the items. */
interface Options {
  reliability: { raw: Reliability; withinStage: Reliability };
  intervals: Record<ScoreKind, readonly GradedCorrelation[]>;
}

/**
 * Correlates humans with each model over items. A model's own reliability is taken as 1 (it answers alike each time).
 *
 * @param items - The curve's items.
 * @param models - The models' answers.
 * @param options - Human reliabilities, and the correlations' intervals by kind of score.
 * @returns One entry per model with at least three shared items.
 */
export function itemCorrelations(
  items: Items,
  models: readonly ModelScores[],
  options: Options,
): ItemCorrelation[] {
  return models.flatMap((scores) => {
    const shared = [...items.stimulus.keys()].filter((item) => scores.trials[items.stimulus[item]!]! > 0);
    if (shared.length < 3) return [];
    const means = sharedMeans(items, shared);
    const scoresOf = (kind: ScoreKind) =>
      Float64Array.from(shared, (item) => modelScore(scores, items.stimulus[item]!, kind));
    const own = (kind: ScoreKind) =>
      options.intervals[kind].find(({ observer }) => observer === scores.observer);
    const correlate = (kind: ScoreKind) =>
      scoreCorrelation(means, scoresOf(kind), { ...options, kind, own: own(kind) });
    return [
      {
        observer: scores.observer,
        items: shared.length,
        ...correlate('answers'),
        graded: own('probability') ? correlate('probability') : null,
        byLevel: correlationsByLevel(items.levels, means, scoresOf('answers')),
      },
    ];
  });
}

interface SharedMeans {
  human: Float64Array;
  level: Int32Array;
  levels: number;
}

function sharedMeans({ correct, trials, level, levels }: Items, shared: readonly number[]): SharedMeans {
  return {
    human: Float64Array.from(shared, (item) => correct[item]! / trials[item]!),
    level: Int32Array.from(shared, (item) => level[item]!),
    levels: levels.length,
  };
}

function scoreCorrelation(
  { human, level, levels }: SharedMeans,
  model: Float64Array,
  { reliability, kind, own }: Options & { kind: ScoreKind; own: GradedCorrelation | undefined },
): ScoreCorrelation {
  const corrected = (
    r: number,
    people: Reliability,
    interval: Interval = noInterval,
  ): CorrectedCorrelation => ({
    r,
    interval,
    noiseCorrected: people.spearmanBrown > 0 ? r / Math.sqrt(people.spearmanBrown) : Number.NaN,
    ceiling: kind === 'answers' ? people.binaryCeiling : people.ceiling,
  });
  const centered = [Float64Array.from(human), Float64Array.from(model)] as const;
  for (const values of centered) centerByGroupInPlace(values, level, levels);
  return {
    raw: corrected(pearson(human, model), reliability.raw, own?.itemCorrelation.interval),
    spearman: spearman(human, model),
    withinStage: corrected(
      pearson(...centered),
      reliability.withinStage,
      own?.itemCorrelationWithinStage.interval,
    ),
  };
}

function correlationsByLevel(
  names: readonly string[],
  { human, level }: SharedMeans,
  model: Float64Array,
): ItemCorrelation['byLevel'] {
  return names.map((name, index) => {
    const inLevel = [...level.keys()].filter((i) => level[i] === index);
    return {
      level: name,
      items: inLevel.length,
      r: pearson(
        inLevel.map((i) => human[i]!),
        inLevel.map((i) => model[i]!),
      ),
    };
  });
}
