import type { CompileOptions, InputSpec, Program, TensorFunction } from './engine.ts';

/**
 * Compiles a function into one ONNX graph.
 *
 * @param _fn - The function.
 * @param _inputs - Its inputs.
 * @param _options - Device, threads.
 */
export async function compileOnnx(
  _fn: TensorFunction,
  _inputs: readonly InputSpec[],
  _options: CompileOptions,
): Promise<Program> {
  throw new Error('compileOnnx is not written yet');
}
