import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { packagePath } from '../../src/base/packagePath.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const own = `bin/napi-v6/${process.platform}/${process.arch}/binding.node`;
const other = 'bin/napi-v6/elsewhere/x64/binding.node';

/** A project in which this package and one like ONNX Runtime are installed, after the installation's script. */
function installed(binaries: readonly string[]) {
  const modules = join(temporaryFolder(), 'node_modules');
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(modules, path)), { recursive: true });
    writeFileSync(join(modules, path), text);
  };
  for (const name of ['onnxruntime-node', 'onnxruntime-common', 'auditory-metamer']) {
    write(`${name}/package.json`, JSON.stringify({ name, main: 'dist/index.js' }));
    write(`${name}/dist/index.js`, '');
  }
  for (const path of binaries) write(`onnxruntime-node/${path}`, 'binary');
  const script = 'src/engine/keepOnnxRuntime.mjs';
  write(`auditory-metamer/${script}`, '');
  copyFileSync(packagePath(script), join(modules, 'auditory-metamer', script));
  execFileSync(process.execPath, [join(modules, 'auditory-metamer', script)]);
  return {
    runtime: join(modules, 'onnxruntime-node'),
    kept: join(modules, 'auditory-metamer', 'onnxruntime'),
  };
}

test('an installation keeps ONNX Runtime for this platform, also where npm removes it, and stores it once', () => {
  const { runtime, kept } = installed([own, other]);
  expect(existsSync(join(runtime, own))).toBe(true);
  expect(existsSync(join(runtime, other))).toBe(false);
  expect(statSync(join(kept, own)).ino).toBe(statSync(join(runtime, own)).ino);
  rmSync(runtime, { recursive: true });
  expect(readFileSync(join(kept, own), 'utf8')).toBe('binary');
  for (const path of ['package.json', 'dist/index.js', 'node_modules/onnxruntime-common/dist/index.js'])
    expect(existsSync(join(kept, path)), path).toBe(true);
});

test('an installation succeeds where ONNX Runtime has no binary for the machine, and takes nothing away', () => {
  const { runtime, kept } = installed([other]);
  expect(existsSync(join(runtime, other))).toBe(true);
  expect(existsSync(kept)).toBe(false);
});
