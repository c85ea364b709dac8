import type { Tensor } from '@tensorflow/tfjs';
import { arraySize } from '../../base/arraySize.ts';
import { InputError } from '../../base/inputError.ts';
import { constantNumbers } from '../../engine/constantNumbers.ts';
import { tf } from '../../engine/tf.ts';
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxSubgraph } from '../../formats/onnx/readOnnx.ts';

/** One call of an operation. */
export interface Call {
  node: OnnxNode;
  /** Version of ONNX's operator set, which decides what the operation means. */
  opset: number;
  /** Inputs in order; undefined where one is left out. */
  inputs: readonly (Tensor | undefined)[];
  /** Input at a position, which must be there. */
  tensor(position: number): Tensor;
  /** Numbers of a constant input, else those of the attribute (older operator sets), else undefined. */
  listed(position: number, attribute?: string): readonly number[] | undefined;
  /** Numbers of an attribute, or the default. */
  numbers(attribute: string, otherwise: readonly number[]): readonly number[];
  /** Number of an attribute, or the default. */
  number(attribute: string, otherwise: number): number;
  text(attribute: string, otherwise: string): string;
  attribute(name: string): OnnxAttribute | undefined;
  /** Results of a graph in an attribute. */
  evaluate(graph: OnnxSubgraph): Tensor[];
  /** Checks a rule of the operation; the message says which tensor broke it. */
  require(holds: boolean, rule: string): void;
}

/** An operation in TensorFlow.js ops; activations keep ONNX's axes [batch, channel, height, width]. */
export interface OnnxOperation {
  /** Attributes that are honored; any other is refused. */
  attributes: readonly string[];
  /** One result, or as many as the operation can have. */
  apply: (call: Call) => Tensor | readonly Tensor[];
}

/** Operations of one family, by ONNX's name. */
export type Operations = Readonly<Record<string, OnnxOperation>>;

/**
 * Entry of a family.
 *
 * @param apply - The operation.
 * @param attributes - Names of the attributes that it honors.
 */
export function operation(apply: OnnxOperation['apply'], ...attributes: string[]): OnnxOperation {
  return { apply, attributes };
}

/** Most numbers that one array inside a graph may have: four bytes each, a gigabyte. */
const largestArray = 2 ** 28;

/**
 * Makes a call of a node.
 *
 * @param options - Its inputs, and how a graph in an attribute is computed.
 */
export function callOf(
  graph: OnnxGraph,
  node: OnnxNode,
  { inputs, evaluate }: Pick<Call, 'inputs' | 'evaluate'>,
): Call {
  const require = (holds: boolean, rule: string) => {
    if (!holds)
      throw new InputError(
        `${graph.path}: ${node.opType} '${node.outputs[0]}' must have ${rule}; export the model anew`,
      );
  };
  const attribute = (name: string) => node.attributes.get(name);
  const numbers: Call['numbers'] = (name, otherwise) => attribute(name)?.numbers ?? otherwise;
  return {
    node,
    opset: graph.opset,
    inputs,
    attribute,
    evaluate,
    require,
    numbers,
    number: (name, otherwise) => numbers(name, [otherwise])[0] ?? otherwise,
    text: (name, otherwise) => attribute(name)?.text ?? otherwise,
    tensor(position) {
      const x = inputs[position];
      require(x !== undefined, `an input ${position + 1}`);
      return x!;
    },
    listed(position, name) {
      const x = inputs[position];
      if (x === undefined) return name === undefined ? undefined : attribute(name)?.numbers;
      const known = constantNumbers(x);
      require(known !== undefined, `a constant as input ${position + 1}, it depends on the sound`);
      return known;
    },
  };
}

/**
 * Refuses a shape that cannot be or that would take too much memory, before anything is made of it.
 *
 * @param call - The call, for the message.
 * @param shape - Shape of a result.
 * @returns The shape, to be changed by TensorFlow.js as it likes.
 */
export function feasible(call: Call, shape: readonly number[]): number[] {
  const count = arraySize(shape);
  call.require(
    shape.every((size) => Number.isInteger(size) && size >= 0) && count <= largestArray,
    `a result that fits into memory, its shape would be [${shape.join(', ')}]`,
  );
  return [...shape];
}

/**
 * Axis counted from the front.
 *
 * @param call - The call, for the message.
 * @param axis - May be negative, counted from the end.
 * @param rank - Number of axes.
 */
export function axisOf(call: Call, axis: number, rank: number): number {
  call.require(axis >= -rank && axis < rank, `an axis from ${-rank} to ${rank - 1}, it has ${axis}`);
  return axis < 0 ? axis + rank : axis;
}

/**
 * Axes counted from the front, each named once.
 *
 * @param call - The call, for the message.
 * @param axes - May be negative.
 * @param rank - Number of axes.
 */
export function axesOf(call: Call, axes: readonly number[], rank: number): number[] {
  const counted = axes.map((axis) => axisOf(call, axis, rank));
  call.require(new Set(counted).size === counted.length, `different axes, it has ${axes.join(', ')}`);
  return counted;
}

/**
 * An op whose slope is zero wherever there is one: comparisons, rounding, casts to whole numbers. TensorFlow.js has no
 * gradient for them, or a wrong one.
 *
 * @param compute - The op.
 */
export function withoutSlope(inputs: readonly Tensor[], compute: (...inputs: Tensor[]) => Tensor): Tensor {
  return tf.customGrad((...given) => ({
    value: compute(...(given.slice(0, inputs.length) as Tensor[])),
    gradFunc: () => inputs.map(({ shape }) => tf.zeros(shape)),
  }))(...inputs);
}

/** A tensor of whole numbers, row-major. */
export function wholeTensor(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
  return tf.tensor(Int32Array.from(values), [...shape], 'int32');
}

/** Does to a tensor of any type what TensorFlow.js does to numbers alone; flags take the way over numbers. */
export function overNumbers(x: Tensor, move: (numbers: Tensor) => Tensor): Tensor {
  return x.dtype === 'bool' ? tf.cast(move(tf.cast(x, 'int32')), 'bool') : move(x);
}

/** A tensor of any type, broadcast to a shape. */
export function broadcast(x: Tensor, shape: readonly number[]): Tensor {
  if (tf.util.arraysEqual(shape as number[], x.shape)) return x;
  const aligned = [...Array<number>(shape.length - x.rank).fill(1), ...x.shape];
  return repeated(
    tf.reshape(x, aligned),
    shape.map((size, axis) => (aligned[axis] === size ? 1 : size)),
  );
}

/**
 * A tensor of any type, one copy after the other along its axes. TensorFlow.js has a gradient of that for up to four
 * axes, made of a slice a copy.
 *
 * @param repeats - Number of copies along each axis.
 */
export function repeated(x: Tensor, repeats: readonly number[]): Tensor {
  const pairs = x.shape.flatMap((size, axis) => [repeats[axis]!, size]);
  const copies = x.shape.map((_, axis) => 2 * axis);
  const tile = tf.customGrad((given) => ({
    value: tf.tile(given as Tensor, [...repeats]),
    gradFunc: (slope: Tensor) => tf.reshape(tf.sum(tf.reshape(slope, pairs), copies), x.shape),
  }));
  return overNumbers(x, (numbers) => tile(numbers));
}
