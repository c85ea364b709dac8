import type { Random } from '../base/random.ts';
import { bootstrap } from '../statistics/estimates/bootstrap.ts';
import { pearson, ranks, spearman } from '../statistics/estimates/correlation.ts';
import type { Interval } from '../statistics/estimates/proportion.ts';
import type { StageFeatures } from './stageFeatures.ts';

/**
 * How alike sounds are to what responds to them: correlations between rows.
 *
 * @param values - Responses or features, shape [sounds, width], row-major.
 * @param width - Numbers a sound.
 * @returns Shape [sounds, sounds].
 */
export function correlationMatrix(values: Float64Array, width: number): number[][] {
  const rows = Array.from({ length: values.length / width }, (_, i) =>
    values.subarray(i * width, (i + 1) * width),
  );
  return rows.map((row) => rows.map((other) => pearson(row, other)));
}

/**
 * Agreement of two matrices of how alike sounds are: Spearman's correlation over pairs of different sounds.
 *
 * @param one - Shape [sounds, sounds].
 * @param other - Of the same sounds, shape [sounds, sounds].
 * @param sounds - Indices of the sounds that count.
 * @see Kriegeskorte, Mur & Bandettini (2008), Front. Syst. Neurosci. 2, 4.
 */
export function matrixAgreement(
  one: readonly number[][],
  other: readonly number[][],
  sounds: readonly number[],
): number {
  return spearman(upperTriangle(one, sounds), upperTriangle(other, sounds));
}

/**
 * What agreement two matrices would have about other sounds: 95 % of resamples of the sounds.
 *
 * A sound that is drawn twice makes no pair with itself. Ranks are those among all pairs, so that a resample costs no sorting.
 *
 * @param one - Shape [sounds, sounds].
 * @param other - Of the same sounds, shape [sounds, sounds].
 * @param random - Draws the resamples.
 * @returns Percentile interval of {@link matrixAgreement}.
 */
export function matrixAgreementInterval(
  one: readonly number[][],
  other: readonly number[][],
  random: Random,
): Interval {
  const [ofOne, ofOther] = [rankedPairs(one), rankedPairs(other)];
  const agreement = (places: Int32Array) => {
    const sounds = [...places].sort((a, b) => a - b);
    return pearson(upperTriangle(ofOne, sounds), upperTriangle(ofOther, sounds));
  };
  return bootstrap(one.length, agreement, { random, resamples: 1000 }).percentile;
}

/**
 * Agreement of every stage of one network with every stage of another about the same sounds.
 *
 * @param rows - Stages of one network.
 * @param columns - Stages of the other.
 * @returns Shape [rows, columns].
 */
export function stageAgreement(
  rows: readonly StageFeatures[],
  columns: readonly StageFeatures[],
): number[][] {
  const matricesOf = (stages: readonly StageFeatures[]) =>
    stages.map(({ values, width }) => correlationMatrix(values, width));
  const [ofRows, ofColumns] = [matricesOf(rows), matricesOf(columns)];
  const sounds = ofRows[0]!.map((_, sound) => sound);
  return ofRows.map((one) => ofColumns.map((other) => matrixAgreement(one, other, sounds)));
}

/** The rank of each pair of different sounds among all pairs, above the diagonal. */
function rankedPairs(matrix: readonly number[][]): number[][] {
  const ranked = ranks(
    upperTriangle(
      matrix,
      matrix.map((_, sound) => sound),
    ),
  );
  let next = 0;
  return matrix.map((row, i) => row.map((_, j) => (j > i ? ranked[next++]! : Number.NaN)));
}

/** Values of each pair of different sounds, in the order of the asked ones. */
function upperTriangle(matrix: readonly number[][], sounds: readonly number[]): number[] {
  const values: number[] = [];
  for (let i = 0; i < sounds.length; i++)
    for (let j = i + 1; j < sounds.length; j++)
      if (sounds[i] !== sounds[j]) values.push(matrix[sounds[i]!]![sounds[j]!]!);
  return values;
}
