import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import { tf } from '../engine/tf.ts';

/**
 * Tensors with all vectors among them made one, so that what is done to each element takes one op for all of them: a
 * network has many short ones.
 *
 * @param tensors - Of any shapes.
 * @returns Those that are no vectors in their order, then the vectors end to end.
 */
export function joinVectors(tensors: readonly Tensor[]): Tensor[] {
  const vectors = tensors.filter(isVector);
  return vectors.length === 0 ? [...tensors] : [...tensors.filter((x) => !isVector(x)), tf.concat(vectors)];
}

/**
 * Undoes {@link joinVectors}.
 *
 * @param joined - What it gave, or tensors of the same shapes.
 * @param like - What it was given, or tensors of the same shapes.
 * @returns The parts in the order of `like`.
 */
export function partVectors(joined: readonly Tensor[], like: readonly Tensor[]): Tensor[] {
  const sizes = like.filter(isVector).map(({ size }) => size);
  const vectors = sizes.length === 0 ? [] : tf.split(joined.at(-1)!, sizes);
  const others = joined.slice();
  return like.map((x) => (isVector(x) ? vectors : others).shift()!);
}

const isVector = (x: Tensor): x is Tensor1D => x.rank === 1;
