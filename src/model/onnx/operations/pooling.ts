import type { Tensor } from '@tensorflow/tfjs';
import { constant, tf } from '../../../engine/tf.ts';
import { channelsFirst, channelsLast } from '../../../network/channelsFirst.ts';
import { type Call, feasible, type OnnxOperation, type Operations, operation } from '../operation.ts';
import { along, padded, type Window, windowAttributes, windowOf, withHeight } from '../window.ts';

// Lower than any activation, and finite so that no gradient becomes NaN.
const lowest = -3e38;

/** Pooling by sliding windows and over everything. */
export const poolingOperations: Operations = {
  MaxPool: operation((call) => bySides(call, maxPool), ...windowAttributes, 'ceil_mode', 'storage_order'),
  AveragePool: operation(
    (call) => bySides(call, averagePool),
    ...windowAttributes,
    'ceil_mode',
    'count_include_pad',
  ),
  GlobalAveragePool: globalPool((x, axes) => tf.mean(x, axes, true)),
  GlobalMaxPool: globalPool((x, axes) => tf.max(x, axes, true)),
};

function globalPool(pool: (x: Tensor, axes: number[]) => Tensor): OnnxOperation {
  return operation((call) => {
    const x = call.tensor(0);
    return pool(x, x.shape.map((_, axis) => axis).slice(2));
  });
}

function poolWindow(call: Call, x: Tensor): Window {
  const isLastPartial = call.number('ceil_mode', 0) === 1;
  return windowOf(call, x, { kernelShape: call.numbers('kernel_shape', []), isLastPartial });
}

/** Pooling over three axes as one over the first and one over the other two, which comes to the same. */
function bySides(call: Call, pool: (call: Call) => Tensor): Tensor {
  const x = call.tensor(0);
  if (x.rank !== 5) return pool(call);
  const [batch, channels, depth, height, width] = x.shape as [number, number, number, number, number];
  const first = pool(along(call, [tf.reshape(x, [batch, channels, depth, height * width])], [0, undefined]));
  const kept = first.shape[2]!;
  const second = pool(along(call, [tf.reshape(first, [batch, channels * kept, height, width])], [1, 2]));
  return tf.reshape(second, [batch, channels, kept, second.shape[2]!, second.shape[3]!]);
}

function maxPool(call: Call): Tensor {
  return withHeight(call, (x) => {
    const window = poolWindow(call, x);
    const whole = reachingEnd(call, x, window, lowest);
    if (isDense(window))
      return channelsFirst(tf.maxPool(channelsLast(whole), window.size, window.strides, 'valid'));
    return taps(whole, window).reduce((a, b) => tf.maximum(a, b));
  });
}

function averagePool(call: Call): Tensor {
  return withHeight(call, (x) => {
    const window = poolWindow(call, x);
    const whole = reachingEnd(call, x, window, 0);
    const area = window.size[0] * window.size[1];
    const mean = isDense(window)
      ? channelsFirst(tf.avgPool(channelsLast(whole), window.size, window.strides, 'valid'))
      : tf.div(
          taps(whole, window).reduce((a, b) => tf.add(a, b)),
          area,
        );
    const counts = countsOf(x, window, call.number('count_include_pad', 0) === 1);
    if (counts.every((count) => count === area)) return mean;
    return tf.mul(
      mean,
      constant(
        Float32Array.from(counts, (count) => area / Math.max(count, 1)),
        [1, 1, ...window.positions],
      ),
    );
  });
}

const isDense = ({ dilations }: Window) => dilations.every((dilation) => dilation === 1);

/** Padded, and cut or lengthened to where the last window ends. */
function reachingEnd(call: Call, x: Tensor, window: Window, value: number): Tensor {
  const { pads, size, strides, dilations, positions } = window;
  const [bottom, right] = [0, 1].map((axis) => {
    const end = (positions[axis]! - 1) * strides[axis]! + (size[axis]! - 1) * dilations[axis]! + 1;
    return Math.max(end - pads[axis]! - x.shape[2 + axis]!, 0);
  }) as [number, number];
  const [height, width] = [x.shape[2]! + pads[0] + bottom, x.shape[3]! + pads[1] + right];
  feasible(call, [x.shape[0]!, x.shape[1]!, height, width]);
  return padded(x, { pads: [pads[0], pads[1], bottom, right] }, value);
}

/** What each tap of the window sees at all its positions. */
function taps(x: Tensor, { size, strides, dilations, positions }: Window): Tensor[] {
  const [batch, channels] = x.shape as [number, number];
  // Every s-th place is the first of s in a row, so that the gradient is made of reshapes.
  const longer = padded(x, { pads: [0, 0, strides[0] - 1, strides[1] - 1] }, 0);
  const [down, across] = positions;
  return Array.from({ length: size[0] * size[1] }, (_, tap) => {
    const begin = [Math.floor(tap / size[1]) * dilations[0], (tap % size[1]) * dilations[1]];
    const seen = tf.slice(
      longer,
      [0, 0, ...begin],
      [batch, channels, down * strides[0], across * strides[1]],
    );
    const rows = tf.reshape(seen, [batch * channels, down, strides[0], across, strides[1]]);
    const first = tf.slice(rows, [0, 0, 0, 0, 0], [batch * channels, down, 1, across, 1]);
    return tf.reshape(first, [batch, channels, down, across]);
  });
}

/** Numbers that each window averages: those inside the input, or inside it and its padding. */
function countsOf(x: Tensor, window: Window, isPadCounted: boolean): number[] {
  const { size, strides, dilations, pads, positions } = window;
  const along = (axis: 0 | 1) =>
    Array.from({ length: positions[axis] }, (_, position) => {
      const places = Array.from(
        { length: size[axis] },
        (_, tap) => position * strides[axis] - pads[axis]! + tap * dilations[axis],
      );
      const [first, end] = isPadCounted
        ? [-pads[axis]!, x.shape[2 + axis]! + pads[axis + 2]!]
        : [0, x.shape[2 + axis]!];
      return places.filter((place) => place >= first && place < end).length;
    });
  return along(0).flatMap((down) => along(1).map((across) => down * across));
}
