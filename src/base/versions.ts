import { existsSync, readFileSync } from 'node:fs';
import { packagePath } from './packagePath.ts';

/** What `package.json` says of this package. */
interface PackageDescription {
  version: string;
  devDependencies: Record<string, string>;
}

/**
 * Versions of what computes, for records.
 *
 * @returns Version by name: the package, Node, ONNX Runtime, TensorFlow.js.
 */
export function versions(): Record<string, string> {
  const kept = packagePath('onnxruntime/package.json');
  return {
    'auditory-metamer': packageVersion(),
    node: process.versions.node,
    'onnxruntime-node': installedVersion('onnxruntime-node') ?? versionIn(kept) ?? 'unknown',
    // Built into what is published, so that only the version it was built of can be told.
    '@tensorflow/tfjs': describe(packagePath('package.json')).devDependencies['@tensorflow/tfjs']!,
  };
}

/** Version of this package. */
export function packageVersion(): string {
  return describe(packagePath('package.json')).version;
}

function installedVersion(name: string): string | undefined {
  for (let folder = packagePath('.'); ; ) {
    const version = versionIn(`${folder}/node_modules/${name}/package.json`);
    if (version !== undefined) return version;
    // Installed as a dependency, the package's own dependencies lie beside it or further up.
    const parent = folder.replace(/[\\/][^\\/]*$/, '');
    if (parent === folder || parent === '') return undefined;
    folder = parent;
  }
}

const describe = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as PackageDescription;

function versionIn(path: string): string | undefined {
  return existsSync(path) ? describe(path).version : undefined;
}
