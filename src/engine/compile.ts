import { InputError } from '../base/inputError.ts';
import {
  type CompileOptions,
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
 * @param inputs - Shape and type of each input.
 * @param options - Engine, device, threads.
 * @returns The program.
 * @throws InputError when the engine or device is not on this machine, or the device is not the engine's.
 */
export async function compile(
  fn: TensorFunction,
  inputs: readonly InputSpec[],
  options: CompileOptions = {},
): Promise<Program> {
  const engine = options.engine ?? 'onnxruntime';
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

async function compileEager(
  fn: TensorFunction,
  inputs: readonly InputSpec[],
  backend: string,
): Promise<Program> {
  const outputShapes: number[][] = [];
  return {
    outputShapes,
    async run(...values) {
      await tf.setBackend(backend);
      const outputs = tf.tidy(() =>
        fn(
          ...values.map((value, i) => tf.tensor(value, [...inputs[i]!.shape], inputs[i]!.dtype ?? 'float32')),
        ),
      );
      outputShapes.splice(0, outputShapes.length, ...outputs.map((output) => output.shape));
      const results = outputs.map((output) => Float32Array.from(output.dataSync()));
      for (const output of outputs) output.dispose();
      return results;
    },
    async release() {},
  };
}
