import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packagePath } from '../../src/base/packagePath.ts';
import { parserOf } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands.ts';
import { codeBlocks } from './codeBlocks.ts';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'deploy/README.md',
  ...readdirSync(packagePath('docs'), { recursive: true })
    .map((path) => join('docs', String(path)))
    .filter((path) => path.endsWith('.md') && !/node_modules|docs.(site|made)/.test(path)),
];

/** Every call of the tool in a block of shell: its page, and what stands after `metamer`. */
const calls = pages.flatMap((page) =>
  codeBlocks(readFileSync(packagePath(page), 'utf8'))
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.replaceAll('\\\n', ' ').split('\n').flatMap(callsIn))
    .map((words) => [page, words] as const),
);

test('the documentation calls most commands', () => {
  expect(new Set(calls.map(([, [name]]) => name)).size).toBeGreaterThan(25);
});

test.each(calls.map(([page, words]) => [page, words.join(' '), words] as const))(
  '%s: metamer %s is a call that the parser takes',
  async (_, __, [name, ...words]) => {
    const entry = commands.find((known) => known.name === name);
    expect(entry?.name).toBe(name);
    const command = { ...(await entry!.load()), run: async () => 0 as const };
    const parser = parserOf(entry!, command, () => {})
      .exitOverride()
      .configureOutput({ writeErr: () => {} });
    await expect(parser.parseAsync(words, { from: 'user' })).resolves.toBeDefined();
  },
);

/** The words after `metamer` of each call in a line. */
function callsIn(line: string): string[][] {
  const words = line.match(/"[^"]*"|'[^']*'|[^\s]+/g) ?? [];
  const call = (at: number) => {
    const rest = words.slice(at + 1);
    const end = rest.findIndex((word) => /^(#|\||>|&&|;|<)/.test(word));
    return rest.slice(0, end < 0 ? rest.length : end).map((word) => word.replaceAll(/^["']|["']$/g, ''));
  };
  const comment = words.findIndex((word) => word.startsWith('#'));
  return words
    .flatMap((word, at) => (word === 'metamer' && (comment < 0 || at < comment) ? [call(at)] : []))
    .filter(([first]) => first !== undefined && /^[a-z][a-z-]*$/.test(first));
}
