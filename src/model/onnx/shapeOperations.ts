import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../../engine/tf.ts';
import {
  type Cut,
  isNumbers,
  rangesOf,
  reshapedNumbers,
  row,
  slicedNumbers,
  transposedNumbers,
} from './numbers.ts';
import { axisOf, type Call, type Numbers, type OnnxOperation, type Value } from './onnxOperations.ts';

/** Operations on shapes: with activations, or with the sizes, axes and paddings that exported models compute. */
export const shapeOperations: Record<string, OnnxOperation> = {
  Shape: (call) => row(call.tensor(0).shape),
  Cast: (call) => call.inputs[0]!,
  ConstantOfShape: (call) => {
    const shape = call.listed(0, '')!;
    const count = shape.reduce((product, size) => product * size, 1);
    const value = call.node.attributes.get('value')?.array?.values[0] ?? 0;
    return { numbers: Array<number>(count).fill(value), shape };
  },
  Reshape: (call) => {
    const [x] = call.inputs as [Value];
    const sizes = call.listed(1, 'shape')!.map((size, axis) => (size === 0 ? x.shape[axis]! : size));
    return reshaped(x, sizes);
  },
  Squeeze: (call) => {
    const [x] = call.inputs as [Value];
    const axes = call.listed(1, 'axes')?.map((axis) => axisOf(axis, x.shape.length));
    const isKept = (size: number, axis: number) => (axes ? !axes.includes(axis) : size !== 1);
    return reshaped(x, x.shape.filter(isKept));
  },
  Unsqueeze: (call) => {
    const [x] = call.inputs as [Value];
    const axes = call.listed(1, 'axes')!;
    const rank = x.shape.length + axes.length;
    const added = new Set(axes.map((axis) => axisOf(axis, rank)));
    const old = [...x.shape];
    return reshaped(
      x,
      Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : old.shift()!)),
    );
  },
  Transpose: (call) => {
    const [x] = call.inputs as [Value];
    const reversed = x.shape.map((_, axis) => x.shape.length - 1 - axis);
    const order = [...call.numbers('perm', reversed)];
    return isNumbers(x) ? transposedNumbers(x, order) : tf.transpose(x, order);
  },
  Concat: (call) => {
    const inputs = call.inputs as Value[];
    if (inputs.every(isNumbers) && inputs.every(({ shape }) => shape.length === 1))
      return row(inputs.flatMap(({ numbers }) => numbers));
    const tensors = inputs.map((_, position) => call.tensor(position));
    return tf.concat(tensors, axisOf(call.numbers('axis', [0])[0]!, tensors[0]!.rank));
  },
  Gather: gathered,
  Slice: (call) => {
    const starts = call.listed(1, 'starts')!;
    const cut: Cut = {
      starts,
      ends: call.listed(2, 'ends')!,
      axes: call.listed(3, 'axes') ?? starts.map((_, i) => i),
      steps: call.listed(4, 'steps') ?? starts.map(() => 1),
    };
    const [x] = call.inputs as [Value];
    return isNumbers(x) ? slicedNumbers(x, cut) : sliced(x, cut);
  },
};

function gathered(call: Call): Value {
  const [x, at] = call.inputs as [Value, Numbers];
  const indices = call.listed(1, '')!;
  const axis = axisOf(call.numbers('axis', [0])[0]!, x.shape.length);
  const places = indices.map((index) => axisOf(index, x.shape[axis]!));
  if (isNumbers(x)) return { numbers: places.map((place) => x.numbers[place]!), shape: at.shape };
  const picked = tf.gather(x, tf.tensor1d(places, 'int32'), axis);
  return at.shape.length === 0 ? tf.squeeze(picked, [axis]) : picked;
}

function reshaped(x: Value, shape: readonly number[]): Value {
  return isNumbers(x) ? reshapedNumbers(x, shape) : tf.reshape(x, [...shape]);
}

function sliced(x: Tensor, cut: Cut): Tensor {
  const ranges = rangesOf(x.shape, cut);
  if (ranges.every(({ step }) => step === 1))
    return tf.slice(
      x,
      ranges.map(({ start }) => start),
      ranges.map(({ count }) => count),
    );
  return ranges.reduce((part, { start, count, step }, axis) => {
    if (step === 1 && count === part.shape[axis]) return part;
    const places = Array.from({ length: count }, (_, i) => start + i * step);
    return tf.gather(part, tf.tensor1d(places, 'int32'), axis);
  }, x);
}
