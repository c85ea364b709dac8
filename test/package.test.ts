import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { deadLinks, filesBelow } from '../docs/build/links.ts';
import { packagePath } from '../src/base/packagePath.ts';
import { simulateTrials, smallStudy, trialsCsv } from './analysis/simulateTrials.ts';
import { packedProject } from './packedProject.ts';

/** A user's folder in which the packed package is installed, its dependencies being those of the checkout. */
let project: string;
const programs = [...readFileSync(packagePath('README.md'), 'utf8').matchAll(/```js\n(.*?)```/gs)].map(
  ([, code]) => code!,
);

beforeAll(() => {
  project = packedProject();
});

test('the README has three programs of at most six lines, imports and printing aside', () => {
  const lengths = programs.map(
    (code) => code.split('\n').filter((line) => line && !/^(import|console)/.test(line)).length,
  );
  expect(lengths).toHaveLength(3);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(6);
});

test('a build leaves a command that npx may execute, also after the first', () => {
  const command = packagePath('dist/src/cli/main.js');
  expect(statSync(command).mode & 0o111, `mode of ${command}`).toBe(process.platform === 'win32' ? 0 : 0o111);
});

test('no link of a packed page leads nowhere', () => {
  const packed = (path: string) => join(project, 'node_modules', 'auditory-metamer', path);
  const pages = filesBelow(packed('.'), '.md');
  expect(pages.length).toBeGreaterThan(30);
  expect(deadLinks(pages)).toEqual([]);
});

test('a metamer is made and judged from the packed package in an empty folder', () => {
  const { stdout, stderr, status } = run(programs[0]!);
  expect(stderr).toBe('');
  expect(stdout).toBe('passed, tested against a null\n');
  expect(status).toBe(0);
});

test('a study is built and served from the packed package until it is interrupted', async () => {
  writeFileSync(join(project, 'study.js'), programs[1]!);
  const server = spawn(process.execPath, ['study.js'], { cwd: project });
  const said = { out: '', error: '' };
  server.stderr.on('data', (text) => {
    said.error += text;
  });
  const url = await new Promise<string>((resolve, reject) => {
    server.stdout.on('data', (text) => {
      said.out += text;
      const address = /participants: (http:\S+)\n/.exec(said.out)?.[1];
      if (address) resolve(address);
    });
    server.on('exit', (code) => reject(new Error(`ended with ${code}: ${said.error}`)));
  });
  const page = await (await fetch(url)).text();
  expect(page).toContain('<!doctype html>');
  const ended = new Promise((resolve) => server.removeAllListeners('exit').on('exit', resolve));
  server.kill('SIGINT');
  expect(await ended).toBe(0);
});

test('an analyst has results of a table of trials from the packed package', () => {
  mkdirSync(join(project, 'data'), { recursive: true });
  writeFileSync(join(project, 'data', 'trials.csv'), trialsCsv(simulateTrials(smallStudy)));
  const { stdout, stderr } = run(programs[2]!);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^word human natural 0\.\d+$/m);
});

test('TensorFlow.js is built in; a copy that a program brings works beside it and says nothing', () => {
  symlinkSync(packagePath('node_modules/@tensorflow'), join(project, 'node_modules', '@tensorflow'));
  const { stdout, stderr } = run(`
    import * as own from '@tensorflow/tfjs';
    import { compile, tf } from 'auditory-metamer';
    const x = Float32Array.of(2);
    for (const engine of ['onnxruntime', 'tfjs'])
      for (const ops of [own, tf]) {
        const cube = ({ x }) => ({ slope: ops.grad((y) => ops.mul(y, tf.square(y)))(x) });
        const program = await compile(cube, { x: { shape: [1] } }, { engine });
        console.log(engine, ops === own, (await program.run({ x })).slope[0]);
      }`);
  expect(stderr).toBe('');
  expect(stdout).toBe('onnxruntime true 12\nonnxruntime false 12\ntfjs true 12\ntfjs false 12\n');
  const engine = join(project, 'node_modules', 'auditory-metamer', 'dist', 'src', 'engine', 'tf.js');
  expect(readFileSync(engine, 'utf8')).not.toMatch(/from ['"]@tensorflow/);
});

test('types of the package hold in a strict project that checks those of its libraries', () => {
  const ownOps =
    "import { tf } from 'auditory-metamer';\nexport const double = (x: tf.Tensor) => tf.mul(x, 2);\n";
  writeFileSync(join(project, 'program.ts'), programs[0]! + ownOps);
  const tsc = packagePath('node_modules/.bin/tsc');
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023'];
  const { stdout } = spawnSync(tsc, [...flags, '--listFiles', 'program.ts'], {
    ...{ cwd: project, encoding: 'utf8' },
  });
  const lines = stdout.trim().split('\n');
  expect(lines.filter((line) => line.includes('error TS'))).toEqual([]);
  // In a user's project there are no types but those that dependencies bring.
  const packages = new Set(
    lines.map((line) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(line)?.[1] ?? 'program'),
  );
  const { dependencies } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const expected = [...Object.keys(dependencies), 'auditory-metamer', 'program'];
  expect([...packages].filter((name) => !expected.includes(name) && !name.includes('typescript'))).toEqual(
    [],
  );
  expect(packages).toContain('auditory-metamer');
});

function run(program: string) {
  writeFileSync(join(project, 'program.js'), program);
  return spawnSync(process.execPath, ['program.js'], { cwd: project, encoding: 'utf8' });
}
