import type { Tensor } from 'onnxruntime-node';
import { arraySize } from '../base/arraySize.ts';
import { orMemoryError } from '../base/memoryError.ts';
import type { OnnxValue } from '../formats/onnx/writeOnnx.ts';
import { ort } from './onnxRuntime.ts';
import { createSession, type SessionOptions } from './onnxSession.ts';

/** Tensors by name, on the processor or the device. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A graph that runs on tensors as they lie. */
export interface TensorSession {
  /**
   * Runs it once.
   *
   * @param from - Its inputs.
   * @param to - Buffers that its outputs are written into; without them they are new ones.
   */
  run(from: Tensors, to?: Tensors): Promise<Tensors>;
  release(): Promise<void>;
}

/**
 * Copies values as they are: between processor and device, and on the device.
 *
 * @param values - Names, types and shapes.
 * @param options - Device; where copies lie for which no buffers are given.
 */
export function copySession(values: readonly OnnxValue[], options: SessionOptions): Promise<TensorSession> {
  if (values.length === 0) return Promise.resolve({ run: async () => ({}), async release() {} });
  const made = ({ name }: OnnxValue) => `copy:${name}`;
  const model = {
    nodes: values.map((value) => ({
      ...{ opType: 'Identity', attributes: {} },
      ...{ inputs: [value.name], outputs: [made(value)] },
    })),
    constants: [],
    inputs: values,
    outputs: values.map((value) => ({ ...value, name: made(value) })),
  };
  return tensorSession(model, options, (output) => output.slice('copy:'.length));
}

/**
 * Makes a graph ready to run on tensors as they lie.
 *
 * @param model - The graph.
 * @param options - Device; where its outputs lie.
 * @param nameOf - The name that an output has among tensors, default its own.
 */
export async function tensorSession(
  model: Parameters<typeof createSession>[0],
  options: SessionOptions,
  nameOf = (output: string) => output,
): Promise<TensorSession> {
  const session = await createSession(model, options);
  const inputs = model.inputs.map(({ name }) => name);
  const outputs = model.outputs.map(({ name }) => name);
  return {
    async run(from, to) {
      const feeds = Object.fromEntries(inputs.map((name) => [name, from[name]!]));
      const into = to && Object.fromEntries(outputs.map((name) => [name, to[nameOf(name)]!]));
      const results = await (into ? session.run(feeds, into) : session.run(feeds)).catch((error: unknown) => {
        throw orMemoryError(error);
      });
      return Object.fromEntries(outputs.map((name) => [nameOf(name), results[name]!]));
    },
    release: () => session.release(),
  };
}

/**
 * Tensors of values on the processor.
 *
 * @param specs - Names, types and shapes.
 * @param values - Row-major, by name; left out: zeros.
 */
export function tensorsOf(
  specs: readonly OnnxValue[],
  values: Readonly<Record<string, Float32Array | Int32Array>> = {},
): Tensors {
  return Object.fromEntries(
    specs.map(({ name, type, shape }) => {
      const size = arraySize(shape);
      const zeros = () => (type === 'int32' ? new Int32Array(size) : new Float32Array(size));
      return [name, new ort.Tensor(type as 'float32', (values[name] ?? zeros()) as never, [...shape])];
    }),
  );
}
