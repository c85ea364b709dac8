import type { Tensor } from '@tensorflow/tfjs';
import { arraySize } from '../../base/arraySize.ts';
import { InputError } from '../../base/inputError.ts';
import { withoutComputing } from '../../engine/traceFunction.ts';
import type { OnnxGraph } from '../../formats/onnx/readOnnx.ts';
import type { OnnxArray } from '../../formats/onnx/readTensor.ts';
import { neededNodes } from './checkGraph.ts';
import type { Call } from './operation.ts';
import { tensorOfArray } from './operations/shape.ts';
import { evaluate } from './runOnnxGraph.ts';

/** What a tensor of a graph is and costs. */
export interface Measure {
  /** Shape, batch axis included. */
  shape: readonly number[];
  /** Multiply-accumulates beyond those of the tensors before it. */
  macs: number;
  /** Constant numbers that it needs beyond those of the tensors before it. */
  parameters: number;
}

/** Arrays up to this size keep their values while a graph is measured: bounds, scales and the like decide on shapes. */
const longestNumbers = 64;

/**
 * Shape and cost of tensors of an ONNX graph, without computing them.
 *
 * @param wanted - Names of tensors in the graph, in processing order.
 * @returns One measure a tensor.
 * @throws InputError when the graph is not one that can be computed.
 */
export function measureOnnxGraph(
  graph: OnnxGraph,
  inputShape: readonly number[],
  wanted: readonly string[],
): Measure[] {
  const costs = new Map<string, { macs: number; arrays: readonly string[] }>();
  const shapes = withoutComputing((symbol) => {
    // Weights have no values either: else they would all be transposed and folded for nothing.
    const standIn = (array: OnnxArray) =>
      array.kind === 'float' && array.values.length > longestNumbers
        ? symbol(array.shape)
        : tensorOfArray(array);
    const onResult = (call: Call, result: Tensor) =>
      costs.set(call.node.outputs[0]!, { macs: macsOf(call, result), arrays: call.node.inputs });
    const values = evaluate(graph, symbol(inputShape), wanted, { tensorOfArray: standIn, onResult });
    return new Map(wanted.map((name) => [name, [...values.get(name)!.shape]]));
  });
  return costsInOrder(graph, wanted, costs).map((cost, i) => ({ shape: shapes.get(wanted[i]!)!, ...cost }));
}

/**
 * The same of those tensors alone that can be computed.
 *
 * @returns Measures by name, and the others with why they have none.
 * @throws InputError when none can be computed.
 */
export function measureWhatCan(
  graph: OnnxGraph,
  inputShape: readonly number[],
  wanted: readonly string[],
): {
  measures: ReadonlyMap<string, Measure>;
  failed: { tensor: string; operations: readonly string[]; reason: string }[];
} {
  const failed: { tensor: string; operations: readonly string[]; reason: string }[] = [];
  let left = wanted;
  for (;;) {
    const measured = orFailure(() => measureOnnxGraph(graph, inputShape, left));
    if (!(measured instanceof InputError))
      return { measures: new Map(measured.map((measure, i) => [left[i]!, measure])), failed };
    const { count, error } = firstFailure(
      (first) => orFailure(() => measureOnnxGraph(graph, inputShape, left.slice(0, first))),
      { count: left.length, error: measured },
    );
    const needing = needingIt(graph, left, left[count - 1]!);
    const reason = error.message.replace(`${graph.path}: `, '');
    failed.push(
      ...left.filter((tensor) => needing.has(tensor)).map((tensor) => ({ tensor, operations: [], reason })),
    );
    left = left.filter((tensor) => !needing.has(tensor));
    if (left.length === 0) throw error;
  }
}

/** The result, or the mistake of the caller that stood in its way. */
function orFailure<T>(compute: () => T): T | InputError {
  try {
    return compute();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/** The smallest count that fails, as all above it do, and how: the known one, or one below it. */
function firstFailure(
  compute: (count: number) => unknown,
  known: { count: number; error: InputError },
): { count: number; error: InputError } {
  let fine = 0;
  let failing = known;
  while (failing.count - fine > 1) {
    const count = Math.floor((fine + failing.count) / 2);
    const result = compute(count);
    if (result instanceof InputError) failing = { count, error: result };
    else fine = count;
  }
  return failing;
}

/** A tensor and all that need it. */
function needingIt(graph: OnnxGraph, wanted: readonly string[], tensor: string): ReadonlySet<string> {
  const found = new Set([tensor]);
  for (const { inputs, captured, outputs } of neededNodes(graph, wanted))
    if ([...inputs, ...captured].some((name) => found.has(name)))
      for (const output of outputs) found.add(output);
  return found;
}

/** Of each wanted tensor what it needs that those before it did not. */
function costsInOrder(
  graph: OnnxGraph,
  wanted: readonly string[],
  costs: ReadonlyMap<string, { macs: number; arrays: readonly string[] }>,
): { macs: number; parameters: number }[] {
  // The nodes of a tensor follow those of the tensors before it, the one that makes it last.
  const nodes = neededNodes(graph, wanted).values();
  const made = new Set<string>();
  const counted = new Set<string>();
  const isNew = (name: string) => !counted.has(name) && Boolean(counted.add(name));
  return wanted.map((name) => {
    const own: { macs: number; arrays: readonly string[] }[] = [];
    while (!made.has(name)) {
      const { outputs } = nodes.next().value!;
      own.push(costs.get(outputs[0]!)!);
      for (const output of outputs) made.add(output);
    }
    const arrays = own.flatMap(({ arrays: names }) =>
      names.filter((each) => graph.constants.has(each) && isNew(each)),
    );
    const sizes = arrays.map((each) => graph.constants.get(each)!).filter(({ kind }) => kind === 'float');
    return {
      macs: own.reduce((sum, { macs }) => sum + macs, 0),
      parameters: sizes.reduce((sum, { values }) => sum + values.length, 0),
    };
  });
}

/** Multiply-accumulates of an operation: convolutions, matrix products and recurrent layers. */
function macsOf(call: Call, result: Tensor): number {
  const [a, b, c] = call.inputs;
  switch (call.node.opType) {
    case 'Conv':
      return result.size * arraySize(b!.shape.slice(1));
    case 'ConvTranspose':
      return a!.size * arraySize(b!.shape.slice(1));
    case 'MatMul':
      return result.size * a!.shape.at(-1)!;
    case 'Gemm':
      return result.size * a!.shape[1 - call.number('transA', 0)]!;
    case 'LSTM':
    case 'GRU':
    case 'RNN':
      return a!.shape[0]! * a!.shape[1]! * (b!.size + c!.size);
    default:
      return 0;
  }
}
