import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '../engine/tf.ts';

// A clip without any contrast becomes zero instead of a quotient of zeros.
const leastRange = 1e-12;

/**
 * Scales each clip linearly so that its smallest value becomes 0 and its largest a given one.
 *
 * Where several places share the smallest or the largest value, its gradient is divided among them evenly.
 *
 * @param x - Shape [batch, frequency, time, channel].
 * @param largest - What the largest value becomes.
 * @returns Same shape.
 */
export function minMaxScale(x: Tensor4D, largest: number): Tensor4D {
  const axes = [1, 2, 3];
  const scaled = tf.customGrad((input, save) => {
    const lowest = tf.min(input as Tensor, axes, true);
    const range = tf.maximum(tf.sub(tf.max(input as Tensor, axes, true), lowest), leastRange);
    const share = tf.div(tf.sub(input as Tensor, lowest), range);
    (save as (tensors: Tensor[]) => void)([share, range]);
    const gradFunc = (dy: Tensor, [part, width]: Tensor[]) => {
      const towardHighest = tf.sum(tf.mul(dy, part!), axes, true);
      const towardLowest = tf.sub(tf.sum(dy, axes, true), towardHighest);
      const own = tf.sub(dy, tf.add(spread(towardHighest, part!, 1), spread(towardLowest, part!, 0)));
      return tf.div(tf.mul(own, largest), width!);
    };
    return { value: tf.mul(share, largest), gradFunc };
  });
  return scaled(x) as Tensor4D;

  function spread(whole: Tensor, part: Tensor, end: 0 | 1): Tensor {
    const isEnd = tf.cast(tf.equal(part, end), 'float32');
    return tf.mul(isEnd, tf.div(whole, tf.maximum(tf.sum(isEnd, axes, true), 1)));
  }
}
