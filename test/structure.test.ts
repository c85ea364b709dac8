import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';
import { packagePath } from '../src/base/packagePath.ts';
import { commands } from '../src/cli/commands.ts';
import { numericArraysOf, paramsOf, saysNothing, tellsOfNumbers } from './docComments.ts';

const root = packagePath('.');

/** Rooms in the order of the architecture: each imports itself and what stands above it. */
const rooms = [
  ...['src/base', 'src/formats', 'src/statistics', 'src/records', 'src/engine', 'stimuli', 'cochlea'],
  ...['src/network', 'src/corpus', 'src/model', 'src/synthesis', 'src/figures', 'src/training'],
  ...['src/experiments', 'src/analysis', 'listening-test', 'src/bench', 'src/cli'],
];

const files = ['src', 'cochlea', 'stimuli', 'listening-test']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, String(name))),
  )
  .filter((path) => /\.tsx?$/.test(path) && !/\.d\.ts$|node_modules/.test(path))
  .map((path) => ({ path: path.split(sep).join('/'), text: readFileSync(join(root, path), 'utf8') }));

const roomOf = (path: string) => rooms.findIndex((room) => path.startsWith(`${room}/`));

test('a room imports only what stands above it in the architecture', () => {
  const wrong = files.flatMap(({ path, text }) =>
    importsOf(path, text)
      .filter((target) => roomOf(target) > roomOf(path) && roomOf(path) >= 0)
      .map((target) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('no file imports itself through others, be it for a type or when it is needed', () => {
  const targets = new Map(files.map(({ path, text }) => [path, importsOf(path, text)]));
  const [open, closed] = [new Set<string>(), new Set<string>()];
  const circles: string[] = [];
  const visit = (path: string, way: readonly string[]) => {
    if (open.has(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '));
    if (open.has(path) || closed.has(path)) return;
    open.add(path);
    for (const target of targets.get(path) ?? []) visit(target, [...way, path]);
    open.delete(path);
    closed.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  expect(circles).toEqual([]);
});

test('the library’s table of contents stays one to read at a glance', () => {
  const { text } = files.find(({ path }) => path === 'src/index.ts')!;
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
});

test('every export has a doc comment', () => {
  const exported = /^export (?:async )?(?:function|const|class|interface|type|let)\*? (\w+)/;
  const bare = files.flatMap(({ path, text }) => {
    const lines = text.split('\n');
    return lines.flatMap((line, i) => {
      const name = exported.exec(line)?.[1];
      return name !== undefined && !lines[i - 1]?.trimEnd().endsWith('*/') ? [`${path}: ${name}`] : [];
    });
  });
  expect(bare).toEqual([]);
});

test('a @param says more than the name it describes; else it is left out', () => {
  const empty = files.flatMap(({ path, text }) =>
    paramsOf(text)
      .filter(saysNothing)
      .map(({ name, description }) => `${path}: @param ${name} - ${description}`),
  );
  expect(empty).toEqual([]);
});

test('a @returns says more than what is returned is called; else it is left out', () => {
  const empty = files.flatMap(({ path, text }) =>
    [...text.matchAll(/\* (@returns The [a-z]+\.)$/gm)].map(([, said]) => `${path}: ${said}`),
  );
  expect(empty).toEqual([]);
});

test('an array of numbers is documented with a unit, shape, range or order, or by what one of them is', () => {
  const bare = files.flatMap(({ path, text }) =>
    numericArraysOf(text)
      .filter((array) => !tellsOfNumbers(array))
      .map((array) => `${path}: ${array.function}(${array.name}): ${array.said}`),
  );
  expect(bare).toEqual([]);
});

test('no test has a time limit of its own, nor a clock that it must beat', () => {
  const limited =
    /^\s*\}, \d[\d_]{3,}\);$|^\s*\},\n\s*\d[\d_]{4,},\n\s*\);$|expect\(performance\.now\(\)|expect\(seconds\)\.toBeLess/m;
  const hasty = readdirSync(join(root, 'test'), { recursive: true })
    .map((name) => join('test', String(name)))
    .filter((path) => path.endsWith('.test.ts') && limited.test(readFileSync(join(root, path), 'utf8')));
  // The word itself stands in this file.
  expect(hasty.filter((path) => !path.endsWith('structure.test.ts'))).toEqual([]);
});

test('numbers, dates and order do not follow the language of the machine', () => {
  // Pages in a browser speak the language of who reads them.
  const wrong = files
    .filter(({ path }) => !path.startsWith('listening-test/pages/'))
    .filter(({ text }) => /toLocale\w+\(\)|localeCompare\([^,()]+\)|Intl\.\w+\(\)/.test(text))
    .map(({ path }) => path);
  expect(wrong).toEqual([]);
});

test('no file is longer than 400 lines', () => {
  const long = files.filter(({ text }) => text.split('\n').length > 401).map(({ path }) => path);
  expect(long).toEqual([]);
});

test('package, lock and citation are of one version, which the changelog tells of', () => {
  const text = (path: string) => readFileSync(join(root, path), 'utf8');
  const { version } = JSON.parse(text('package.json')) as { version: string };
  const lock = JSON.parse(text('package-lock.json')) as { version: string; packages: Record<string, object> };
  expect([lock.version, lock.packages['']]).toMatchObject([version, { version }]);
  expect(text('CITATION.cff')).toContain(`\nversion: ${version}\n`);
  expect(text('CHANGELOG.md')).toMatch(
    new RegExp(`^## ${version.replaceAll('.', '\\.')}(?: \\(\\d{4}-\\d{2}-\\d{2}\\))?$`, 'm'),
  );
});

test('every command stands in the README and has an example of its own name', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  expect(commands.filter(({ name }) => !readme.includes(`metamer ${name}`)).map(({ name }) => name)).toEqual(
    [],
  );
  for (const entry of commands) {
    const command = await entry.load();
    expect(command.examples.some((example) => example.startsWith(`metamer ${entry.name}`))).toBe(true);
  }
});

function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, target]) =>
    relative(root, resolve(root, dirname(path), target!))
      .split(sep)
      .join('/'),
  );
}
