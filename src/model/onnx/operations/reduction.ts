import type { Tensor } from '@tensorflow/tfjs';
import { arraySize } from '../../../base/arraySize.ts';
import { tf } from '../../../engine/tf.ts';
import {
  axesOf,
  axisOf,
  type Call,
  type OnnxOperation,
  type Operations,
  operation,
  withoutSlope,
} from '../operation.ts';

type Reduce = (x: Tensor, axes: number[], keep: boolean) => Tensor;

/** Sums, means, extremes and softmax along axes. */
export const reductionOperations: Operations = {
  ReduceMean: reduction((x, axes, keep) => tf.mean(x, axes, keep)),
  ReduceSum: reduction((x, axes, keep) => tf.sum(x, axes, keep)),
  ReduceMax: reduction((x, axes, keep) => tf.max(x, axes, keep)),
  ReduceMin: reduction((x, axes, keep) => tf.min(x, axes, keep)),
  ReduceProd: reduction(productOf),
  ReduceL1: reduction((x, axes, keep) => tf.sum(tf.abs(x), axes, keep)),
  ReduceL2: reduction(lengthOf),
  ReduceSumSquare: reduction((x, axes, keep) => tf.sum(tf.square(x), axes, keep)),
  ReduceLogSum: reduction((x, axes, keep) => tf.log(tf.sum(x, axes, keep))),
  ReduceLogSumExp: reduction((x, axes, keep) => tf.logSumExp(x, axes, keep)),
  ArgMax: place((x, axis) => tf.argMax(x, axis)),
  ArgMin: place((x, axis) => tf.argMin(x, axis)),
  Softmax: operation((call) => alongAxis(call, (x) => tf.softmax(x)), 'axis'),
  LogSoftmax: operation((call) => alongAxis(call, (x) => tf.logSoftmax(x)), 'axis'),
  CumSum: operation(cumulative, 'exclusive', 'reverse'),
};

function reduction(reduce: Reduce): OnnxOperation {
  return operation(
    (call) => {
      const x = call.tensor(0);
      const given = call.listed(1, 'axes') ?? [];
      const isNone = given.length === 0 && call.number('noop_with_empty_axes', 0) === 1;
      const all = x.shape.map((_, axis) => axis);
      const axes = given.length > 0 || isNone ? axesOf(call, given, x.rank) : all;
      call.require(
        axes.every((axis) => x.shape[axis]! > 0),
        `something to reduce, its input is [${x.shape.join(', ')}]`,
      );
      const result = reduce(x, axes, call.number('keepdims', 1) === 1);
      return result.dtype === x.dtype ? result : tf.cast(result, x.dtype);
    },
    'axes',
    'keepdims',
    'noop_with_empty_axes',
  );
}

/** One axis after the other: TensorFlow.js' gradient of several at once needs a scan of its own. */
function productOf(x: Tensor, axes: number[], keep: boolean): Tensor {
  const multiplied = axes.reduce((result, axis) => {
    const parts = tf.unstack(result, axis);
    return tf.expandDims(
      parts.reduce((a, b) => tf.mul(a, b)),
      axis,
    );
  }, x);
  return keep ? multiplied : tf.squeeze(multiplied, axes);
}

/** Euclidean length, whose slope at zero is taken as zero. */
function lengthOf(x: Tensor, axes: number[], keep: boolean): Tensor {
  const kept = tf.customGrad((given) => {
    const input = given as Tensor;
    const length = tf.sqrt(tf.sum(tf.square(input), axes, true));
    const gradFunc = (slope: Tensor) => tf.mul(slope, tf.div(input, tf.maximum(length, 1e-30)));
    return { value: length, gradFunc };
  })(x);
  return keep ? kept : tf.squeeze(kept, axes);
}

function place(find: (x: Tensor, axis: number) => Tensor): OnnxOperation {
  return operation(
    (call) => {
      const x = call.tensor(0);
      const axis = axisOf(call, call.number('axis', 0), x.rank);
      call.require(call.number('select_last_index', 0) === 0, 'select_last_index 0');
      const found = withoutSlope([x], (y) => find(y!, axis));
      return call.number('keepdims', 1) === 1 ? tf.expandDims(found, axis) : found;
    },
    'axis',
    'keepdims',
    'select_last_index',
  );
}

/** Before operator set 13, all axes from the named one on are one; from then on it is that axis alone. */
function alongAxis(call: Call, apply: (x: Tensor) => Tensor): Tensor {
  const x = call.tensor(0);
  if (call.opset < 13) {
    const axis = axisOf(call, call.number('axis', 1), x.rank);
    const flat = tf.reshape(x, [arraySize(x.shape.slice(0, axis)), arraySize(x.shape.slice(axis))]);
    return tf.reshape(apply(flat), x.shape);
  }
  const axis = axisOf(call, call.number('axis', -1), x.rank);
  if (axis === x.rank - 1) return apply(x);
  const order = swappedWithLast(axis, x.rank);
  return tf.transpose(apply(tf.transpose(x, order)), order);
}

function cumulative(call: Call): Tensor {
  const x = call.tensor(0);
  const axis = axisOf(call, call.listed(1)?.[0] ?? 0, x.rank);
  // Along the last axis, where TensorFlow.js' gradient is right.
  const order = swappedWithLast(axis, x.rank);
  const [isExclusive, isReverse] = ['exclusive', 'reverse'].map((name) => call.number(name, 0) === 1);
  return tf.transpose(tf.cumsum(tf.transpose(x, order), x.rank - 1, isExclusive, isReverse), order);
}

/** The order of axes that swaps one with the last. */
function swappedWithLast(axis: number, rank: number): number[] {
  return Array.from({ length: rank }, (_, i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
}
