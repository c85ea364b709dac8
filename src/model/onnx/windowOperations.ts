import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { InputError } from '../../base/inputError.ts';
import { tf } from '../../engine/tf.ts';
import { type Call, channelsFirst, channelsLast, type OnnxOperation } from './onnxOperations.ts';

// Lower than any activation, and finite so that no gradient becomes NaN.
const lowest = -3e38;

/** Operations with sliding windows, by ONNX's name; one-dimensional ones get a height of 1. */
export const windowOperations: Record<string, OnnxOperation> = {
  Conv: (call) => withHeight(call.tensor(0), (x) => convolved(call, x)),
  MaxPool: (call) =>
    withHeight(call.tensor(0), (x) => {
      const window = windowOf(call, x);
      return channelsFirst(
        tf.maxPool(channelsLast(padded(x, window, lowest)), window.size, window.strides, 'valid'),
      );
    }),
  AveragePool: (call) =>
    withHeight(call.tensor(0), (x) => {
      const window = windowOf(call, x);
      const mean = (y: Tensor) =>
        tf.avgPool(channelsLast(padded(y, window, 0)), window.size, window.strides, 'valid');
      const y = mean(x);
      if (call.numbers('count_include_pad', [0])[0] === 1 || window.pads.every((pad) => pad === 0))
        return channelsFirst(y);
      return channelsFirst(tf.div(y, mean(tf.ones([1, 1, x.shape[2]!, x.shape[3]!]))));
    }),
};

/** Geometry of a sliding window over height and width. */
export interface Window {
  size: [number, number];
  strides: [number, number];
  dilations: [number, number];
  /** Top, left, bottom, right. */
  pads: [number, number, number, number];
}

/**
 * Geometry of an operation's window.
 *
 * @param call - The call.
 * @param x - Its input, four axes.
 * @param kernelShape - Size of the kernel; default: the attribute.
 * @throws InputError when the window may hang over the end (`ceil_mode`).
 */
export function windowOf(call: Call, x: Tensor, kernelShape?: readonly number[]): Window {
  const twoWide = (values: readonly number[], first: number): [number, number] =>
    values.length === 1 ? [first, values[0]!] : [values[0]!, values[1]!];
  const size = twoWide(kernelShape ?? call.numbers('kernel_shape', [1, 1]), 1);
  const strides = twoWide(call.numbers('strides', [1, 1]), 1);
  const dilations = twoWide(call.numbers('dilations', [1, 1]), 1);
  const given = call.numbers('pads', [0, 0, 0, 0]);
  const [top, left, bottom, right] = given.length === 2 ? [0, given[0]!, 0, given[1]!] : given;
  const automatic = call.text('auto_pad', 'NOTSET');
  const pads: Window['pads'] = automatic.startsWith('SAME')
    ? samePads(x, { size, strides, dilations }, automatic === 'SAME_UPPER')
    : [top!, left!, bottom!, right!];
  if (call.numbers('ceil_mode', [0])[0] === 1)
    throw new InputError(
      `ONNX model: ${call.node.opType} '${call.node.outputs[0]}' must have ceil_mode 0, it has 1; pad explicitly and export anew`,
    );
  return { size, strides, dilations, pads };
}

function samePads(
  x: Tensor,
  { size, strides, dilations }: Omit<Window, 'pads'>,
  isRestAtEnd: boolean,
): Window['pads'] {
  const [vertical, horizontal] = [0, 1].map((axis) => {
    const length = x.shape[2 + axis]!;
    const reach = (size[axis]! - 1) * dilations[axis]! + 1;
    const total = Math.max((Math.ceil(length / strides[axis]!) - 1) * strides[axis]! + reach - length, 0);
    const first = isRestAtEnd ? Math.floor(total / 2) : Math.ceil(total / 2);
    return [first, total - first] as const;
  });
  return [vertical![0], horizontal![0], vertical![1], horizontal![1]];
}

function padded(x: Tensor, { pads: [top, left, bottom, right] }: Window, value: number): Tensor {
  if (top + left + bottom + right === 0) return x;
  return tf.pad(
    x,
    [
      [0, 0],
      [0, 0],
      [top, bottom],
      [left, right],
    ],
    value,
  );
}

function convolved(call: Call, x: Tensor): Tensor {
  const kernel = call.tensor(1);
  const [channels, depth, ...sides] = kernel.shape as [number, number, ...number[]];
  const shape: [number, number, number, number] = [
    channels,
    depth,
    sides.length === 1 ? 1 : sides[0]!,
    sides.at(-1)!,
  ];
  const compact = tf.transpose(tf.reshape(kernel, shape), [2, 3, 1, 0]) as Tensor4D;
  const window = windowOf(call, x, kernel.shape.slice(2));
  const filters = dilated(compact, window.dilations);
  const input = channelsLast(padded(x, window, 0));
  const y = channelsFirst(grouped(input, filters, window, call.numbers('group', [1])[0]!));
  return call.inputs[2] === undefined ? y : tf.add(y, tf.reshape(call.tensor(2), [1, -1, 1, 1]));
}

function grouped(input: Tensor4D, filters: Tensor4D, { strides }: Window, groups: number): Tensor {
  const convolve = (x: Tensor4D, w: Tensor4D) => tf.conv2d(x, w, strides, 'valid') as Tensor;
  if (groups === 1) return convolve(input, filters);
  const depth = filters.shape[2];
  if (depth === 1)
    return depthwise(input, filters, groups, (x, w) => tf.depthwiseConv2d(x, w, strides, 'valid'));
  const inputs = tf.split(input, groups, 3);
  const kernels = tf.split(filters, groups, 3);
  return tf.concat(
    inputs.map((part, i) => convolve(part as Tensor4D, kernels[i] as Tensor4D)),
    3,
  );
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

function withHeight(x: Tensor, apply: (x: Tensor) => Tensor): Tensor {
  if (x.rank === 4) return apply(x);
  const [batch, channels, width] = x.shape as [number, number, number];
  const y = apply(tf.reshape(x, [batch, channels, 1, width]));
  return tf.reshape(y, [y.shape[0]!, y.shape[1]!, y.shape[3]!]);
}
