import type { Tensor } from 'onnxruntime-node';
import { orMemoryError } from '../base/memoryError.ts';
import type { OnnxConstant, OnnxModel } from '../formats/onnx/writeOnnx.ts';
import { convolutionBlock } from './convolutionBlock.ts';
import {
  type CompileOptions,
  defaultDevice,
  type InputSpec,
  type Program,
  type TensorFunction,
} from './engine.ts';
import { ort } from './onnxRuntime.ts';
import { createSession } from './onnxSession.ts';
import { traceFunction } from './traceFunction.ts';

/**
 * Compiles a function into one ONNX graph that ONNX Runtime runs.
 *
 * @param fn - The function, called once.
 * @param inputs - Shape and type of its inputs by name; the model has the names of inputs and outputs.
 * @param options - Device and threads.
 * @throws InputError when the device is not on this machine.
 */
export async function compileOnnx<In extends string, Out extends string>(
  fn: TensorFunction<In, Out>,
  inputs: Readonly<Record<In, InputSpec>>,
  options: CompileOptions,
): Promise<Program<In, Out>> {
  const { device = defaultDevice } = options;
  const block = device === 'cpu' ? await convolutionBlock() : undefined;
  const model = traceFunction(fn, inputs, { device, block });
  const { stored, fed } = device === 'cpu' ? split(model) : { stored: model, fed: {} };
  const session = await createSession(stored, options);
  const specs = Object.entries<InputSpec>(inputs) as [In, InputSpec][];
  return {
    outputShapes: Object.fromEntries(model.outputs.map(({ name, shape }) => [name, shape])) as never,
    async run(values) {
      const feeds = Object.fromEntries(
        specs.map(([name, { shape, dtype = 'float32' }]) => [
          name,
          new ort.Tensor(dtype, values[name] as never, [...shape]),
        ]),
      );
      const results = await session.run({ ...feeds, ...fed }).catch((error: unknown) => {
        throw orMemoryError(error);
      });
      const data = model.outputs.map(({ name }) => [name, results[name]!.data]);
      return Object.fromEntries(data);
    },
    release: () => session.release(),
  };
}

/** Matrices from this size on, bytes, are fed at every run: stored in the session they would be there up to four times. */
const fedFromBytes = 2 ** 24;

/** Takes the big matrices out of a model and makes them inputs, which are handed over without a copy. */
function split(model: OnnxModel): { stored: OnnxModel; fed: Record<string, Tensor> } {
  const isMatrix = ({ name }: OnnxConstant) =>
    model.nodes.every(
      ({ opType, inputs }) => !inputs.includes(name) || opType === 'Gemm' || opType === 'MatMul',
    );
  const big = model.constants.filter(
    (each) => each.type === 'float32' && each.bytes.byteLength >= fedFromBytes && isMatrix(each),
  );
  const valuesOf = ({ bytes }: OnnxConstant) =>
    new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  return {
    stored: {
      ...model,
      constants: model.constants.filter((each) => !big.includes(each)),
      inputs: [...model.inputs, ...big.map(({ name, shape }) => ({ name, shape, type: 'float32' as const }))],
    },
    fed: Object.fromEntries(
      big.map((each) => [each.name, new ort.Tensor('float32', valuesOf(each), [...each.shape])]),
    ),
  };
}
