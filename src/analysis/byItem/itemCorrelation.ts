import { pearson, spearman } from '../../statistics/estimates/correlation.ts';
import type { Interval } from '../../statistics/estimates/proportion.ts';
import type { ModelScores } from '../trials/stimuli.ts';
import type { AgreementWithPeople } from './agreementWithPeople.ts';
import type { Items } from './items.ts';
import { centerByGroupInPlace, type Reliability } from './reliability.ts';

/** Correlation over items of human recognition with one model's. */
export interface ItemCorrelation {
  observer: string;
  items: number;
  /** Over all items, so the effect of the stage is in it. */
  raw: CorrectedCorrelation;
  spearman: number;
  /** With each level's means removed from both: agreement about items beyond the stage. */
  withinStage: CorrectedCorrelation;
  byLevel: { level: string; items: number; r: number }[];
}

/** A correlation with its interval and its value corrected for the noise of the human means. */
export interface CorrectedCorrelation {
  r: number;
  /** 95 %, for new listeners and new sounds. */
  interval: Interval;
  /** r / √(human reliability); NaN where the reliability is not above 0. Not capped at 1. */
  noiseCorrected: number;
}

/**
 * Correlates humans with each model over items. A model's own reliability is taken as 1 (it answers alike each time).
 *
 * @param items - The curve's items.
 * @param models - The models' answers.
 * @param options - Human reliabilities, and the correlations' intervals.
 * @returns One entry per model with at least three shared items.
 */
export function itemCorrelations(
  items: Items,
  models: readonly ModelScores[],
  options: {
    reliability: { raw: Reliability; withinStage: Reliability };
    agreement: readonly AgreementWithPeople[];
  },
): ItemCorrelation[] {
  return models.flatMap((scores) => {
    const shared = [...items.stimulus.keys()].filter((item) => scores.trials[items.stimulus[item]!]! > 0);
    if (shared.length < 3) return [];
    const human = Float64Array.from(shared, (item) => items.correct[item]! / items.trials[item]!);
    const model = Float64Array.from(shared, (item) => {
      const sound = items.stimulus[item]!;
      return scores.correct[sound]! / scores.trials[sound]!;
    });
    const level = Int32Array.from(shared, (item) => items.level[item]!);
    const own = options.agreement.find(({ observer }) => observer === scores.observer);
    const none = { low: Number.NaN, high: Number.NaN };
    const correlate = (
      [x, y]: readonly [Float64Array, Float64Array],
      reliability: Reliability,
      interval: Interval = none,
    ): CorrectedCorrelation => {
      const r = pearson(x, y);
      return {
        r,
        interval,
        noiseCorrected: reliability.spearmanBrown > 0 ? r / Math.sqrt(reliability.spearmanBrown) : Number.NaN,
      };
    };
    const centered = [Float64Array.from(human), Float64Array.from(model)] as const;
    for (const values of centered) centerByGroupInPlace(values, level, items.levels.length);
    return [
      {
        observer: scores.observer,
        items: shared.length,
        raw: correlate([human, model], options.reliability.raw, own?.itemCorrelation.interval),
        spearman: spearman(human, model),
        withinStage: correlate(
          centered,
          options.reliability.withinStage,
          own?.itemCorrelationWithinStage.interval,
        ),
        byLevel: items.levels.map((name, index) => {
          const inLevel = [...level.keys()].filter((i) => level[i] === index);
          return {
            level: name,
            items: inLevel.length,
            r: pearson(
              inLevel.map((i) => human[i]!),
              inLevel.map((i) => model[i]!),
            ),
          };
        }),
      },
    ];
  });
}
