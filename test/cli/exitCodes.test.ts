import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { InputError } from '../../src/base/inputError.ts';
import { commands } from '../../src/cli/commands.ts';
import { exitCodeOf, runCommandLine } from '../../src/cli/runCommandLine.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

let printed: string;
let said: string;
beforeEach(() => {
  [printed, said] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

/** One line, the program's name before it, no stack. */
const sentence = /^metamer: .+\n$/;

test.each(commands.map(({ name }) => name))('metamer %s: help is 0, an unknown flag 2', async (name) => {
  expect(await runCommandLine([name, '--help'])).toBe(0);
  expect(await runCommandLine([name, '--no-such-flag'])).toBe(2);
  expect(said).toMatch(sentence);
});

const missing = join(temporaryFolder(), 'missing');
const folder = temporaryFolder();
writeFileSync(join(folder, 'notes.txt'), 'not JSON');
mkdirSync(join(folder, 'empty'));

test.each([
  ['demo', ['--out', join(folder, 'notes.txt')]],
  ['cochleagram', [missing, '--out', join(folder, 'x.npy')]],
  ['stages', [missing]],
  [
    'activations',
    ['speech-no', '--model', 'branched-random', '--stage', 'conv9', '--out', join(folder, 'x.npy')],
  ],
  ['recognize', [missing, '--model', 'branched-random']],
  ['synthesize', ['speech-no', '--model', missing, '--stage', 'conv3', '--out', folder]],
  ['slurm', ['speech-no', '--model', 'branched-random', '--stage', 'conv9', '--out', folder]],
  ['verify', [missing]],
  ['null', ['--model', 'branched-random', '--sounds', missing, '--out', join(folder, 'n.json')]],
  ['cross', [missing, '--model', 'branched-random']],
  ['corpus', ['--size', 'huge', '--out', missing]],
  ['train', ['--config', join(folder, 'notes.txt'), '--out', missing]],
  ['evaluate', ['--model', 'branched-random', '--corpus', missing]],
  ['branch-study', ['--config', join(folder, 'notes.txt'), '--out', missing]],
  ['study', [missing, '--out', join(folder, 'study')]],
  ['serve', [missing]],
  ['export', [missing, '--format', 'csv', '--out', join(folder, 'data')]],
  ['backup', [missing, '--out', join(folder, 'backup')]],
  ['analyze', [missing]],
  ['anova', [missing, '--participant', 'p', '--within', 'w', '--value', 'v']],
  ['bench', ['--model', missing, '--only', 'step']],
])('metamer %s with input that is missing or wrong is one sentence and 2', async (name, argv) => {
  expect(await runCommandLine([name, ...argv])).toBe(2);
  expect(said).toMatch(sentence);
  expect(printed).toBe('');
});

test.each([
  ['no words', [], 0],
  ['help', ['--help'], 0],
  ['the version', ['--version'], 0],
  ['an unknown command', ['frobnicate'], 2],
] as const)('metamer with %s exits with its code', async (_, argv, code) => {
  expect(await runCommandLine(argv)).toBe(code);
});

test.each([
  ['what the caller can mend', new InputError('x must be 1; give 1'), 2, sentence],
  [
    'a place that the system refuses',
    Object.assign(new Error('no'), { code: 'EACCES', path: '/x' }),
    2,
    sentence,
  ],
  ['an endless recursion', new RangeError('Maximum call stack size exceeded'), 70, /\n\s+at /],
  ['a type that must be another', new TypeError('x must be a tensor'), 70, /\n\s+at /],
  ['anything else', new Error('unforeseen'), 70, /\n\s+at /],
  ['what is no error', 'text', 70, /^text\n$/],
])('%s exits with its code', (_, error, code, telling) => {
  expect(exitCodeOf(error)).toBe(code);
  expect(said).toMatch(telling);
});
