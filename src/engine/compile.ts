import { InputError } from '../base/inputError.ts';
import {
  type CompileOptions,
  defaultEngine,
  engineNames,
  type InputSpec,
  type Program,
  type TensorFunction,
} from './engine.ts';
import { replaceSegmentSum } from './segmentSumCpu.ts';
import { tf } from './tf.ts';

/**
 * Compiles a TensorFlow.js function, gradients inside it included, for repeated runs.
 *
 * @param fn - The function; called once (onnxruntime) or at every run (tfjs, tfjs-node).
 * @param inputs - Shape and type of each input by name; inputs and outputs have their names in the ONNX
 *   model too, so that all of them must differ.
 * @param options - Engine, device, threads.
 * @throws InputError when the engine or device is not on this machine, or the device is not the engine's.
 */
export async function compile<In extends string, Out extends string>(
  fn: TensorFunction<In, Out>,
  inputs: Readonly<Record<In, InputSpec>>,
  options: CompileOptions = {},
): Promise<Program<In, Out>> {
  const engine = options.engine ?? defaultEngine;
  if (engine === 'onnxruntime') {
    const { compileOnnx } = await import('./onnxProgram.ts');
    return compileOnnx(fn, inputs, options);
  }
  if (options.device !== undefined && options.device !== 'cpu')
    throw new InputError(
      `device ${options.device} must be used with engine ${engineNames[0]}, got engine ${engine}; use that engine`,
      { remedy: { device: 'cpu' } },
    );
  if (engine === 'tfjs') replaceSegmentSum();
  return compileEager(fn, inputs, engine === 'tfjs' ? 'cpu' : await loadTfjsNode());
}

async function loadTfjsNode(): Promise<string> {
  // Its library reports at each start which instructions of the processor it uses.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1';
  try {
    const name = '@tensorflow/tfjs-node';
    await import(name);
    return 'tensorflow';
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const state =
      code === 'ERR_MODULE_NOT_FOUND' ? 'is not installed' : `cannot be loaded (${message.split('\n')[0]})`;
    throw new InputError(
      `engine tfjs-node needs the package @tensorflow/tfjs-node, which ${state}; run 'npm install --no-save --save-prod @tensorflow/tfjs-node'`,
      { cause: error, remedy: { engine: 'onnxruntime' } },
    );
  }
}

async function compileEager<In extends string, Out extends string>(
  fn: TensorFunction<In, Out>,
  inputs: Readonly<Record<In, InputSpec>>,
  backend: string,
): Promise<Program<In, Out>> {
  const specs = Object.entries<InputSpec>(inputs) as [In, InputSpec][];
  const outputShapes = {} as Record<Out, readonly number[]>;
  return {
    outputShapes,
    async run(values) {
      await tf.setBackend(backend);
      const outputs = tf.tidy(() => {
        const tensors = specs.map(([name, { shape, dtype = 'float32' }]) => [
          name,
          tf.tensor(values[name], [...shape], dtype),
        ]);
        return fn(Object.fromEntries(tensors)) as tf.NamedTensorMap;
      });
      const results = Object.entries(outputs).map(([name, output]) => {
        outputShapes[name as Out] = output.shape;
        return [name, Float32Array.from(output.dataSync())];
      });
      for (const output of Object.values(outputs)) output.dispose();
      return Object.fromEntries(results);
    },
    async release() {},
  };
}
