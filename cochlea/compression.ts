import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../src/engine/tf.ts';
import { favorsFewOps } from '../src/engine/trace.ts';
import type { CochleagramParameters } from './parameters.ts';

/**
 * Power compression (x + offset)^power of envelopes ≥ 0, its slope clipped in gradients.
 *
 * @param x - Any shape, ≥ 0.
 * @param parameters - `power`, `offset`, and `slopeClip`, the largest slope a gradient sees.
 * @returns Compressed values, same shape.
 * @see chcochleagram's clipped-gradient power compression (Feather et al. 2023).
 */
export function compress(
  x: Tensor,
  { power, offset, slopeClip }: Pick<CochleagramParameters, 'power' | 'offset' | 'slopeClip'>,
): Tensor {
  const clippedPower = tf.customGrad((base, save) => {
    // On a processor exp(p·log x) is vectorized where pow is not; p·x^p/x spares the second power.
    const value = favorsFewOps()
      ? tf.pow(base as Tensor, power)
      : tf.exp(tf.mul(tf.log(base as Tensor), power));
    (save as (tensors: Tensor[]) => void)([base as Tensor, value]);
    const gradFunc = (dy: Tensor, [saved, compressed]: Tensor[]) =>
      tf.mul(dy, tf.clipByValue(tf.div(tf.mul(compressed!, power), saved!), -slopeClip, slopeClip));
    return { value, gradFunc };
  });
  return clippedPower(tf.add(x, offset)) as Tensor;
}
