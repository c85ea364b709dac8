import type { Tensor } from '@tensorflow/tfjs';
import { constant, tf } from '../engine/tf.ts';
import { lapAngles } from './lappedTransform.ts';

/** The lapped transform of waveforms in TensorFlow.js ops. */
export interface LappedTransformInGraph {
  blocks: number;
  bins: number;
  /** From waveforms [sounds, samples] to coefficients [sounds, blocks · bins]. */
  forward(waveform: Tensor): Tensor;
  /** From coefficients to waveforms. */
  inverse(coefficients: Tensor): Tensor;
}

/**
 * `lappedTransform` in TensorFlow.js ops: rotations across the borders of the blocks, and a matrix for the DCT-IV.
 *
 * @param samples - Length of waveforms.
 * @param bins - Samples and coefficients a block, even.
 */
export function lappedTransformInGraph(samples: number, bins: number): LappedTransformInGraph {
  const blocks = Math.ceil(samples / bins);
  const cosines = constant(cosineMatrix(bins), [bins, bins]);
  const transformed = (values: Tensor) => {
    const sounds = values.shape[0]!;
    const rows = tf.reshape(values, [sounds * blocks, bins]);
    return tf.reshape(tf.matMul(rows, cosines), [sounds, blocks, bins]);
  };
  const flat = (values: Tensor) => tf.reshape(values, [values.shape[0]!, blocks * bins]);
  return {
    ...{ blocks, bins },
    forward(waveform) {
      const whole = tf.pad(waveform, [
        [0, 0],
        [0, blocks * bins - samples],
      ]);
      return flat(transformed(rotated(tf.reshape(whole, [waveform.shape[0]!, blocks, bins]), 1)));
    },
    inverse(coefficients) {
      const whole = flat(rotated(transformed(coefficients), -1));
      return tf.slice(whole, [0, 0], [coefficients.shape[0]!, samples]);
    },
  };
}

/** Rotates what lies at the same distance before and behind each border of two blocks, [sounds, blocks, bins]. */
function rotated(values: Tensor, direction: 1 | -1): Tensor {
  const [sounds, blocks, bins] = values.shape as [number, number, number];
  if (blocks === 1) return values;
  const half = bins / 2;
  const { inside, outside } = lapAngles(bins);
  const [kept, lapped] = [inside, outside.map((lap) => direction * lap)].map((each) =>
    constant(Float32Array.from(each), [half]),
  ) as [Tensor, Tensor];
  const part = (x: Tensor, begin: number[], size: number[]) => tf.slice(x, begin, size);
  const late = tf.reverse(part(values, [0, 0, half], [sounds, blocks, half]), 2);
  const early = part(values, [0, 0, 0], [sounds, blocks, half]);
  const before = part(late, [0, 0, 0], [sounds, blocks - 1, half]);
  const after = part(early, [0, 1, 0], [sounds, blocks - 1, half]);
  const newBefore = tf.sub(tf.mul(before, kept), tf.mul(after, lapped));
  const newAfter = tf.add(tf.mul(after, kept), tf.mul(before, lapped));
  const newLate = tf.concat([newBefore, part(late, [0, blocks - 1, 0], [sounds, 1, half])], 1);
  const newEarly = tf.concat([part(early, [0, 0, 0], [sounds, 1, half]), newAfter], 1);
  return tf.concat([newEarly, tf.reverse(newLate, 2)], 2);
}

/** Orthonormal DCT-IV, which is symmetric. */
function cosineMatrix(bins: number): Float32Array {
  // One turn in steps that all angles are multiples of, so that no angle is large.
  const turn = Float32Array.from(
    { length: 8 * bins },
    (_, i) => Math.sqrt(2 / bins) * Math.cos((Math.PI * i) / (4 * bins)),
  );
  return Float32Array.from({ length: bins * bins }, (_, i) => {
    const [n, k] = [Math.floor(i / bins), i % bins];
    return turn[((2 * n + 1) * (2 * k + 1)) % turn.length]!;
  });
}
