import type { Tensor4D } from '@tensorflow/tfjs';
import { constant, tf } from '../engine/tf.ts';

/** The constants of a local response normalization. */
export interface LocalResponseNorm {
  radius: number;
  bias: number;
  alpha: number;
  beta: number;
}

const bands = new Map<string, Float32Array>();

/**
 * Local response normalization over neighboring channels, x·(bias + alpha·Σ x²)^−beta, by a 1 × 1 convolution with a
 * constant band matrix.
 *
 * @param x - Shape [batch, frequency, time, channel].
 * @param norm - Its constants; the sum runs over channels at most `radius` away.
 * @returns Same shape.
 * @see Krizhevsky et al. (2012); constants as TensorFlow counts them (alpha is not divided by the window).
 */
export function localResponseNorm(x: Tensor4D, norm: LocalResponseNorm): Tensor4D {
  const channels = x.shape[3];
  const band = constant(bandMatrix(channels, norm.radius), [1, 1, channels, channels]) as Tensor4D;
  const neighbors = tf.conv2d(tf.mul(x, x) as Tensor4D, band, 1, 'same');
  return tf.mul(x, tf.pow(tf.add(tf.mul(neighbors, norm.alpha), norm.bias), -norm.beta));
}

function bandMatrix(channels: number, radius: number): Float32Array {
  const key = `${channels},${radius}`;
  const matrix =
    bands.get(key) ??
    Float32Array.from({ length: channels * channels }, (_, i) =>
      Math.abs(Math.floor(i / channels) - (i % channels)) <= radius ? 1 : 0,
    );
  bands.set(key, matrix);
  return matrix;
}
