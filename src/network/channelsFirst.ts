import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import { constant, tf } from '../engine/tf.ts';
import type { AxisMatrix } from './axisMatrices.ts';

/** From [batch, height, width, channels] to [batch, channels, height, width]. */
export function channelsFirst(x: Tensor): Tensor4D {
  return tf.transpose(x, [0, 3, 1, 2]) as Tensor4D;
}

/** And back. */
export function channelsLast(x: Tensor): Tensor4D {
  return tf.transpose(x, [0, 2, 3, 1]) as Tensor4D;
}

/**
 * A function of images with their channels first, as in the convolutions around it: long runs of one channel go faster,
 * and the transpositions cancel in the graph. Anything but images is taken as it is.
 *
 * @param x - Images [batch, height, width, channels], or anything else.
 * @param of - Takes and gives [batch, channels, height, width].
 */
export function withChannelsFirst(x: Tensor, of: (channelsFirst: Tensor) => Tensor): Tensor {
  return x.rank === 4 ? channelsLast(of(channelsFirst(x))) : of(x);
}

/** Constant maps along frequency and time. */
export type AxisMatrices = readonly [frequency: AxisMatrix, time: AxisMatrix];

/**
 * Maps frequency and time by constant matrices: plain matrix products, cheap in values and gradients on every engine.
 *
 * @param x - Images [batch, frequencies, times, channels].
 */
export const mapAxes = (x: Tensor, matrices: AxisMatrices) =>
  withChannelsFirst(x, (y) => mapPlanes(y, matrices));

/**
 * The same with channels first.
 *
 * @param x - Images [batch, channels, frequencies, times].
 */
export function mapPlanes(x: Tensor, [frequency, time]: AxisMatrices): Tensor {
  const [batch, channels] = x.shape as [number, number];
  const rows = tf.reshape(x, [batch * channels * frequency.inputs, time.inputs]);
  const alongTime = tf.matMul(rows, constant(time.values, [time.outputs, time.inputs]), false, true);
  const alongBoth = tf.matMul(
    constant(frequency.values, [1, frequency.outputs, frequency.inputs]) as Tensor3D,
    tf.reshape(alongTime, [batch * channels, frequency.inputs, time.outputs]),
  );
  return tf.reshape(alongBoth, [batch, channels, frequency.outputs, time.outputs]);
}

/**
 * The gradient of {@link mapPlanes}: the transposed maps.
 *
 * @param x - In the shape of what it gives.
 */
export function spreadPlanes(x: Tensor, [frequency, time]: AxisMatrices): Tensor {
  const [batch, channels] = x.shape as [number, number];
  const rows = tf.reshape(x, [batch * channels * frequency.outputs, time.outputs]);
  const alongTime = tf.matMul(rows, constant(time.values, [time.outputs, time.inputs]));
  const alongBoth = tf.matMul(
    constant(frequency.values, [1, frequency.outputs, frequency.inputs]) as Tensor3D,
    tf.reshape(alongTime, [batch * channels, frequency.outputs, time.inputs]),
    true,
  );
  return tf.reshape(alongBoth, [batch, channels, frequency.inputs, time.inputs]);
}
