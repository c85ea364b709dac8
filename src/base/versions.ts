import { readFileSync } from 'node:fs';
import { packagePath } from './packagePath.ts';

/**
 * Versions of what computes, for records.
 *
 * @returns Version by name: the package, Node, ONNX Runtime, TensorFlow.js.
 */
export function versions(): Record<string, string> {
  const installed = (name: string) => installedVersion(name) ?? 'unknown';
  return {
    'auditory-metamer': packageVersion(),
    node: process.versions.node,
    'onnxruntime-node': installed('onnxruntime-node'),
    '@tensorflow/tfjs': installed('@tensorflow/tfjs'),
  };
}

/** Version of this package. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string }).version;
}

function installedVersion(name: string): string | undefined {
  for (let folder = packagePath('.'); ; ) {
    try {
      const path = `${folder}/node_modules/${name}/package.json`;
      return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
    } catch {
      // Installed as a dependency, the package's own dependencies lie beside it or further up.
      const parent = folder.replace(/[\\/][^\\/]*$/, '');
      if (parent === folder || parent === '') return undefined;
      folder = parent;
    }
  }
}
