import { spearmanBrown } from '../../statistics/estimates/correlation.ts';
import { median } from '../../statistics/estimates/descriptive.ts';
import { correlationMatrix, matrixAgreement } from '../dissimilarity.ts';
import type { StageFeatures } from '../stageFeatures.ts';
import type { Split } from './predictStage.ts';
import { meanResponses, type Responses, repeatOf } from './responses.ts';

/** Agreement of how a model and a brain group sounds. */
export interface Similarity {
  /** Spearman's correlation of the upper triangles, all sounds, by stage. */
  byStage: Record<string, number>;
  /** Of the stage that is best on one half of the sounds, scored on the other; median over splits. */
  heldOut: number;
  /** What measurement noise leaves to be had: agreement of the repeated measurements; null without repeats. */
  ceiling: number | null;
}

/**
 * Representational similarity of stages and responses.
 *
 * @param features - Of every stage.
 * @param responses - At least three; more than two sounds a half.
 * @param splits - Halves of the sounds.
 * @returns Undefined for fewer than three responses, which have no pattern to correlate.
 * @see Kriegeskorte et al. (2008), Front. Syst. Neurosci. 2, 4; Tuckute et al. (2023), PLoS Biol. 21, e3002366.
 */
export function representationalSimilarity(
  features: readonly StageFeatures[],
  responses: Responses,
  splits: readonly Split[],
): Similarity | undefined {
  const count = responses.names.length;
  if (count < 3) return undefined;
  const repeatMatrices = Array.from({ length: responses.repeats }, (_, repeat) =>
    correlationMatrix(repeatOf(responses, repeat), count),
  );
  const measured = correlationMatrix(meanResponses(responses), count);
  const stages = features.map(({ stage, width, values }) => ({
    stage,
    matrix: correlationMatrix(values, width),
  }));
  const all = Array.from({ length: responses.sounds }, (_, i) => i);
  const agreement = (matrix: number[][], sounds: readonly number[]) =>
    matrixAgreement(matrix, measured, sounds);
  const heldOut = splits.map(({ train, test }) => {
    const scores = stages.map(({ matrix }) => agreement(matrix, train));
    return agreement(stages[scores.indexOf(Math.max(...scores))]!.matrix, test);
  });
  return {
    byStage: Object.fromEntries(stages.map(({ stage, matrix }) => [stage, agreement(matrix, all)])),
    heldOut: median(heldOut),
    ceiling: ceilingOf(repeatMatrices, all),
  };
}

/** Reliability of the mean matrix from the agreement of single ones. */
function ceilingOf(matrices: readonly number[][][], sounds: readonly number[]): number | null {
  const pairs = matrices.flatMap((one, i) =>
    matrices.slice(i + 1).map((other) => matrixAgreement(one, other, sounds)),
  );
  return pairs.length === 0 ? null : Math.sqrt(Math.max(0, spearmanBrown(median(pairs), matrices.length)));
}
