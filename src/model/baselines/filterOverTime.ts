import type { Tensor } from '@tensorflow/tfjs';
import { type Complex, circularConvolution } from '../../../cochlea/circularConvolution.ts';
import { constant, tf } from '../../engine/tf.ts';
import { kernelMatrices } from './kernelMatrices.ts';

/** From [batch, channels, frames] to the output of each filter, of the same shape. */
export type FilterOverTime = (x: Tensor) => Tensor[];

/** Matrices grow with the square of the frames: up to so many, five seconds, they cost no more. */
const mostMatrixFrames = 1000;

/**
 * Prepares filters over time, whose input is zero before and after the frames.
 *
 * @param kernels - Each periodic over at least twice as many samples as there are frames.
 * @param frames - Of the input, and those of the output that are kept.
 */
export function filterOverTime(kernels: readonly Float64Array[], frames: number): FilterOverTime {
  return frames <= mostMatrixFrames ? byMatrices(kernels, frames) : byTransforms(kernels, frames);
}

function byMatrices(kernels: readonly Float64Array[], frames: number): FilterOverTime {
  const matrices = kernels.map((kernel) => kernelMatrices([kernel], frames));
  return (x) => matrices.map((matrix) => tf.matMul(x, constant(matrix, [1, frames, frames]), false, true));
}

/** Kernels are real: half of the channels go through as the imaginary part of the others. */
function byTransforms(kernels: readonly Float64Array[], frames: number): FilterOverTime {
  const { spectrumOf, responseOf, convolved } = circularConvolution(2 * frames - 1);
  const responses = kernels.map((kernel) =>
    responseOf([1 - frames, frames], (n) => [kernel[(n + kernel.length) % kernel.length]!, 0]),
  );
  return (x) => {
    const [batch, channels] = x.shape as [number, number];
    const pairs = Math.ceil(channels / 2);
    const padded = tf.pad(x, [
      [0, 0],
      [0, 2 * pairs - channels],
      [0, 0],
    ]);
    const halves = tf.split(padded, 2, 1).map((half) => tf.reshape(half, [batch * pairs, frames]));
    const spectra = spectrumOf(halves as Complex);
    return responses.map((response) => {
      const filtered = convolved(spectra, response).map((half) =>
        tf.reshape(tf.slice(half, [0, 0], [-1, frames]), [batch, pairs, frames]),
      );
      return tf.slice(tf.concat(filtered, 1), [0, 0, 0], [-1, channels, frames]);
    });
  };
}
