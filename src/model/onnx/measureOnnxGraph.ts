import { withoutComputing } from '../../engine/traceFunction.ts';
import type { OnnxGraph } from '../../formats/onnx/readOnnx.ts';
import type { Call, Value } from './onnxOperations.ts';
import { evaluatorOf } from './runOnnxGraph.ts';

/** What a tensor of a graph is and costs. */
export interface Measure {
  /** Shape, batch axis included. */
  shape: readonly number[];
  /** Multiply-accumulates beyond those of the tensors before it. */
  macs: number;
  /** Constant numbers that it needs beyond those of the tensors before it. */
  parameters: number;
}

/**
 * Shape and cost of tensors of an ONNX graph, without computing them.
 *
 * @param graph - The graph.
 * @param inputShape - Shape of its one input.
 * @param wanted - Names of tensors in the graph, in processing order.
 * @returns One measure a tensor.
 */
export function measureOnnxGraph(
  graph: OnnxGraph,
  inputShape: readonly number[],
  wanted: readonly string[],
): Measure[] {
  const used = new Set<string>();
  let [macs, parameters] = [0, 0];
  const onResult = (call: Call, result: Value) => {
    macs += macsOf(call, result);
    for (const name of call.node.inputs) {
      const array = graph.constants.get(name);
      if (array && array.kind === 'float' && !used.has(name)) parameters += array.values.length;
      used.add(name);
    }
  };
  return withoutComputing((symbol) => {
    // Weights have no values either: else they would all be transposed and folded for nothing.
    const tensorOfArray = ({ shape }: { shape: readonly number[] }) => symbol(shape);
    const lookUp = evaluatorOf(graph, symbol(inputShape), { tensorOfArray, onResult });
    return wanted.map((name) => {
      const before = { macs, parameters };
      const { shape } = lookUp(name);
      return { shape: [...shape], macs: macs - before.macs, parameters: parameters - before.parameters };
    });
  });
}

/** Multiply-accumulates of an operation: convolutions and matrix products. */
function macsOf(call: Call, result: Value): number {
  const outputs = count(result.shape);
  const { opType } = call.node;
  if (opType === 'Conv') return outputs * count(call.inputs[1]!.shape.slice(1));
  if (opType === 'MatMul') return outputs * call.inputs[0]!.shape.at(-1)!;
  if (opType === 'Gemm') return outputs * call.inputs[0]!.shape[1 - call.numbers('transA', [0])[0]!]!;
  return 0;
}

const count = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
