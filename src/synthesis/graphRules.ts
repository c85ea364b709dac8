import type { Tensor } from '@tensorflow/tfjs';
import { constant, tf } from '../engine/tf.ts';
import type { GraphRule } from './graphRule.ts';
import { type LappedTransformInGraph, lappedTransformInGraph } from './lappedTransformInGraph.ts';
import { binsAround, blocksAround } from './levelNeighborhood.ts';

/**
 * `normalizedGradientDescent` in the graph.
 *
 * @param lengthAt - Length of the step after a number of steps.
 */
export function normalizedGradientDescentInGraph(lengthAt: (step: number) => number): GraphRule {
  return {
    scalars: (step) => ({ length: lengthAt(step) }),
    update({ waveform, memory }, gradient, { length }) {
      const norm = tf.sqrt(tf.sum(tf.square(gradient), 1, true));
      const scale = tf.div(length!, tf.add(norm, 1e-10));
      return { waveform: clamped(tf.sub(waveform, tf.mul(gradient, scale))), memory };
    },
  };
}

/** Constants of `levelScaledAdam`. */
export interface LevelScaledAdam {
  exponent: number;
  floor: number;
  momentum: number;
  secondMomentum: number;
  bins: number;
  reach: number;
}

/**
 * `levelScaledAdam` in the graph.
 *
 * @param rule - Its constants.
 * @param rateAt - Step size at unit level after a number of steps.
 */
export function levelScaledAdamInGraph(
  { exponent, floor, momentum, secondMomentum, bins, reach }: LevelScaledAdam,
  rateAt: (step: number) => number,
): GraphRule {
  return {
    scalars: (step) => ({
      scale: rateAt(step) / (1 - momentum ** (step + 1)),
      correction: 1 / (1 - secondMomentum ** (step + 1)),
    }),
    update({ waveform, memory }, gradient, { scale, correction }) {
      const transform = lappedTransformInGraph(waveform.shape[1]!, bins);
      const [coefficients, slope] = [transform.forward(waveform), transform.forward(gradient)];
      const moved = (old: Tensor, share: number, next: Tensor) =>
        tf.add(tf.mul(old, share), tf.mul(next, 1 - share));
      const first = moved(memory[0]!, momentum, slope);
      const second = moved(memory[1]!, secondMomentum, tf.square(slope));
      const direction = tf.div(first, tf.add(tf.sqrt(tf.mul(second, correction!)), 1e-12));
      const level = tf.maximum(levelsAround(coefficients, transform, reach), floor);
      // A power is an exponential of a logarithm there, which is less exact and slower.
      const size = exponent === 1 ? level : tf.pow(level, exponent);
      const changed = tf.sub(coefficients, tf.mul(tf.mul(size, direction), scale!));
      return { waveform: clamped(transform.inverse(changed)), memory: [first, second] };
    },
  };
}

/** Root mean square of the coefficients around each, shape [sounds, blocks · bins]. */
function levelsAround(coefficients: Tensor, { blocks, bins }: LappedTransformInGraph, reach: number): Tensor {
  const sounds = coefficients.shape[0]!;
  const ofBlocks = means(blocks, (block) => blocksAround(block, blocks));
  const ofBins = means(bins, (bin) => binsAround(bin, bins, reach));
  const energy = tf.reshape(tf.square(coefficients), [sounds, blocks, bins]);
  const overBlocks = tf.matMul(tf.tile(tf.expandDims(ofBlocks, 0), [sounds, 1, 1]), energy);
  const rows = tf.reshape(overBlocks, [sounds * blocks, bins]);
  const levels = tf.sqrt(tf.matMul(rows, ofBins, false, true));
  return tf.reshape(levels, [sounds, blocks * bins]);
}

/** A matrix whose rows are means over a run of columns. */
function means(size: number, around: (row: number) => readonly [first: number, end: number]): Tensor {
  const values = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    const [first, end] = around(row);
    values.fill(1 / (end - first), row * size + first, row * size + end);
  }
  return constant(values, [size, size]);
}

const clamped = (waveform: Tensor) => tf.clipByValue(waveform, -1, 1);
