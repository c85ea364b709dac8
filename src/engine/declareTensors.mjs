// Part of the build. TensorFlow.js' own declarations do not compile where a project checks those of its libraries, and
// ours would bring them along. So in what is published its types are declared here, as any: a project that uses
// TensorFlow.js still hands its tensors over, and one that does not needs no types of it. The same goes for `tf`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const [root = 'dist'] = process.argv.slice(2);
const declared = join(root, 'src', 'engine', 'tensors.d.ts');
const types = ['Tensor', 'Tensor3D', 'Tensor4D', 'Scalar', 'TensorInfo', 'BackendValues', 'DataType'];
const lines = [...types, 'KernelBackend', 'Rank'].map((name) => `export type ${name}<_ = unknown> = any;\n`);
const namespace = /import \* as tf from '[^']*';\n(.*)export \{ tf \};\n/s;

for (const name of readdirSync(root, { recursive: true }).map(String)) {
  const path = join(root, name);
  if (!name.endsWith('.d.ts')) continue;
  const text = readFileSync(path, 'utf8');
  const place = relative(dirname(path), declared)
    .split(sep)
    .join('/')
    .replace(/\.d\.ts$/, '.js');
  const rewritten = text.replaceAll(
    "'@tensorflow/tfjs'",
    `'${place.startsWith('.') ? place : `./${place}`}'`,
  );
  const withValue = rewritten.replace(
    namespace,
    (_, comment) =>
      `export declare namespace tf {\n${lines.join('')}}\n${comment}export declare const tf: any;\n`,
  );
  if (withValue !== text) writeFileSync(path, withValue);
}
writeFileSync(declared, lines.join(''));
