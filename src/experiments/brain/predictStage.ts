import { createRandom } from '../../base/random.ts';
import { median } from '../../statistics/estimates/descriptive.ts';
import type { StageFeatures } from '../stageFeatures.ts';
import { type Explained, explainedVariance } from './explainedVariance.ts';
import { decomposeGram } from './gramDecomposition.ts';
import { meanResponses, type Responses, repeatOf } from './responses.ts';
import { ridgePredictions } from './ridgePredictions.ts';

/** Which sounds train and which are held out. */
export interface Split {
  train: readonly number[];
  test: readonly number[];
}

/** How a response is predicted from a stage, by split. */
export interface ResponsePrediction {
  /** Shape [splits]. */
  bySplit: readonly Explained[];
  /** Median over the splits. */
  r2: number;
  r2Corrected: number | null;
  /** Penalty, geometric median over the splits. */
  alpha: number;
}

/**
 * Random halves of the sounds.
 *
 * @param sounds - How many sounds.
 * @param splits - How many halves; the training half is the larger where the number is odd.
 * @param seed - Whole number.
 */
export function randomHalves(sounds: number, splits: number, seed: number): Split[] {
  return Array.from({ length: splits }, (_, i) => {
    const order = createRandom(seed, 'split', String(i)).shuffled(
      Array.from({ length: sounds }, (_, s) => s),
    );
    const half = Math.ceil(sounds / 2);
    return { train: order.slice(0, half), test: order.slice(half) };
  });
}

/**
 * Predicts every response from one stage, in every split; the stage's features are decomposed once a split.
 *
 * @param features - Of the stage.
 * @param responses - Measured.
 * @param how - Splits and penalties; `onSplit` hears how many splits are done, and is waited for.
 * @returns One prediction a response.
 */
export async function predictStage(
  features: StageFeatures,
  responses: Responses,
  {
    splits,
    penalties,
    onSplit,
  }: {
    splits: readonly Split[];
    penalties: readonly number[];
    onSplit?: (done: number) => Promise<void>;
  },
): Promise<ResponsePrediction[]> {
  const bySplit: { explained: Explained[]; penalties: Float64Array }[] = [];
  for (const split of splits) {
    const gram = decomposeGram(features.values, features.width, split);
    const count = responses.names.length;
    const regress = (values: Float64Array) => ridgePredictions(gram, { values, responses: count }, penalties);
    const whole = await regress(rowsOf(meanResponses(responses), split.train, count));
    const single: Float64Array[] = [];
    if (responses.repeats > 1)
      for (let repeat = 0; repeat < responses.repeats; repeat++)
        single.push((await regress(rowsOf(repeatOf(responses, repeat), split.train, count))).predictions);
    const explained = responses.names.map((_, r) => {
      const measuredIn = (sounds: readonly number[]) =>
        Array.from({ length: responses.repeats }, (_, repeat) =>
          Float64Array.from(sounds, (sound) => repeatOf(responses, repeat)[sound * count + r]!),
        );
      const column = (values: Float64Array) =>
        Float64Array.from(split.test, (_, t) => values[t * count + r]!);
      return explainedVariance({
        measured: measuredIn(split.test),
        trained: measuredIn(split.train),
        prediction: column(whole.predictions),
        predictions: single.map(column),
      });
    });
    bySplit.push({ explained, penalties: whole.penalties });
    await onSplit?.(bySplit.length);
  }
  return responses.names.map((_, r) =>
    summarized(
      bySplit.map(({ explained }) => explained[r]!),
      bySplit.map((each) => each.penalties[r]!),
    ),
  );
}

function summarized(bySplit: Explained[], penalties: number[]): ResponsePrediction {
  const corrected = bySplit.flatMap(({ r2Corrected }) => r2Corrected ?? []);
  return {
    bySplit,
    r2: median(bySplit.map(({ r2 }) => r2)),
    r2Corrected: corrected.length === 0 ? null : median(corrected),
    alpha: 10 ** median(penalties.map(Math.log10)),
  };
}

function rowsOf(values: Float64Array, rows: readonly number[], width: number): Float64Array {
  const chosen = new Float64Array(rows.length * width);
  for (const [i, row] of rows.entries())
    chosen.set(values.subarray(row * width, (row + 1) * width), i * width);
  return chosen;
}
