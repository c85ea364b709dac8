import type { Tensor } from '@tensorflow/tfjs';
import { tf } from './tf.ts';

/**
 * Rectifier whose gradient is that of the identity, so that what lies below zero can be driven.
 *
 * @param x - Any shape.
 * @returns max(x, 0).
 * @see Feather et al. (2023), Methods: before the cochleagram's compression and at the matched stage, nowhere else.
 */
export function identityGradientRelu(x: Tensor): Tensor {
  return tf.customGrad((input) => ({
    value: tf.relu(input as Tensor),
    gradFunc: (gradient: Tensor) => gradient,
  }))(x);
}
