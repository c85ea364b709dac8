import type { Tensor } from '@tensorflow/tfjs';
import { isNumbers, rangesOf } from './numbers.ts';
import { axisOf, type Call, type Value } from './onnxOperations.ts';
import { windowOf } from './windowOperations.ts';

type Shape = readonly number[];
type ShapeRule = (call: Call, x: Shape) => Shape;

/** Shape of a result that keeps its first input's. */
const kept: ShapeRule = (_, x) => x;
const broadcast: ShapeRule = ({ inputs }) => broadcastShape(inputs[0]!.shape, inputs[1]!.shape);

const rules: Record<string, ShapeRule> = {
  ...Object.fromEntries(
    ['Relu', 'Sigmoid', 'Tanh', 'Sqrt', 'Exp', 'Log', 'Abs', 'Neg', 'Sin', 'Cos', 'Erf', 'Reciprocal']
      .concat(['Identity', 'Dropout', 'Cast', 'LeakyRelu', 'Clip', 'Softmax', 'BatchNormalization'])
      .map((name) => [name, kept]),
  ),
  ...Object.fromEntries(['Add', 'Sub', 'Mul', 'Div', 'Pow'].map((name) => [name, broadcast])),
  MatMul: ({ inputs }, a) => {
    const b = inputs[1]!.shape;
    return [...broadcastShape(a.slice(0, -2), b.slice(0, -2)), a.at(-2)!, b.at(-1)!];
  },
  Gemm: (call, a) => {
    const b = call.inputs[1]!.shape;
    return [a[call.numbers('transA', [0])[0]!]!, b[1 - call.numbers('transB', [0])[0]!]!];
  },
  Conv: (call, x) => {
    const [channels, , ...kernel] = call.inputs[1]!.shape as [number, number, ...number[]];
    return [x[0]!, channels, ...windowed(call, x, kernel)];
  },
  MaxPool: (call, x) => [...x.slice(0, 2), ...windowed(call, x)],
  AveragePool: (call, x) => [...x.slice(0, 2), ...windowed(call, x)],
  GlobalAveragePool: (_, x) => x.map((size, axis) => (axis < 2 ? size : 1)),
  ReduceMean: reduced,
  ReduceSum: reduced,
  Flatten: (call, x) => {
    const axis = call.numbers('axis', [1])[0]!;
    return [count(x.slice(0, axis)), count(x.slice(axis))];
  },
  Pad: (call, x) => {
    const pads = call.listed(1, 'pads')!;
    return x.map((size, axis) => size + pads[axis]! + pads[axis + x.length]!);
  },
  Reshape: (call, x) => {
    const sizes = call.listed(1, 'shape')!.map((size, axis) => (size === 0 ? x[axis]! : size));
    const known = count(sizes.filter((size) => size > 0));
    return sizes.map((size) => (size < 0 ? count(x) / known : size));
  },
  Squeeze: (call, x) => {
    const axes = call.listed(1, 'axes')?.map((axis) => axisOf(axis, x.length));
    return x.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1));
  },
  Unsqueeze: (call, x) => {
    const axes = call.listed(1, 'axes')!;
    const rank = x.length + axes.length;
    const shape = [...x];
    for (const axis of axes.map((given) => axisOf(given, rank)).sort((a, b) => a - b))
      shape.splice(axis, 0, 1);
    return shape;
  },
  Transpose: (call, x) =>
    call
      .numbers(
        'perm',
        x.map((_, axis) => x.length - 1 - axis),
      )
      .map((axis) => x[axis]!),
  Concat: (call, x) => {
    const joined = axisOf(call.numbers('axis', [0])[0]!, x.length);
    const total = call.inputs.reduce((sum, input) => sum + input!.shape[joined]!, 0);
    return x.map((size, axis) => (axis === joined ? total : size));
  },
  Gather: (call, x) => {
    const axis = axisOf(call.numbers('axis', [0])[0]!, x.length);
    return [...x.slice(0, axis), ...call.inputs[1]!.shape, ...x.slice(axis + 1)];
  },
  Slice: (call, x) => {
    const starts = call.listed(1, 'starts')!;
    const axes = call.listed(3, 'axes') ?? starts.map((_, i) => i);
    const steps = call.listed(4, 'steps') ?? starts.map(() => 1);
    return rangesOf(x, { starts, ends: call.listed(2, 'ends')!, axes, steps }).map((range) => range.count);
  },
};

/**
 * Result of an operation as far as its shape goes: a stand-in that has a shape and no values.
 *
 * @param call - The call; its tensors may be stand-ins.
 * @returns The stand-in, or undefined for operations on numbers alone, which have to be computed.
 */
export function standInOf(call: Call): Value | undefined {
  const { opType } = call.node;
  if (opType === 'Shape' || opType === 'ConstantOfShape' || call.inputs.every((x) => !x || isNumbers(x)))
    return undefined;
  return standIn(rules[opType]!(call, call.inputs[0]!.shape));
}

/**
 * Something with a shape and no values.
 *
 * @param shape - The shape.
 */
export function standIn(shape: Shape): Value {
  return { shape: [...shape], rank: shape.length, size: count(shape) } as unknown as Tensor;
}

/**
 * Multiply-accumulates of an operation: convolutions and matrix products.
 *
 * @param call - The call.
 * @param result - Its result, or a stand-in.
 */
export function macsOf(call: Call, result: Value): number {
  const outputs = count(result.shape);
  const { opType } = call.node;
  if (opType === 'Conv') return outputs * count(call.inputs[1]!.shape.slice(1));
  if (opType === 'MatMul') return outputs * call.inputs[0]!.shape.at(-1)!;
  if (opType === 'Gemm') return outputs * call.inputs[0]!.shape[1 - call.numbers('transA', [0])[0]!]!;
  return 0;
}

function windowed(call: Call, x: Shape, kernel?: Shape): Shape {
  const isFlat = x.length === 3;
  const sides = isFlat ? [1, x[2]!] : x.slice(2);
  const { size, strides, dilations, pads } = windowOf(
    call,
    standIn([...x.slice(0, 2), ...sides]) as Tensor,
    kernel,
  );
  const lengths = sides.map((length, axis) => {
    const reach = (size[axis]! - 1) * dilations[axis]! + 1;
    return Math.floor((length + pads[axis]! + pads[axis + 2]! - reach) / strides[axis]!) + 1;
  });
  return isFlat ? lengths.slice(1) : lengths;
}

function reduced(call: Call, x: Shape): Shape {
  const axes = (call.listed(1, 'axes') ?? x.map((_, i) => i)).map((axis) => axisOf(axis, x.length));
  if (call.numbers('keepdims', [1])[0] === 1) return x.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return x.filter((_, axis) => !axes.includes(axis));
}

function broadcastShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const size = (shape: Shape, axis: number) => shape[axis - (rank - shape.length)] ?? 1;
  return Array.from({ length: rank }, (_, axis) => Math.max(size(a, axis), size(b, axis)));
}

function count(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}
