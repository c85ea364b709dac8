import type { Tensor } from '@tensorflow/tfjs';
import { tf } from './tf.ts';
import { Tracer } from './tracer.ts';

/**
 * Numbers of a tensor that does not depend on the function's inputs.
 *
 * @param x - Any tensor.
 * @returns Its values, row-major; undefined when it is symbolic. Engines that compute at once know all values.
 */
export function constantNumbers(x: Tensor): readonly number[] | undefined {
  const backend = tf.backend();
  const values = backend instanceof Tracer ? backend.constantValues(x) : x.dataSync();
  return values && Array.from(values as Float32Array, Number);
}
