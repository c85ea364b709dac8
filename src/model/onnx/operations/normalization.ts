import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../../../engine/tf.ts';
import { axesOf, axisOf, type Call, type Operations, operation } from '../operation.ts';

/** Normalizations; all but the batch's compute their moments from the sound at hand. */
export const normalizationOperations: Operations = {
  BatchNormalization: operation(batch, 'epsilon', 'momentum', 'training_mode', 'spatial', 'is_test'),
  InstanceNormalization: operation(instance, 'epsilon'),
  GroupNormalization: operation(group, 'epsilon', 'num_groups', 'stash_type'),
  LayerNormalization: operation(layer, 'axis', 'epsilon', 'stash_type'),
  RMSNormalization: operation(rootMeanSquare, 'axis', 'epsilon', 'stash_type'),
  LRN: operation(acrossChannels, 'alpha', 'beta', 'bias', 'size'),
  LpNormalization: operation(toUnitLength, 'axis', 'p'),
  MeanVarianceNormalization: operation((call) => {
    const x = call.tensor(0);
    const axes = axesOf(call, call.numbers('axes', [0, 2, 3]), x.rank);
    const { centered, variance } = moments(x, axes);
    return tf.div(centered, tf.add(tf.sqrt(variance), 1e-9));
  }, 'axes'),
};

function moments(x: Tensor, axes: number[]) {
  const centered = tf.sub(x, tf.mean(x, axes, true));
  return { centered, variance: tf.mean(tf.square(centered), axes, true) };
}

function standardized(x: Tensor, axes: number[], epsilon: number) {
  const { centered, variance } = moments(x, axes);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  return { y: tf.mul(centered, inverse), inverse };
}

const epsilonOf = (call: Call) => call.number('epsilon', 1e-5);

/** One number a channel, laid along the second axis. */
function byChannel(call: Call, position: number, x: Tensor): Tensor {
  const numbers = call.tensor(position);
  call.require(
    numbers.size === x.shape[1],
    `one number a channel (${x.shape[1]}) as input ${position + 1}, there are ${numbers.size}`,
  );
  return tf.reshape(numbers, [1, -1, ...x.shape.slice(2).map(() => 1)]);
}

function batch(call: Call): Tensor {
  const x = call.tensor(0);
  call.require(call.number('training_mode', 0) === 0, 'training_mode 0, its moments would be the batch’s');
  call.require(call.number('spatial', 1) === 1, 'spatial 1');
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((position) => byChannel(call, position, x));
  const factor = tf.mul(scale!, tf.rsqrt(tf.add(variance!, epsilonOf(call))));
  return tf.add(tf.mul(x, factor), tf.sub(shift!, tf.mul(mean!, factor)));
}

function instance(call: Call): Tensor {
  const x = call.tensor(0);
  const { y } = standardized(x, axesBehind(x, 2), epsilonOf(call));
  return tf.add(tf.mul(y, byChannel(call, 1, x)), byChannel(call, 2, x));
}

const axesBehind = (x: Tensor, first: number) => x.shape.map((_, axis) => axis).slice(first);

/** Scale and shift are one number a group in operator set 18, one a channel since 21. */
function group(call: Call): Tensor {
  const x = call.tensor(0);
  const groups = call.number('num_groups', 1);
  const [sounds = 1, channels = 1] = x.shape;
  call.require(
    groups >= 1 && channels % groups === 0,
    `groups that divide ${channels} channels, it has ${groups}`,
  );
  const grouped = tf.reshape(x, [sounds, groups, -1]);
  const { y } = standardized(grouped, [2], epsilonOf(call));
  if (call.tensor(1).size === groups && groups !== channels) {
    const scaled = tf.add(tf.mul(y, byChannel(call, 1, y)), byChannel(call, 2, y));
    return tf.reshape(scaled, x.shape);
  }
  return tf.add(tf.mul(tf.reshape(y, x.shape), byChannel(call, 1, x)), byChannel(call, 2, x));
}

function layer(call: Call): Tensor[] {
  const x = call.tensor(0);
  const axes = axesBehind(x, axisOf(call, call.number('axis', -1), x.rank));
  const { y, inverse } = standardized(x, axes, epsilonOf(call));
  const scaled = tf.mul(y, call.tensor(1));
  const shifted = call.inputs[2] === undefined ? scaled : tf.add(scaled, call.tensor(2));
  return [shifted, tf.mean(x, axes, true), inverse];
}

function rootMeanSquare(call: Call): Tensor {
  const x = call.tensor(0);
  const axes = axesBehind(x, axisOf(call, call.number('axis', -1), x.rank));
  const power = tf.mean(tf.square(x), axes, true);
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(power, epsilonOf(call)))), call.tensor(1));
}

/** Krizhevsky et al. (2012): divided by a power of the energy of the neighboring channels. */
function acrossChannels(call: Call): Tensor {
  const x = call.tensor(0);
  const [size, channels] = [call.number('size', 1), x.shape[1]!];
  call.require(size >= 1 && size <= 2 * channels + 1, `a size from 1 to twice the channels, it has ${size}`);
  const before = Math.floor((size - 1) / 2);
  const pads = x.shape.map((_, axis): [number, number] =>
    axis === 1 ? [before, size - 1 - before] : [0, 0],
  );
  const squares = tf.pad(tf.square(x), pads);
  const begin = (offset: number) => x.shape.map((_, axis) => (axis === 1 ? offset : 0));
  const energy = Array.from({ length: size }, (_, offset) =>
    tf.slice(squares, begin(offset), x.shape),
  ).reduce((a, b) => tf.add(a, b));
  const [alpha, beta, bias] = [call.number('alpha', 1e-4), call.number('beta', 0.75), call.number('bias', 1)];
  return tf.mul(x, tf.pow(tf.add(tf.mul(energy, alpha / size), bias), -beta));
}

function toUnitLength(call: Call): Tensor {
  const x = call.tensor(0);
  const axis = axisOf(call, call.number('axis', -1), x.rank);
  const order = call.number('p', 2);
  call.require(order === 1 || order === 2, `p 1 or 2, it has ${order}`);
  const length = order === 1 ? tf.sum(tf.abs(x), axis, true) : tf.sqrt(tf.sum(tf.square(x), axis, true));
  return tf.div(x, tf.maximum(length, 1e-30));
}
