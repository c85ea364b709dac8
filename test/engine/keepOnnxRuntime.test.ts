import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { packagePath } from '../../src/base/packagePath.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const own = `bin/napi-v6/${process.platform}/${process.arch}/binding.node`;
const other = 'bin/napi-v6/elsewhere/x64/binding.node';

interface Installation {
  binaries: readonly string[];
  /** Where ONNX Runtime lies. */
  runtimeIn?: 'project' | 'parent' | 'store';
  /** Of its package.json. */
  runtimeName?: string;
  /** What the project's package.json has. */
  project?: object;
  env?: Record<string, string>;
  /** The project's package.json is no JSON. */
  brokenProject?: boolean;
}

/** A project in which this package and one like ONNX Runtime are installed, after the installation's script. */
function installed({
  binaries,
  runtimeIn = 'project',
  runtimeName,
  project = {},
  env = {},
  brokenProject,
}: Installation) {
  const parent = temporaryFolder();
  const modules = join(parent, 'project', 'node_modules');
  const places = { project: modules, parent: join(parent, 'node_modules'), store: join(parent, 'store') };
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const inStore = places[runtimeIn];
  for (const [name, folder] of [
    ['onnxruntime-node', inStore],
    ['onnxruntime-common', inStore],
    ['auditory-metamer', modules],
  ] as const) {
    const named = name === 'onnxruntime-node' ? (runtimeName ?? name) : name;
    write(join(folder, name, 'package.json'), JSON.stringify({ name: named, main: 'dist/index.js' }));
    write(join(folder, name, 'dist', 'index.js'), '');
  }
  const runtime = join(inStore, 'onnxruntime-node');
  for (const path of binaries) write(join(runtime, path), 'binary');
  if (runtimeIn === 'store') symlinkSync(runtime, join(modules, 'onnxruntime-node'));
  write(join(parent, 'project', 'package.json'), brokenProject ? '{' : JSON.stringify(project));
  const script = 'src/engine/keepOnnxRuntime.mjs';
  write(join(modules, 'auditory-metamer', script), readFileSync(packagePath(script), 'utf8'));
  const { npm_config_os: _, npm_config_cpu: __, ...rest } = process.env;
  const { status, stderr } = spawnSync(process.execPath, [join(modules, 'auditory-metamer', script)], {
    ...{ env: { ...rest, ...env }, encoding: 'utf8', timeout: 60_000 },
  });
  expect(status).toBe(0);
  return { runtime, kept: join(modules, 'auditory-metamer', 'onnxruntime'), stderr };
}

test('an installation keeps ONNX Runtime for this platform, also where npm removes it, and stores it once', () => {
  const { runtime, kept, stderr } = installed({ binaries: [own, other, 'bin/napi-v6/README'] });
  expect(stderr).toBe('');
  expect(existsSync(join(runtime, own))).toBe(true);
  expect(existsSync(join(runtime, other))).toBe(false);
  expect(existsSync(join(runtime, 'bin/napi-v6/README'))).toBe(true);
  expect(statSync(join(kept, own)).ino).toBe(statSync(join(runtime, own)).ino);
  rmSync(runtime, { recursive: true });
  expect(readFileSync(join(kept, own), 'utf8')).toBe('binary');
  for (const path of ['package.json', 'dist/index.js', 'node_modules/onnxruntime-common/dist/index.js'])
    expect(existsSync(join(kept, path)), path).toBe(true);
});

const named = { 'onnxruntime-node': '^1' };

test.each<[where: string, Partial<Installation>]>([
  ['it lies in a parent project', { runtimeIn: 'parent' }],
  ['it is a link into a store', { runtimeIn: 'store' }],
  ['the project depends on it', { project: { dependencies: named } }],
  ['the project is developed with it', { project: { devDependencies: named } }],
  ['npm was asked for another system', { env: { npm_config_os: 'darwin' } }],
  ['npm was asked for another processor', { env: { npm_config_cpu: 'arm64' } }],
])('other platforms keep their files where %s', (_, where) => {
  const { runtime, kept, stderr } = installed({ binaries: [own, other], ...where });
  expect(stderr).toBe('');
  expect(existsSync(join(runtime, other))).toBe(true);
  expect(readFileSync(join(kept, own), 'utf8')).toBe('binary');
});

test.each<[what: string, Partial<Installation>]>([
  ['has no binary for the machine', { binaries: [other] }],
  ['is another package under its name', { runtimeName: '@lab/onnxruntime' }],
])('an installation succeeds where ONNX Runtime %s, and takes nothing away', (_, what) => {
  const { runtime, kept, stderr } = installed({ binaries: [own, other], ...what });
  expect(stderr).toBe('');
  expect(existsSync(join(runtime, other))).toBe(true);
  expect(existsSync(kept)).toBe(false);
});

test('an installation succeeds where something cannot be read, says so, and takes nothing away', () => {
  const { runtime, stderr } = installed({ binaries: [own, other], brokenProject: true });
  expect(existsSync(join(runtime, other))).toBe(true);
  expect(stderr).toMatch(
    /^auditory-metamer: its copy of ONNX Runtime was not tidied up \(.*\); metamer doctor says whether all is there\n$/,
  );
});
