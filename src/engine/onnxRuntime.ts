import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '../base/inputError.ts';
import { packagePath } from '../base/packagePath.ts';

/** ONNX Runtime: the package, or its files as `keepOnnxRuntime.mjs` kept them where npm removed it. */
export const ort = await load();

type OnnxRuntime = typeof import('onnxruntime-node');

async function load(): Promise<OnnxRuntime> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    const kept = pathToFileURL(join(packagePath('onnxruntime'), 'dist', 'index.js')).href;
    const runtime = await import(kept).catch(() => {
      const [reason] = String((error as Error).message).split('\n');
      throw new InputError(
        `engine onnxruntime needs the package onnxruntime-node, which does not load on this machine (${reason}); install it again`,
        { cause: error, remedy: { engine: 'tfjs' } },
      );
    });
    return runtime as OnnxRuntime;
  }
}
