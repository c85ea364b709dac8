import type { Tensor } from '@tensorflow/tfjs';
import { InputError } from '../../base/inputError.ts';
import type { OnnxGraph, OnnxNode, OnnxSubgraph } from '../../formats/onnx/readOnnx.ts';
import type { OnnxArray } from '../../formats/onnx/readTensor.ts';
import { checkOperations, makersOf, neededNodes } from './checkGraph.ts';
import { type Call, callOf, type OnnxOperation } from './operation.ts';
import { tensorOfArray as constantOfArray } from './operations/shape.ts';
import { operations } from './operations.ts';

/** What stands for the graph's arrays, and who sees each operation with its result. */
export interface EvaluationOptions {
  /** Tensor of an array; default a constant. */
  tensorOfArray?: (array: OnnxArray) => Tensor;
  onResult?: (call: Call, result: Tensor) => void;
}

/**
 * Computes tensors of an ONNX graph in TensorFlow.js ops; only what they need.
 *
 * @param input - Value of its one input, axes as the graph has them.
 * @param wanted - Names of tensors in the graph.
 * @param rectify - Called instead of the true rectifier for a wanted tensor that a `Relu` makes; later operations still
 *   see the true one.
 * @returns The tensors, in order.
 * @throws InputError when the graph is not one that can be computed.
 */
export function runOnnxGraph(
  graph: OnnxGraph,
  input: Tensor,
  wanted: readonly string[],
  rectify?: (x: Tensor) => Tensor,
): Tensor[] {
  const values = evaluate(graph, input, wanted);
  const makers = makersOf(graph);
  return wanted.map((name) => {
    const node = makers.get(name);
    return node?.opType === 'Relu' && rectify ? rectify(values.get(node.inputs[0]!)!) : values.get(name)!;
  });
}

/**
 * Computes all that tensors of a graph need.
 *
 * @param input - Value of its one input.
 * @param wanted - Names of tensors.
 * @param options - Stand-ins for its arrays.
 * @returns Tensors by name.
 * @throws InputError when the graph is not one that can be computed.
 */
export function evaluate(
  graph: OnnxGraph,
  input: Tensor,
  wanted: readonly string[],
  { tensorOfArray = constantOfArray, onResult }: EvaluationOptions = {},
): ReadonlyMap<string, Tensor> {
  const values = new Map<string, Tensor>([[graph.inputs[0]!.name, input]]);
  evaluateInto(values, graph, wanted, { tensorOfArray, ...(onResult ? { onResult } : {}) });
  return values;
}

type Values = Map<string, Tensor>;

function evaluateInto(
  values: Values,
  graph: OnnxGraph,
  wanted: readonly string[],
  options: EvaluationOptions & Required<Pick<EvaluationOptions, 'tensorOfArray'>>,
): void {
  const nodes = neededNodes(graph, wanted, { around: [...values.keys()] });
  checkOperations(graph, nodes, honoredAttributes);
  const lookUp = (name: string) => {
    const array = values.has(name) ? undefined : graph.constants.get(name);
    if (array) values.set(name, options.tensorOfArray(array));
    return values.get(name);
  };
  for (const node of nodes) {
    node.captured.forEach(lookUp);
    const evaluate = (branch: OnnxSubgraph) => {
      const inner = new Map(values);
      evaluateInto(inner, { ...graph, ...branch, inputs: [] }, branch.outputs, options);
      return branch.outputs.map((name) => inner.get(name)!);
    };
    const lost = node.inputs.find((name) => name !== '' && !lookUp(name));
    if (lost !== undefined) throw unknownOutput(graph, lost, makersOf(graph).get(lost)!);
    const call = callOf(graph, node, { inputs: node.inputs.map(lookUp), evaluate });
    const results = apply(graph, operations.get(node.opType)!, call);
    for (const [i, name] of node.outputs.entries()) if (results[i]) values.set(name, results[i]);
    options.onResult?.(call, results[0]!);
  }
  for (const name of wanted) if (!lookUp(name)) throw unknownOutput(graph, name, makersOf(graph).get(name)!);
}

const honoredAttributes = new Map([...operations].map(([name, { attributes }]) => [name, attributes]));

function apply(graph: OnnxGraph, operation: OnnxOperation, call: Call): readonly Tensor[] {
  try {
    const results = operation.apply(call);
    return Array.isArray(results) ? results : [results as Tensor];
  } catch (error) {
    // TensorFlow.js checks shapes and types itself, and says so in plain errors.
    if (error instanceof InputError || !(error instanceof Error) || error instanceof TypeError) throw error;
    throw new InputError(
      `${graph.path}: ${call.node.opType} '${call.node.outputs[0]}' cannot be computed (${error.message.split('\n')[0]}); export the model anew`,
      { cause: error },
    );
  }
}

function unknownOutput({ path }: OnnxGraph, name: string, node: OnnxNode): InputError {
  return new InputError(
    `${path}: '${name}' must be the first result of ${node.opType}, it is number ${node.outputs.indexOf(name) + 1}, which is not supported; export the model without it`,
  );
}
