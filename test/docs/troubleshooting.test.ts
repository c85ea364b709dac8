import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packagePath } from '../../src/base/packagePath.ts';
import { commands } from '../../src/cli/commands.ts';

const page = readFileSync(packagePath('docs/guides/troubleshooting.md'), 'utf8');
const messages = [...page.matchAll(/^\*\*`(.*)`\*\*$/gm)].map(([, message]) => message!);

/** Texts of the sources, with `…` where a value is filled in. */
const texts = ['src', 'stimuli', 'cochlea', 'listening-test'].flatMap((room) =>
  readdirSync(packagePath(room), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.ts') && !path.includes('node_modules'))
    .flatMap((path) => textsIn(readFileSync(join(packagePath(room), path), 'utf8'))),
);

test('troubleshooting has the commonest messages', () => {
  expect(messages.length).toBeGreaterThanOrEqual(25);
  expect(new Set(messages).size).toBe(messages.length);
});

test.each(messages)('%s is a message of the sources', (message) => {
  const pattern = patternOf(message);
  expect(texts.some((text) => pattern.test(text))).toBe(true);
});

test('a message that is in no source is seen, as is one with another word', () => {
  const isKnown = (message: string) => texts.some((text) => patternOf(message).test(text));
  expect(isKnown('… does not exist; check the path')).toBe(true);
  expect(isKnown('… does not exist; check the paths')).toBe(false);
  expect(isKnown('--start-seconds must be from 0 to …')).toBe(true);
});

test('flags and commands that troubleshooting speaks of exist', async () => {
  const known = await Promise.all(commands.map(({ load }) => load()));
  const flags = known.flatMap((command) => command.flags.map(({ flag }) => flag.split(' ')[0]));
  // ONNX Runtime's, npm's and apt's own.
  const others = ['--omit', '--no-save', '--save-prod', '--no-install-recommends', '--help'];
  const spoken = [...page.matchAll(/--[a-z][a-z-]+/g)].map(([flag]) => flag);
  expect(spoken.filter((flag) => !flags.includes(flag) && !others.includes(flag))).toEqual([]);
  const called = [...page.matchAll(/`metamer ([a-z-]+)/g)].map(([, name]) => name);
  expect(called.filter((name) => !commands.some((command) => command.name === name))).toEqual([]);
});

/** A message as the page has it: `…` for any text. A flag in front is added by the command line, to an option's message. */
function patternOf(message: string): RegExp {
  const parts = message.replace(/^--[a-z-]+ /, '').split('…');
  const escaped = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}`, 's');
}

/** Strings and templates of a source, whose filled-in values become `…`. */
function textsIn(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const found: string[] = [];
  for (let at = 0; at < code.length; at++) {
    const quote = code[at]!;
    if (!'`\'"'.includes(quote)) continue;
    const { text, end } = textFrom(code, at + 1, quote);
    found.push(text);
    at = end;
  }
  return found;
}

/** The text that a quote opens; one of a single line ends with it at the latest. */
function textFrom(code: string, from: number, quote: string): { text: string; end: number } {
  let text = '';
  let at = from;
  for (; at < code.length && code[at] !== quote; at++) {
    if (code[at] === '\n' && quote !== '`') break;
    if (code[at] === '\\') text += code[++at];
    else if (quote === '`' && code.startsWith('${', at)) {
      text += '…';
      at = endOfValue(code, at + 2);
    } else text += code[at];
  }
  return { text, end: at };
}

/** Where the brace stands that ends a value filled into a template; it may hold texts itself. */
function endOfValue(code: string, from: number): number {
  let at = from;
  for (let depth = 1; at < code.length; at++) {
    if ('`\'"'.includes(code[at]!)) at = textFrom(code, at + 1, code[at]!).end;
    else if (code[at] === '{') depth++;
    else if (code[at] === '}' && --depth === 0) break;
  }
  return at;
}
