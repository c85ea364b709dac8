import type { Tensor } from '@tensorflow/tfjs';
import { remembered } from '../src/base/remembered.ts';
import { constant, tf } from '../src/engine/tf.ts';
import { favorsFewOps } from '../src/engine/trace.ts';

/** A linear map whose outputs are sums of few inputs, and whose inputs go into few outputs. */
export interface SparseMap {
  /** How many inputs there are. */
  inputs: number;
  /** Terms of each output. */
  terms: number;
  /** Input that each term is, shape [outputs, terms]; where there are no weights, `inputs` stands for no term. */
  places: Int32Array;
  /** Factor of each term, zero for none; without them all are 1. */
  weights?: Float32Array;
}

/**
 * What a linear map makes of numbers. Where ops are dear, its gradient is gathered like its outputs: threads that scatter
 * would wait for each other, and add in the order in which they come.
 *
 * @param parts - Its inputs, in parts of shape [batch, numbers].
 * @returns Shape [batch, outputs].
 */
export function mapped(parts: readonly Tensor[], map: SparseMap): Tensor {
  return favorsFewOps() ? withGatheredGradient(parts, map, adjointOf(map)) : sumsOf(parts, map);
}

function withGatheredGradient(parts: readonly Tensor[], map: SparseMap, adjoint: SparseMap): Tensor {
  return tf.customGrad((...given) => ({
    value: sumsOf(given.slice(0, parts.length) as Tensor[], map),
    gradFunc: (dy: Tensor) => {
      const whole = withGatheredGradient([dy], adjoint, map);
      const lengths = parts.map(({ shape }) => shape[1]!);
      // TensorFlow.js has no gradient of a split into one part.
      return parts.length === 1 ? whole : tf.split(whole, lengths, 1);
    },
  }))(...parts);
}

function sumsOf(parts: readonly Tensor[], { terms, places, weights }: SparseMap): Tensor {
  const all = weights ? parts : [...parts, tf.zeros([parts[0]!.shape[0]!, 1])];
  const row = all.length === 1 ? all[0]! : tf.concat([...all], 1);
  const outputs = places.length / terms;
  const shape = terms === 1 ? [outputs] : [outputs, terms];
  const gathered = tf.gather(row, constant(places, shape) as never, 1);
  const weighted = weights ? tf.mul(gathered, constant(weights, [1, ...shape])) : gathered;
  return terms === 1 ? weighted : tf.sum(weighted, 2);
}

/** The map whose outputs are the inputs of another, with the same factors. */
const adjointOf = remembered(({ inputs, terms, places, weights }: SparseMap): SparseMap => {
  const outputs = places.length / terms;
  const isTerm = (i: number) => (weights ? weights[i] !== 0 : places[i]! < inputs);
  const counts = new Int32Array(inputs);
  for (let i = 0; i < places.length; i++) if (isTerm(i)) counts[places[i]!]!++;
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  const back = new Int32Array(inputs * most).fill(weights ? 0 : outputs);
  const factors = new Float32Array(weights ? back.length : 0);
  counts.fill(0);
  for (let i = 0; i < places.length; i++) {
    if (!isTerm(i)) continue;
    const place = places[i]!;
    const at = place * most + counts[place]!++;
    back[at] = Math.floor(i / terms);
    if (weights) factors[at] = weights[i]!;
  }
  return { inputs: outputs, terms: most, places: back, ...(weights ? { weights: factors } : {}) };
});
