import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '../../engine/tf.ts';
import type { OnnxNode } from '../../formats/onnx/readOnnx.ts';

/** Numbers known when the graph is built: shape arithmetic of exported models (sizes, axes) and short constants. */
export interface Numbers {
  numbers: readonly number[];
  shape: readonly number[];
  /** The same as an array of the file, so that it becomes one constant tensor however often it is used. */
  values?: Float32Array;
}

/** What flows along an edge. */
export type Value = Tensor | Numbers;

/** One call of an operation. */
export interface Call {
  node: OnnxNode;
  /** Inputs in order; undefined where one is left out. */
  inputs: readonly (Value | undefined)[];
  /** Tensor at a position. */
  tensor(position: number): Tensor;
  /** Numbers at a position, else those of the attribute (older operator sets), else undefined. */
  listed(position: number, attribute: string): readonly number[] | undefined;
  /** Numbers of an attribute, or the default. */
  numbers(attribute: string, otherwise: readonly number[]): readonly number[];
  text(attribute: string, otherwise: string): string;
}

/** An operation in TensorFlow.js ops; activations keep ONNX's axes [batch, channel, height, width]. */
export type OnnxOperation = (call: Call) => Value;

const unary = (apply: (x: Tensor) => Tensor) => (call: Call) => apply(call.tensor(0));
const binary = (apply: (a: Tensor, b: Tensor) => Tensor) => (call: Call) =>
  apply(call.tensor(0), call.tensor(1));

/** Operations with activations, by ONNX's name. */
export const tensorOperations: Record<string, OnnxOperation> = {
  Relu: unary((x) => tf.relu(x)),
  Sigmoid: unary((x) => tf.sigmoid(x)),
  Tanh: unary((x) => tf.tanh(x)),
  Sqrt: unary((x) => tf.sqrt(x)),
  Exp: unary((x) => tf.exp(x)),
  Log: unary((x) => tf.log(x)),
  Abs: unary((x) => tf.abs(x)),
  Neg: unary((x) => tf.neg(x)),
  Sin: unary((x) => tf.sin(x)),
  Cos: unary((x) => tf.cos(x)),
  Erf: unary((x) => tf.erf(x)),
  Reciprocal: unary((x) => tf.div(1, x)),
  Identity: (call) => call.inputs[0]!,
  Dropout: (call) => call.inputs[0]!,
  Add: binary((a, b) => tf.add(a, b)),
  Sub: binary((a, b) => tf.sub(a, b)),
  Mul: binary((a, b) => tf.mul(a, b)),
  Div: binary((a, b) => tf.div(a, b)),
  Pow: binary((a, b) => tf.pow(a, b)),
  MatMul: binary((a, b) => tf.matMul(a, b)),
  LeakyRelu: (call) => {
    const x = call.tensor(0);
    return tf.sub(tf.relu(x), tf.mul(tf.relu(tf.neg(x)), call.numbers('alpha', [0.01])[0]!));
  },
  Clip: (call) => {
    const [low] = call.listed(1, 'min') ?? [Number.NEGATIVE_INFINITY];
    const [high] = call.listed(2, 'max') ?? [Number.POSITIVE_INFINITY];
    return tf.clipByValue(call.tensor(0), Math.max(low!, -3.4e38), Math.min(high!, 3.4e38));
  },
  Softmax: (call) => {
    const x = call.tensor(0);
    const axis = axisOf(call.numbers('axis', [-1])[0]!, x.rank);
    if (axis === x.rank - 1) return tf.softmax(x);
    const order = x.shape.map((_, i) => (i === axis ? x.rank - 1 : i === x.rank - 1 ? axis : i));
    return tf.transpose(tf.softmax(tf.transpose(x, order)), order);
  },
  Gemm: (call) => {
    const [alpha, beta] = [call.numbers('alpha', [1])[0]!, call.numbers('beta', [1])[0]!];
    const transposes = ['transA', 'transB'].map((name) => call.numbers(name, [0])[0] === 1);
    const product = tf.matMul(call.tensor(0), call.tensor(1), transposes[0], transposes[1]);
    const scaled = alpha === 1 ? product : tf.mul(product, alpha);
    if (call.inputs[2] === undefined) return scaled;
    return tf.add(scaled, beta === 1 ? call.tensor(2) : tf.mul(call.tensor(2), beta));
  },
  BatchNormalization: (call) => {
    const x = call.tensor(0);
    const [scale, shift, mean, variance] = [1, 2, 3, 4].map((position) =>
      tf.reshape(call.tensor(position), [1, -1, ...x.shape.slice(2).map(() => 1)]),
    );
    const factor = tf.mul(scale!, tf.rsqrt(tf.add(variance!, call.numbers('epsilon', [1e-5])[0]!)));
    return tf.add(tf.mul(x, factor), tf.sub(shift!, tf.mul(mean!, factor)));
  },
  GlobalAveragePool: (call) => {
    const x = call.tensor(0);
    return tf.mean(x, spatialAxes(x), true);
  },
  ReduceMean: (call) => reduced(call, (x, axes, keep) => tf.mean(x, axes, keep)),
  ReduceSum: (call) => reduced(call, (x, axes, keep) => tf.sum(x, axes, keep)),
  Flatten: (call) => {
    const x = call.tensor(0);
    const axis = call.numbers('axis', [1])[0]!;
    const rows = x.shape.slice(0, axis).reduce((product, size) => product * size, 1);
    return tf.reshape(x, [rows, x.size / rows]);
  },
  Pad: (call) => {
    const x = call.tensor(0);
    const pads = call.listed(1, 'pads')!;
    const pairs = x.shape.map((_, i): [number, number] => [pads[i]!, pads[i + x.rank]!]);
    return tf.pad(x, pairs, call.listed(2, 'value')?.[0] ?? 0);
  },
};

function reduced(call: Call, reduce: (x: Tensor, axes: number[], keep: boolean) => Tensor): Tensor {
  const x = call.tensor(0);
  const axes = call.listed(1, 'axes') ?? x.shape.map((_, i) => i);
  return reduce(
    x,
    axes.map((axis) => axisOf(axis, x.rank)),
    call.numbers('keepdims', [1])[0] === 1,
  );
}

/**
 * Axis counted from the front.
 *
 * @param axis - May be negative, counted from the end.
 * @param rank - Number of axes.
 */
export function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Axes behind batch and channel. */
export function spatialAxes(x: Tensor): number[] {
  return x.shape.map((_, axis) => axis).slice(2);
}

/** From [batch, channel, height, width] to TensorFlow's order. */
export function channelsLast(x: Tensor): Tensor4D {
  return tf.transpose(x, [0, 2, 3, 1]) as Tensor4D;
}

/** And back. */
export function channelsFirst(x: Tensor): Tensor4D {
  return tf.transpose(x, [0, 3, 1, 2]) as Tensor4D;
}
