import { existsSync, readFileSync, statSync } from 'node:fs';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { refuseToOverwrite, writeFileAtomic } from '../base/files.ts';
import { InputError } from '../base/inputError.ts';
import { orMemoryError } from '../base/memoryError.ts';
import { encodeOnnx, type OnnxConstant, type OnnxModel } from '../formats/onnx/writeOnnx.ts';
import type { CompileOptions, DeviceName, InputSpec, Program, TensorFunction } from './engine.ts';
import { ort } from './onnxRuntime.ts';
import { traceFunction } from './traceFunction.ts';

// Its own messages would stand beside our sentences on standard error.
ort.env.logLevel = 'fatal';

/**
 * Compiles a function into one ONNX graph that ONNX Runtime runs.
 *
 * @param fn - The function, called once.
 * @param inputs - Shape and type of its inputs by name; the model has the names of inputs and outputs.
 * @param options - Device, threads, and where to save the model.
 * @returns The program.
 * @throws InputError when the device is not on this machine, or another file stands where the model shall be saved.
 */
export async function compileOnnx<In extends string, Out extends string>(
  fn: TensorFunction<In, Out>,
  inputs: Readonly<Record<In, InputSpec>>,
  options: CompileOptions,
): Promise<Program<In, Out>> {
  const model = traceFunction(fn, inputs);
  if (options.saveOnnxPath !== undefined)
    saveModel(options.saveOnnxPath, encodeOnnx(model), options.overwriteOnnx ?? false);
  const { stored, fed } = split(model);
  const session = await createSession(encodeOnnx(stored), options);
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

/** Saves a model; the same one may stand there from a run that was interrupted. */
function saveModel(path: string, bytes: Uint8Array, overwrite: boolean): void {
  const isSaved = existsSync(path) && statSync(path).isFile() && readFileSync(path).equals(bytes);
  if (isSaved) return;
  refuseToOverwrite(path, overwrite);
  writeFileAtomic(path, bytes);
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

async function createSession(model: Uint8Array, options: CompileOptions): Promise<InferenceSession> {
  const device = options.device ?? 'cpu';
  try {
    return await ort.InferenceSession.create(model, {
      executionProviders: [device],
      graphOptimizationLevel: 'all',
      // Denormal numbers of near-silent bands would slow the convolutions down.
      // Its joining of paddings with the next window loses values that are outputs as well.
      extra: {
        session: { set_denormal_as_zero: '1' },
        optimization: { disable_specified_optimizers: 'Pad_Fusion' },
      },
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    });
  } catch (error) {
    const told = orMemoryError(error);
    if (device === 'cpu' || told !== error) throw told;
    throw missingDevice(device, error);
  }
}

function missingDevice(device: DeviceName, cause: unknown): InputError {
  // Native messages begin with file, line and condition of ONNX Runtime's own code.
  const [line = ''] = String(cause instanceof Error ? cause.message : cause).split('\n');
  const reason = line.replace(/^.*was false\. /, '');
  return new InputError(
    `device ${device} must be on this machine and known to ONNX Runtime, but it answers '${reason}'; install its driver`,
    { cause, remedy: { device: 'cpu' } },
  );
}
