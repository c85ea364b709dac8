import { existsSync, readFileSync, statSync } from 'node:fs';
import { refuseToOverwrite, writeFileAtomic } from '../base/files.ts';
import { encodeOnnx } from '../formats/onnx/writeOnnx.ts';
import type { DeviceName, InputSpec, TensorFunction } from './engine.ts';
import { traceFunction } from './traceFunction.ts';

/** Where an ONNX model is saved. */
export interface SaveOnnxOptions {
  path: string;
  /** Replaces another file there; the same model may always stand there already, as of a run that was interrupted. */
  overwrite?: boolean | undefined;
  /** Its ops are those that ONNX Runtime has there; default: the processor, whichever. */
  device?: DeviceName | undefined;
}

/**
 * Writes a function as an ONNX model, without making it ready to run.
 *
 * @param fn - The function, called once.
 * @param inputs - Shape and type of its inputs by name; the model has the names of inputs and outputs.
 * @throws InputError when another file stands there, or it cannot be written.
 */
export function saveOnnx<In extends string>(
  fn: TensorFunction<In>,
  inputs: Readonly<Record<In, InputSpec>>,
  { path, overwrite = false, device }: SaveOnnxOptions,
): void {
  const bytes = encodeOnnx(traceFunction(fn, inputs, { device }));
  const isSaved = existsSync(path) && statSync(path).isFile() && readFileSync(path).equals(bytes);
  if (isSaved) return;
  refuseToOverwrite(path, overwrite);
  writeFileAtomic(path, bytes);
}
