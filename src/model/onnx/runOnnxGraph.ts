import type { Tensor } from '@tensorflow/tfjs';
import { InputError } from '../../base/inputError.ts';
import { constant } from '../../engine/tf.ts';
import type { OnnxGraph, OnnxNode } from '../../formats/onnx/readOnnx.ts';
import type { OnnxArray } from '../../formats/onnx/readTensor.ts';
import { isNumbers } from './numbers.ts';
import { type Call, type OnnxOperation, tensorOperations, type Value } from './onnxOperations.ts';
import { shapeOperations } from './shapeOperations.ts';
import { windowOperations } from './windowOperations.ts';

/** Bounds, paddings and the like are at most this long. */
const longestNumbers = 8;

const operations: Record<string, OnnxOperation> = {
  ...tensorOperations,
  ...shapeOperations,
  ...windowOperations,
};

/**
 * Refuses a graph that holds operations with no TensorFlow.js form.
 *
 * @param graph - The graph.
 * @param path - For the message.
 * @throws InputError naming the operation and all that are known.
 */
export function checkOperations(graph: OnnxGraph, path: string): void {
  const unknown = graph.nodes.find(({ opType }) => opType !== 'Constant' && !operations[opType]);
  if (unknown)
    throw new InputError(
      `${path}: operation ${unknown.opType} ('${unknown.outputs[0]}') is not supported; it must be one of ${['Constant', ...Object.keys(operations)].sort().join(', ')}; export the model with these`,
    );
}

/**
 * Computes tensors of an ONNX graph in TensorFlow.js ops; only what they need.
 *
 * @param graph - The graph.
 * @param input - Value of its one input, axes as the graph has them.
 * @param wanted - Names of tensors in the graph.
 * @param rectify - Called instead of the true rectifier for a wanted tensor that a `Relu` makes; later operations still
 *   see the true one.
 * @returns The tensors, in order.
 */
export function runOnnxGraph(
  graph: OnnxGraph,
  input: Tensor,
  wanted: readonly string[],
  rectify?: (x: Tensor) => Tensor,
): Tensor[] {
  const makers = makersOf(graph);
  const lookUp = evaluatorOf(graph, input);
  return wanted.map((name) => {
    const node = makers.get(name);
    const value =
      node?.opType === 'Relu' && rectify ? rectify(tensorOf(lookUp(node.inputs[0]!))) : lookUp(name);
    return tensorOf(value);
  });
}

/** The node that makes each tensor of a graph. */
function makersOf(graph: OnnxGraph): ReadonlyMap<string, OnnxNode> {
  return new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
}

/** What stands for the graph's arrays, and who sees each operation with its result. */
export interface EvaluationOptions {
  /** Tensor of an array that is not a short list of numbers; default a constant. */
  tensorOfArray?: (array: OnnxArray) => Tensor;
  onResult?: (call: Call, result: Value) => void;
}

/**
 * Looks tensors of a graph up by name, each computed once, when it is first needed.
 *
 * @param graph - The graph.
 * @param input - Value of its one input.
 * @param options - Stand-ins for its arrays.
 */
export function evaluatorOf(
  graph: OnnxGraph,
  input: Tensor,
  { tensorOfArray, onResult }: EvaluationOptions = {},
): (name: string) => Value {
  const makers = makersOf(graph);
  const values = new Map<string, Value>([[graph.inputs[0]!.name, input]]);
  const arrayValue = (array: OnnxArray) => valueOfArray(array, tensorOfArray);
  const compute = (node: OnnxNode): Value => {
    if (node.opType === 'Constant') return arrayValue(node.attributes.get('value')?.array ?? numbersOf(node));
    const call = callOf(node, lookUp);
    const result = operations[node.opType]!(call);
    onResult?.(call, result);
    return result;
  };
  const lookUp = (name: string): Value => {
    const array = graph.constants.get(name);
    const value = values.get(name) ?? (array ? arrayValue(array) : compute(makers.get(name)!));
    values.set(name, value);
    return value;
  };
  return lookUp;
}

function callOf(node: OnnxNode, lookUp: (name: string) => Value): Call {
  const inputs = node.inputs.map((name) => (name === '' ? undefined : lookUp(name)));
  const numbers = (attribute: string, otherwise: readonly number[]) =>
    node.attributes.get(attribute)?.numbers ?? otherwise;
  return {
    node,
    inputs,
    tensor: (position) => tensorOf(inputs[position]!),
    listed: (position, attribute) => {
      const value = inputs[position];
      if (value === undefined) return node.attributes.get(attribute)?.numbers;
      if (isNumbers(value)) return value.numbers;
      throw new InputError(
        `ONNX model: input ${position} of ${node.opType} '${node.outputs[0]}' must be constant, it depends on the sound; export the model with fixed sizes`,
      );
    },
    numbers,
    text: (attribute, otherwise) => node.attributes.get(attribute)?.text ?? otherwise,
  };
}

function tensorOf(value: Value): Tensor {
  if (!isNumbers(value)) return value;
  return constant(value.values ?? Float32Array.from(value.numbers), value.shape);
}

/** Whole numbers and short constants stay numbers; others become a tensor. */
function valueOfArray(
  { kind, values, shape }: OnnxArray,
  tensorOfArray: EvaluationOptions['tensorOfArray'] = () => constant(values, shape),
): Value {
  if (kind === 'float' && values.length > longestNumbers) return tensorOfArray({ kind, values, shape });
  return { numbers: [...values], shape, ...(values instanceof Float32Array ? { values } : {}) };
}

function numbersOf(node: OnnxNode): OnnxArray {
  const single = ['value_float', 'value_int'].flatMap((name) => node.attributes.get(name)?.numbers ?? []);
  const many = ['value_floats', 'value_ints'].flatMap((name) => node.attributes.get(name)?.numbers ?? []);
  const isWhole = node.attributes.has('value_int') || node.attributes.has('value_ints');
  const kind = isWhole ? 'whole' : 'float';
  return single.length > 0
    ? { shape: [], values: Float32Array.from(single), kind }
    : { shape: [many.length], values: Float32Array.from(many), kind };
}
