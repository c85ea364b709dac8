import type { Tensor } from '@tensorflow/tfjs';
import { type OnnxModel, onnxTypes } from '../formats/onnx/writeOnnx.ts';
import { type DeviceName, defaultDevice, type InputSpec, type TensorFunction } from './engine.ts';
import { type Graph, neededPart, nodePrefix } from './graph.ts';
import { convolutionKernels } from './kernels/convolution.ts';
import { elementwiseKernels } from './kernels/elementwise.ts';
import { linearKernels } from './kernels/linear.ts';
import { poolingKernels } from './kernels/pooling.ts';
import { reduceKernels } from './kernels/reduce.ts';
import { shapeKernels } from './kernels/shape.ts';
import { withFewTranspositions } from './lowering/fewTranspositions.ts';
import { lower } from './lowering/lowering.ts';
import { maskedByChoice } from './lowering/maskedByChoice.ts';
import { processorLowerings } from './lowering/processor.ts';
import { webgpuLowerings } from './lowering/webgpu.ts';
import { trace } from './trace.ts';
import { registerTraceKernels, registerUnknownKernels } from './traceKernels.ts';

registerTraceKernels(elementwiseKernels());
registerTraceKernels(shapeKernels());
registerTraceKernels(reduceKernels());
registerTraceKernels(linearKernels());
registerTraceKernels(convolutionKernels());
registerTraceKernels(poolingKernels());
registerUnknownKernels();

/**
 * Records a function as an ONNX model.
 *
 * @param fn - The function, called once.
 * @param inputs - Shape and type of its inputs by name; the model has the names of inputs and outputs.
 * @param options - `device` where it is to run: its ops are those that ONNX Runtime has there; `block` of
 *   {@link convolutionBlock}.
 * @returns The model, with the nodes and constants that its outputs need.
 */
export function traceFunction<In extends string>(
  fn: TensorFunction<In>,
  inputs: Readonly<Record<In, InputSpec>>,
  { device = defaultDevice, block }: { device?: DeviceName | undefined; block?: number | undefined } = {},
): OnnxModel {
  const { graph: recorded, result: outputs } = trace(
    (tracer) => {
      const given = Object.entries<InputSpec>(inputs).map(([name, { shape, dtype = 'float32' }]) => [
        name,
        tracer.input(name, shape, dtype),
      ]);
      return Object.entries<Tensor>(fn(Object.fromEntries(given))).map(([name, tensor]) => {
        const value = tracer.nameOf(tensor);
        const number =
          tensor.dtype === 'float32' ? value : tracer.node('Cast', [value], { to: onnxTypes.float32 });
        return { made: tracer.node('Identity', [number]), name, shape: tensor.shape };
      });
    },
    { device },
  );
  const isOfGpu = device === 'webgpu';
  const ordered = isOfGpu
    ? withFewTranspositions(maskedByChoice(recorded))
    : { graph: recorded, nameOf: (name: string) => name };
  const { graph, nameOf } = lower(ordered.graph, isOfGpu ? webgpuLowerings : processorLowerings(block));
  for (const { made, name } of outputs) nameOutput(graph, nameOf(ordered.nameOf(made)), name);
  const part = neededPart(
    graph,
    outputs.map(({ name }) => name),
  );
  return {
    ...part,
    inputs: graph.inputs,
    outputs: outputs.map(({ name, shape }) => ({ name, type: 'float32', shape })),
  };
}

/**
 * Gives an output its name. Where a node makes it that makes no other output, the node itself gives it: ONNX Runtime
 * would copy what others read as well.
 *
 * @param made - Name of what an `Identity` makes of it.
 */
function nameOutput(graph: Graph, made: string, name: string): void {
  const copy = graph.nodes.find(({ outputs: [output] }) => output === made)!;
  const [value] = copy.inputs as [string];
  if (!value.startsWith(nodePrefix)) {
    copy.outputs = [name];
    return;
  }
  graph.nodes = graph.nodes.filter((node) => node !== copy);
  const renamed = (names: string[]) => names.map((each) => (each === value ? name : each));
  for (const node of graph.nodes) {
    node.inputs = renamed(node.inputs);
    node.outputs = renamed(node.outputs);
  }
}

/**
 * Calls a function in TensorFlow.js ops on tensors that have a shape and no values, so that shapes can be asked for
 * without computing anything.
 *
 * @param call - The function; `symbol` makes a tensor of a shape. It must not hand tensors out.
 * @returns What `call` returned.
 */
export function withoutComputing<T>(call: (symbol: (shape: readonly number[]) => Tensor) => T): T {
  return trace((tracer) => call((shape) => tracer.input('symbol', shape, 'float32'))).result;
}
