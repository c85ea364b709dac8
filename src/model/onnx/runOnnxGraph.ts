import type { Tensor } from '@tensorflow/tfjs';
import { InputError } from '../../base/inputError.ts';
import { constant } from '../../engine/tf.ts';
import type { OnnxArray, OnnxGraph, OnnxNode } from '../../formats/onnx/readOnnx.ts';
import { macsOf, standIn, standInOf } from './inferShapes.ts';
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
  const lookUp = evaluator(graph, makers, input, (call) => operations[call.node.opType]!(call));
  return wanted.map((name) => {
    const node = makers.get(name);
    const value =
      node?.opType === 'Relu' && rectify ? rectify(tensorOf(lookUp(node.inputs[0]!))) : lookUp(name);
    return tensorOf(value);
  });
}

/**
 * Shape and cost of tensors of an ONNX graph, without computing them.
 *
 * @param graph - The graph.
 * @param inputShape - Shape of its one input.
 * @param wanted - Names of tensors in the graph, in processing order.
 * @returns Of each its shape, and the multiply-accumulates and constant numbers it needs beyond the earlier ones.
 */
export function measureOnnxGraph(graph: OnnxGraph, inputShape: readonly number[], wanted: readonly string[]) {
  const makers = makersOf(graph);
  const used = new Set<string>();
  let [macs, parameters] = [0, 0];
  const lookUp = evaluator(graph, makers, standIn(inputShape), (call) => {
    for (const name of call.node.inputs) {
      const array = graph.constants.get(name);
      if (array && !array.isInteger && !used.has(name)) parameters += array.values.length;
      used.add(name);
    }
    const value = standInOf(call) ?? operations[call.node.opType]!(call);
    macs += macsOf(call, value);
    return value;
  });
  return wanted.map((name) => {
    const before = { macs, parameters };
    const { shape } = lookUp(name);
    return { shape, macs: macs - before.macs, parameters: parameters - before.parameters };
  });
}

/** The node that makes each tensor. */
function makersOf(graph: OnnxGraph): ReadonlyMap<string, OnnxNode> {
  return new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
}

/** Looks tensors up by name, each computed once, when it is first needed. */
function evaluator(
  graph: OnnxGraph,
  makers: ReadonlyMap<string, OnnxNode>,
  input: Value,
  apply: (call: Call) => Value,
): (name: string) => Value {
  const values = new Map<string, Value>([[graph.inputs[0]!.name, input]]);
  const lookUp = (name: string): Value => {
    const known = values.get(name) ?? constantValue(graph.constants.get(name));
    if (known) return known;
    const node = makers.get(name)!;
    const value =
      node.opType === 'Constant'
        ? constantValue(node.attributes.get('value')?.array ?? numbersOf(node))!
        : apply(callOf(node, lookUp));
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

/** Whole numbers and short constants stay numbers; others become a constant of the engine. */
function constantValue(array: OnnxArray | undefined): Value | undefined {
  if (!array) return undefined;
  const { isInteger, values, shape } = array;
  if (!isInteger && values.length > longestNumbers) return constant(values, shape);
  return { numbers: [...values], shape, values };
}

function numbersOf(node: OnnxNode): OnnxArray {
  const single = ['value_float', 'value_int'].flatMap((name) => node.attributes.get(name)?.numbers ?? []);
  const many = ['value_floats', 'value_ints'].flatMap((name) => node.attributes.get(name)?.numbers ?? []);
  const isInteger = node.attributes.has('value_int') || node.attributes.has('value_ints');
  return single.length > 0
    ? { shape: [], values: Float32Array.from(single), isInteger }
    : { shape: [many.length], values: Float32Array.from(many), isInteger };
}
