import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { dot } from '../../statistics/dense.ts';

/** Sounds seen through features: what every ridge regression on them needs, whatever the responses and penalties. */
export interface GramDecomposition {
  /** Number of training sounds, n. */
  count: number;
  /** Of the centered Gram matrix, ascending; shape [n]. */
  eigenvalues: Float64Array;
  /** Column k belongs to eigenvalue k, row-major; shape [n, n]. */
  vectors: Float64Array;
  /** Inner products of held-out sounds with training sounds, both centered by the training mean; shape [held out, n]. */
  cross: Float64Array;
  /** Number of held-out sounds. */
  heldOut: number;
}

/**
 * Decomposes the features of training sounds.
 *
 * @param features - Shape [sounds, features], row-major.
 * @param width - Features a sound.
 * @param split - Places of training and held-out sounds.
 */
export function decomposeGram(
  features: Float64Array,
  width: number,
  { train, test }: { train: readonly number[]; test: readonly number[] },
): GramDecomposition {
  const mean = new Float64Array(width);
  for (const sound of train)
    for (let j = 0; j < width; j++) mean[j]! += features[sound * width + j]! / train.length;
  const centered = (sound: number) =>
    Float64Array.from({ length: width }, (_, j) => features[sound * width + j]! - mean[j]!);
  const [trained, held] = [train.map(centered), test.map(centered)];
  const gram = new Matrix(trained.map((row) => trained.map((other) => dot(row, other))));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  return {
    count: train.length,
    eigenvalues: Float64Array.from(realEigenvalues, (value) => Math.max(0, value)),
    vectors: Float64Array.from(eigenvectorMatrix.to1DArray()),
    cross: Float64Array.from(held.flatMap((row) => trained.map((other) => dot(row, other)))),
    heldOut: test.length,
  };
}
