import type { Tensor } from '@tensorflow/tfjs';
import { matrix, type RealDft } from '../../../cochlea/realDft.ts';
import { constant, tf } from '../../engine/tf.ts';

/**
 * From a spectrum [batch, (re, im), channels, bins], of the bins above zero, to a band's analytic signals: real and
 * imaginary part, each [batch, channels, frames].
 */
export type AnalyticBand = (spectrum: Tensor) => [re: Tensor, im: Tensor];

/** The matrix of a band grows with the square of the frames: up to so many, ten seconds, one product is fastest. */
const mostMatrixFrames = 4000;

/** The bins that a band passes, weighted so that their sum is twice the band's signal and its quadrature. */
interface Passed {
  first: number;
  weights: Float64Array;
}

/**
 * Prepares the analytic signal of one band of a spectrum.
 *
 * @param gains - Gain of each bin above zero.
 * @param frames - Length of the signals.
 * @param dft - Transform of signals of that length.
 */
export function analyticBand(gains: Float64Array, frames: number, dft: RealDft): AnalyticBand {
  const bins = [...gains.keys()].filter((bin) => gains[bin]! > 0);
  const first = bins[0] ?? 0;
  const weights = gains.slice(first, first + Math.max(1, bins.length)).map((gain) => (2 * gain) / frames);
  return frames <= mostMatrixFrames
    ? byMatrix({ first, weights }, frames)
    : byTransform({ first, weights }, frames, dft);
}

/** Sums rotations by one product. */
function byMatrix({ first, weights }: Passed, frames: number): AnalyticBand {
  const count = weights.length;
  const values = matrix(2 * count, 2 * frames, (row, column) => {
    const bin = first + (row % count);
    const angle = (2 * Math.PI * (((bin + 1) * (column % frames)) % frames)) / frames;
    const weight = weights[row % count]!;
    if (row < count) return weight * (column < frames ? Math.cos(angle) : Math.sin(angle));
    return weight * (column < frames ? -Math.sin(angle) : Math.cos(angle));
  });
  return (spectrum) => {
    const columns = tf.transpose(passedOf(spectrum, first, count), [0, 2, 1, 3]);
    const flat = tf.reshape(columns, [-1, spectrum.shape[2]!, 2 * count]);
    const signal = tf.matMul(flat, constant(values, [1, 2 * count, 2 * frames]));
    return tf.split(signal, 2, 2) as [Tensor, Tensor];
  };
}

/**
 * By the transforms A and B of the spectrum's real and imaginary part, taken as real signals: at frame t the analytic
 * signal is conj(A[t]) + i·conj(B[t]); beyond the half, where A and B are conjugate, A[frames − t] + i·B[frames − t].
 */
function byTransform({ first, weights }: Passed, frames: number, dft: RealDft): AnalyticBand {
  const count = weights.length;
  const bins = Array.from({ length: frames }, (_, t) => Math.min(t, frames - t));
  const places = [dft.layout.real, dft.layout.imaginary].map((place) => Int32Array.from(bins, place));
  const signs = Float32Array.from(bins, (bin, t) => (bin === t ? 1 : -1));
  return (spectrum) => {
    const channels = spectrum.shape[2]!;
    const weighted = tf.mul(
      passedOf(spectrum, first, count),
      constant(Float32Array.from(weights), [1, 1, 1, count]),
    );
    const padding = [first + 1, frames - first - 1 - count] as [number, number];
    const padded = tf.pad(weighted, [[0, 0], [0, 0], [0, 0], padding]);
    const transformed = dft.transform(tf.reshape(padded, [-1, frames]));
    const parts = places.map((place) => {
      const part = tf.gather(transformed, constant(place, [frames]) as never, 1);
      return tf.unstack(tf.reshape(part, [-1, 2, channels, frames]), 1);
    });
    const [[realOfA, realOfB], [imaginaryOfA, imaginaryOfB]] = parts as [[Tensor, Tensor], [Tensor, Tensor]];
    const sign = constant(signs, [1, 1, frames]);
    return [tf.add(realOfA, tf.mul(sign, imaginaryOfB)), tf.sub(realOfB, tf.mul(sign, imaginaryOfA))];
  };
}

const passedOf = (spectrum: Tensor, first: number, count: number) =>
  tf.slice(spectrum, [0, 0, 0, first], [-1, 2, spectrum.shape[2]!, count]);
