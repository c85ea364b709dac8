import { type BootstrapOptions, bootstrap } from '../../statistics/estimates/bootstrap.ts';
import { pearson, spearman } from '../../statistics/estimates/correlation.ts';
import type { Interval } from '../../statistics/estimates/proportion.ts';
import type { ModelScores } from '../trials/stimuli.ts';
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
  /** Bootstrap over sources, BCa, 95 %. */
  interval: Interval;
  /** r / √(human reliability); NaN where the reliability is not above 0. Not capped at 1. */
  noiseCorrected: number;
}

/**
 * Correlates humans with each model over items. A model's own reliability is taken as 1 (it answers alike each time).
 *
 * @param items - The curve's items.
 * @param models - The models' answers.
 * @param options - Human reliabilities and bootstrap settings.
 * @returns One entry per model with at least three shared items.
 */
export function itemCorrelations(
  items: Items,
  models: readonly ModelScores[],
  options: { reliability: { raw: Reliability; withinStage: Reliability }; bootstrap: BootstrapOptions },
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
    const source = Int32Array.from(shared, (item) => items.source[item]!);
    const correlate = (x: Float64Array, y: Float64Array, reliability: Reliability): CorrectedCorrelation => {
      const r = pearson(x, y);
      return {
        r,
        interval: sourceBootstrap(x, y, source, options.bootstrap),
        noiseCorrected: reliability.spearmanBrown > 0 ? r / Math.sqrt(reliability.spearmanBrown) : Number.NaN,
      };
    };
    const centered = [Float64Array.from(human), Float64Array.from(model)] as const;
    for (const values of centered) centerByGroupInPlace(values, level, items.levels.length);
    return [
      {
        observer: scores.observer,
        items: shared.length,
        raw: correlate(human, model, options.reliability.raw),
        spearman: spearman(human, model),
        withinStage: correlate(...centered, options.reliability.withinStage),
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

/** Sums that make up a correlation: n, Σx, Σy, Σx², Σy², Σxy. */
const sumsPerSource = 6;

function sourceBootstrap(
  x: Float64Array,
  y: Float64Array,
  source: Int32Array,
  options: BootstrapOptions,
): Interval {
  const places = new Map<number, number>();
  for (const code of source) if (!places.has(code)) places.set(code, places.size);
  const sums = new Float64Array(places.size * sumsPerSource);
  for (let i = 0; i < x.length; i++) {
    const at = places.get(source[i]!)! * sumsPerSource;
    [1, x[i]!, y[i]!, x[i]! ** 2, y[i]! ** 2, x[i]! * y[i]!].forEach((value, j) => {
      sums[at + j]! += value;
    });
  }
  return bootstrap(places.size, (indices) => correlationOfSums(sums, indices), options).bca;
}

function correlationOfSums(sums: Float64Array, indices: Int32Array): number {
  let [n, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < indices.length; i++) {
    const at = indices[i]! * sumsPerSource;
    n += sums[at]!;
    sx += sums[at + 1]!;
    sy += sums[at + 2]!;
    sxx += sums[at + 3]!;
    syy += sums[at + 4]!;
    sxy += sums[at + 5]!;
  }
  const varianceX = sxx - (sx * sx) / n;
  const varianceY = syy - (sy * sy) / n;
  return varianceX > 1e-12 && varianceY > 1e-12
    ? (sxy - (sx * sy) / n) / Math.sqrt(varianceX * varianceY)
    : Number.NaN;
}
