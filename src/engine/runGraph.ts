import type { OnnxModel, OnnxType } from '../formats/onnx/writeOnnx.ts';
import { ort } from './onnxRuntime.ts';
import { createSession } from './onnxSession.ts';

/** A graph ready to run. */
export interface RunningGraph {
  /** Runs it once: values by name in, values by name out, row-major. */
  run(inputs: Readonly<Record<string, GraphValues>>): Promise<Record<string, GraphValues>>;
  release(): Promise<void>;
}

/** Values of one input or output of a graph. */
export type GraphValues = Float32Array | Float64Array | Int32Array | BigInt64Array;

/**
 * Makes ONNX Runtime run a graph as it stands, in the types it names: for work that needs double precision, which
 * TensorFlow.js does not have.
 *
 * @param model - The graph; shapes of its inputs are fixed.
 */
export async function runGraph(model: OnnxModel): Promise<RunningGraph> {
  const session = await createSession(model, { device: 'cpu' });
  return {
    async run(inputs) {
      const feeds = model.inputs.map(({ name, type, shape }) => [
        name,
        new ort.Tensor(type as Exclude<OnnxType, 'bool'>, inputs[name] as never, [...shape]),
      ]);
      const results = await session.run(Object.fromEntries(feeds));
      return Object.fromEntries(model.outputs.map(({ name }) => [name, results[name]!.data as GraphValues]));
    },
    release: () => session.release(),
  };
}
