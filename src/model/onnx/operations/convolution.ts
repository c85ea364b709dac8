import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '../../../engine/tf.ts';
import { channelsFirst, channelsLast } from '../../../network/channelsFirst.ts';
import { type Call, feasible, type Operations, operation } from '../operation.ts';
import {
  along,
  givenPads,
  padded,
  pairOf,
  type Window,
  windowAttributes,
  windowOf,
  withHeight,
} from '../window.ts';
import { taken } from './slicing.ts';

/** Convolutions over one to three axes, and their transposes over one or two. */
export const convolutionOperations: Operations = {
  Conv: operation(
    (call) =>
      call.tensor(0).rank === 5 ? convolvedVolume(call) : withHeight(call, (x) => convolved(call, x)),
    ...windowAttributes,
    'group',
  ),
  ConvTranspose: operation(
    (call) => withHeight(call, (x) => transposedConvolved(call, x)),
    ...windowAttributes,
    'group',
    'output_padding',
    'output_shape',
  ),
};

/** The kernel with both sides: [out, in, height, width], or for a transposed convolution [in, out, height, width]. */
function kernelOf(call: Call): { kernel: Tensor4D; sides: number[]; groups: number } {
  const kernel = call.tensor(1);
  call.require(
    kernel.rank === call.tensor(0).rank,
    `a kernel of ${call.tensor(0).rank} axes, it has ${kernel.rank}`,
  );
  const [first, second, ...sides] = kernel.shape as [number, number, ...number[]];
  const given = call.numbers('kernel_shape', sides);
  call.require(
    given.join() === sides.join(),
    `kernel_shape [${sides.join(', ')}] as its kernel, it has [${given.join(', ')}]`,
  );
  const shape: [number, number, number, number] = [
    first,
    second,
    sides.length === 1 ? 1 : sides[0]!,
    sides.at(-1)!,
  ];
  return { kernel: tf.reshape(kernel, shape) as Tensor4D, sides, groups: call.number('group', 1) };
}

function requireChannels(
  call: Call,
  groups: number,
  { given, taken, made }: Record<'given' | 'taken' | 'made', number>,
) {
  call.require(
    groups >= 1 && given === taken * groups && made % groups === 0,
    `a kernel for its ${given} channels, it takes ${taken} × ${groups} and makes ${made}`,
  );
}

function convolved(call: Call, x: Tensor): Tensor {
  const { kernel, sides, groups } = kernelOf(call);
  const [made, taken] = kernel.shape;
  requireChannels(call, groups, { given: x.shape[1]!, taken, made });
  const window = windowOf(call, x, { kernelShape: sides });
  feasible(call, [x.shape[0]!, made, ...window.positions]);
  const filters = dilated(tf.transpose(kernel, [2, 3, 1, 0]) as Tensor4D, window.dilations);
  const y = channelsFirst(grouped(channelsLast(padded(x, window, 0)), filters, window, groups));
  return withBias(call, y);
}

/** Over three axes: what the taps of the first one see are further channels of images, one for each of its positions. */
function convolvedVolume(call: Call): Tensor {
  const [x, kernel] = [call.tensor(0), call.tensor(1)];
  call.require(kernel.rank === 5, `a kernel of 5 axes, it has ${kernel.rank}`);
  const [batch, channels, , height, width] = x.shape as [number, number, number, number, number];
  const [made, given, taps, ...sides] = kernel.shape as [number, number, number, number, number];
  const { whole, places } = alongDepth(call, taps);
  const positions = places.length / taps;
  feasible(call, [batch, positions, channels * taps, height, width]);
  const seen = tf.reshape(taken(whole, 2, places), [batch, channels, positions, taps, height, width]);
  const images = tf.reshape(tf.transpose(seen, [0, 2, 1, 3, 4, 5]), [
    batch * positions,
    channels * taps,
    height,
    width,
  ]);
  const flat = tf.reshape(kernel, [made, given * taps, ...sides]);
  const y = convolved(along(call, [images, flat, call.inputs[2]], [1, 2]), images);
  return tf.transpose(tf.reshape(y, [batch, positions, made, y.shape[2]!, y.shape[3]!]), [0, 2, 1, 3, 4]);
}

/** The input with its padding along depth, and what each tap sees at each position, position after position. */
function alongDepth(call: Call, taps: number): { whole: Tensor; places: number[] } {
  const x = call.tensor(0);
  const first = (name: string) => call.numbers(name, [1])[0]!;
  const [stride, dilation] = [first('strides'), first('dilations')];
  const [before = 0, , , after = 0] = call.numbers('pads', []);
  call.require(
    ['NOTSET', 'VALID', ''].includes(call.text('auto_pad', 'NOTSET')),
    'pads in numbers over three axes',
  );
  const size = x.shape[2]! + before + after;
  const positions = Math.floor((size - (taps - 1) * dilation - 1) / stride) + 1;
  call.require(
    before >= 0 && after >= 0 && positions >= 1 && call.numbers('kernel_shape', [taps])[0] === taps,
    `a kernel of its kernel_shape that fits into its depth of ${size}, it has ${taps} taps`,
  );
  feasible(call, [...x.shape.with(2, size)]);
  const none: [number, number] = [0, 0];
  return {
    whole: tf.pad(x, [none, none, [before, after], none, none]),
    places: Array.from(
      { length: positions * taps },
      (_, i) => Math.floor(i / taps) * stride + (i % taps) * dilation,
    ),
  };
}

function withBias(call: Call, y: Tensor): Tensor {
  if (call.inputs[2] === undefined) return y;
  const bias = call.tensor(2);
  call.require(bias.size === y.shape[1], `a bias of ${y.shape[1]} numbers, it has ${bias.size}`);
  return tf.add(y, tf.reshape(bias, [1, -1, 1, 1]));
}

function grouped(input: Tensor4D, filters: Tensor4D, { strides }: Window, groups: number): Tensor {
  const convolve = (x: Tensor4D, w: Tensor4D) => tf.conv2d(x, w, strides, 'valid') as Tensor;
  if (groups === 1) return convolve(input, filters);
  if (filters.shape[2] === 1)
    return depthwise(input, filters, groups, (x, w) => tf.depthwiseConv2d(x, w, strides, 'valid'));
  const inputs = tf.split(input, groups, 3);
  const kernels = tf.split(filters, groups, 3);
  return tf.concat(
    inputs.map((part, i) => convolve(part as Tensor4D, kernels[i] as Tensor4D)),
    3,
  );
}

/** Each input channel has its own filters, which lie channel after channel; one convolution for each of them. */
function depthwise(
  input: Tensor4D,
  filters: Tensor4D,
  groups: number,
  convolve: (x: Tensor4D, w: Tensor4D) => Tensor4D,
): Tensor {
  const [height, width, , channels] = filters.shape;
  const multiplier = channels / groups;
  const byFilter = tf.split(tf.reshape(filters, [height, width, groups, multiplier]), multiplier, 3);
  const outputs = byFilter.map((part) => convolve(input, part as Tensor4D));
  if (multiplier === 1) return outputs[0]!;
  const [batch, rows, columns] = outputs[0]!.shape;
  return tf.reshape(tf.stack(outputs, 4), [batch, rows, columns, channels]);
}

/** The filters with zeros between their taps: TensorFlow.js has no gradient of dilated depthwise convolutions. */
function dilated(filters: Tensor4D, [down, across]: Window['dilations']): Tensor4D {
  if (down === 1 && across === 1) return filters;
  const [height, width, depth, channels] = filters.shape;
  const rest = depth * channels;
  const rows = spread(tf.reshape(filters, [1, height, width * rest]), down);
  const reach = rows.shape[1]!;
  const columns = spread(tf.reshape(rows, [reach, width, rest]), across);
  return tf.reshape(columns, [reach, columns.shape[1]!, depth, channels]);
}

/** Zeros after every entry of the middle axis but the last. */
function spread(x: Tensor, step: number): Tensor {
  const [before, length, after] = x.shape as [number, number, number];
  const separated = tf.pad(tf.reshape(x, [before * length, 1, after]), [
    [0, 0],
    [0, step - 1],
    [0, 0],
  ]);
  const reach = (length - 1) * step + 1;
  return tf.slice(tf.reshape(separated, [before, length * step, after]), [0, 0, 0], [before, reach, after]);
}

/** The gradient of a convolution as a layer of its own; its whole result, cut by the pads. */
function transposedConvolved(call: Call, x: Tensor): Tensor {
  const { kernel, sides, groups } = kernelOf(call);
  const [taken, perGroup] = kernel.shape;
  requireChannels(call, groups, { given: x.shape[1]!, taken: taken / groups, made: perGroup * groups });
  const { strides, dilations, pads, extra } = transposedWindow(call, sides.length);
  const reach = [0, 1].map((i) => (kernel.shape[i + 2]! - 1) * dilations[i]! + 1);
  const whole = [0, 1].map((i) => (x.shape[2 + i]! - 1) * strides[i]! + reach[i]! + extra[i]!);
  const cut = [0, 1].map((i) => whole[i]! - pads[i]! - pads[i + 2]!);
  call.require(
    cut.every((size) => size >= 1),
    `pads that leave something of ${whole.join(' × ')}`,
  );
  feasible(call, [x.shape[0]!, perGroup * groups, ...whole]);
  const filters = dilated(tf.transpose(kernel, [2, 3, 1, 0]) as Tensor4D, dilations);
  const spreadOut = (part: Tensor4D, w: Tensor4D) =>
    tf.conv2dTranspose(part, w, [part.shape[0], whole[0]!, whole[1]!, perGroup], strides, 'valid') as Tensor;
  const inputs = groups === 1 ? [channelsLast(x)] : tf.split(channelsLast(x), groups, 3);
  const kernels = groups === 1 ? [filters] : tf.split(filters, groups, 3);
  const parts = inputs.map((part, i) => spreadOut(part as Tensor4D, kernels[i] as Tensor4D));
  const y = channelsFirst(parts.length === 1 ? parts[0]! : tf.concat(parts, 3));
  const [batch, channels] = y.shape;
  return withBias(call, tf.slice(y, [0, 0, pads[0]!, pads[1]!], [batch, channels, ...cut]));
}

function transposedWindow(call: Call, sides: number) {
  const automatic = call.text('auto_pad', 'NOTSET');
  call.require(['NOTSET', 'VALID', ''].includes(automatic), `auto_pad NOTSET, it has ${automatic}`);
  call.require(call.numbers('output_shape', []).length === 0, 'output_padding instead of output_shape');
  const pads = givenPads(call, sides, call.numbers('pads', []));
  const strides = pairOf(call, 'strides', { sides });
  const extra = pairOf(call, 'output_padding', { sides, least: 0 });
  call.require(
    extra.every((size, axis) => size < Math.max(strides[axis]!, 2)),
    `output_padding below its strides, it has [${extra.join(', ')}]`,
  );
  return { strides, dilations: pairOf(call, 'dilations', { sides }), pads, extra };
}
