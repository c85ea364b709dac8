import type { Tensor } from '@tensorflow/tfjs';
import { type Complex, circularConvolution } from '../../../cochlea/circularConvolution.ts';
import { constant, tf } from '../../engine/tf.ts';
import { kernelMatrices } from './kernelMatrices.ts';

/** Filters over time of inputs of one length. */
export interface FilterOverTime {
  /** From [batch, channels, frames] to the output of each filter, of the same shape. */
  apply(x: Tensor): Tensor[];
  /** Multiply-accumulates of all of them on one sound of so many channels. */
  macs(channels: number): number;
}

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
  return {
    apply: (x) => matrices.map((matrix) => tf.matMul(x, constant(matrix, [1, frames, frames]), false, true)),
    macs: (channels) => kernels.length * channels * frames ** 2,
  };
}

/** Kernels are real: half of the channels go through as the imaginary part of the others. */
function byTransforms(kernels: readonly Float64Array[], frames: number): FilterOverTime {
  const { spectrumOf, responseOf, convolved, transformMacs } = circularConvolution(2 * frames - 1);
  const responses = kernels.map((kernel) =>
    responseOf([1 - frames, frames], (n) => [kernel[(n + kernel.length) % kernel.length]!, 0]),
  );
  const pairsOf = (channels: number) => Math.ceil(channels / 2);
  const apply = (x: Tensor) => {
    const [batch, channels] = x.shape as [number, number];
    const pairs = pairsOf(channels);
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
  // One transform forward, and one back for each kernel.
  return { apply, macs: (channels) => (1 + kernels.length) * pairsOf(channels) * transformMacs };
}
