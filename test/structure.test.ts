import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';
import { packagePath } from '../src/base/packagePath.ts';
import { commands } from '../src/cli/commands.ts';

const root = packagePath('.');

/** Rooms and the rooms they may import; modules straight in `src` are everybody's. */
const mayImport: Record<string, readonly string[]> = {
  'src/engine': [],
  cochlea: ['src/engine'],
  stimuli: [],
  'src/network': ['src/engine'],
  'src/model': ['cochlea', 'src/network', 'src/engine'],
  'src/training': ['src/model', 'src/network', 'src/engine', 'cochlea', 'stimuli', 'src/figures'],
  'src/synthesis': ['src/model', 'src/engine', 'stimuli'],
  'src/analysis': ['src/figures'],
  'src/figures': ['cochlea', 'src/model', 'src/synthesis'],
  'listening-test': ['stimuli', 'src/synthesis'],
};

const files = ['src', 'cochlea', 'stimuli', 'listening-test']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, String(name))),
  )
  .filter((path) => /\.tsx?$/.test(path) && !/\.d\.ts$|node_modules/.test(path))
  .map((path) => ({ path: path.split(sep).join('/'), text: readFileSync(join(root, path), 'utf8') }));

const roomOf = (path: string) => Object.keys(mayImport).find((room) => path.startsWith(`${room}/`));

test('imports between rooms point the way of the architecture', () => {
  const wrong = files.flatMap(({ path, text }) => {
    const from = roomOf(path);
    if (!from) return [];
    return importsOf(path, text)
      .map((target) => ({ target, to: roomOf(target) }))
      .filter(({ target, to }) =>
        to ? to !== from && !mayImport[from]!.includes(to) : target.startsWith('src/cli/'),
      )
      .map(({ target }) => `${path} imports ${target}`);
  });
  expect(wrong).toEqual([]);
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

test('no file is longer than 400 lines', () => {
  const long = files.filter(({ text }) => text.split('\n').length > 401).map(({ path }) => path);
  expect(long).toEqual([]);
});

test('every command stands in the README and has an example of its own name', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  expect(commands.filter(({ name }) => !readme.includes(`metamer ${name}`)).map(({ name }) => name)).toEqual(
    [],
  );
  for (const entry of commands) {
    const command = await entry.load();
    expect(command.name).toBe(entry.name);
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
