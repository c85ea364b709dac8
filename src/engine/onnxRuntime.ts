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
      throw new InputError(`engine onnxruntime needs ${whyNotLoaded(process, error as Error)}`, {
        cause: error,
        remedy: { engine: 'tfjs' },
      });
    });
    return runtime as OnnxRuntime;
  }
}

/**
 * Says why ONNX Runtime did not load.
 *
 * @param machine - Operating system and processor, as Node.js names them.
 * @param error - What loading it threw.
 */
export function whyNotLoaded(
  { platform, arch }: Pick<NodeJS.Process, 'platform' | 'arch'>,
  { message }: Error,
): string {
  if (platform === 'darwin' && arch === 'x64')
    return 'a binary of ONNX Runtime, which its package does not have for Macs with Intel processors; use a Mac with an Apple processor, Linux or Windows';
  return `the package onnxruntime-node, which does not load on this machine (${message.split('\n')[0]}); install it again`;
}
