import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
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

/**
 * Gives the gradient of max pooling a gradient of its own, which TensorFlow.js has not: what arrives is taken from where
 * each maximum stands. Derivatives along a direction need it, which are gradients of gradients.
 */
export function defineSecondGradients(): void {
  if (tf.getGradient(maxPoolGradient)) return;
  tf.registerGradient({
    kernelName: maxPoolGradient,
    inputsToSave: ['input'],
    gradFunc: (dy, saved, attributes) => {
      const [input] = saved as [Tensor4D];
      const { filterSize, strides, pad } = attributes as never;
      const from = (places: Tensor) => tf.gather(tf.reshape(dy as Tensor, [-1]), places as never);
      return {
        dy: () => from(tf.maxPoolWithArgmax(input, filterSize, strides, pad, true)['indexes']!),
        // Where a maximum stands does not change with small changes of the input.
        input: () => tf.zerosLike(input),
      };
    },
  });
}

const maxPoolGradient = 'MaxPoolGrad';
