import { pearson, spearman } from '../statistics/estimates/correlation.ts';
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

function upperTriangle(matrix: readonly number[][], sounds: readonly number[]): number[] {
  return sounds.flatMap((one, i) => sounds.slice(i + 1).map((other) => matrix[one]![other]!));
}
