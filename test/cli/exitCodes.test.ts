import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InputError } from '../../src/base/inputError.ts';
import { commands } from '../../src/cli/commands.ts';
import { exitCodeOf, runCommandLine } from '../../src/cli/runCommandLine.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { captureOutput } from './captureOutput.ts';

/** One line, the program's name before it, no stack. */
const sentence = /^metamer: .+\n$/;

test.each(commands.map(({ name }) => name))('metamer %s: help is 0, an unknown flag 2', async (name) => {
  expect((await captureOutput(() => runCommandLine([name, '--help']))).result).toBe(0);
  const { result, stderr } = await captureOutput(() => runCommandLine([name, '--no-such-flag']));
  expect(result).toBe(2);
  expect(stderr).toMatch(sentence);
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
  ['brain', ['--responses', missing, '--sounds', folder, '--model', 'branched-random', '--out', missing]],
  ['lesion', ['--model', 'branched-random', '--corpus', missing, '--out', missing]],
  ['drive', ['--model', 'branched-random', '--out', missing]],
  ['distort', ['blur', 'speech-no', '--model', 'branched-random', '--stage', 'conv3', '--out', missing]],
  ['causes', ['--config', join(folder, 'notes.txt'), '--out', missing]],
  ['learned-ear', ['--config', join(folder, 'notes.txt'), '--out', missing]],
])('metamer %s with input that is missing or wrong is one sentence and 2', async (name, argv) => {
  const { result, stdout, stderr } = await captureOutput(() => runCommandLine([name, ...argv]));
  expect(result).toBe(2);
  expect(stderr).toMatch(sentence);
  expect(stdout).toBe('');
});

test.each([
  ['no words', [], 0],
  ['help', ['--help'], 0],
  ['the version', ['--version'], 0],
  ['an unknown command', ['frobnicate'], 2],
] as const)('metamer with %s exits with its code', async (_, argv, code) => {
  expect((await captureOutput(() => runCommandLine(argv))).result).toBe(code);
});

test.each([
  ['what the caller can mend', new InputError('x must be 1; give 1'), 2, sentence],
  [
    'a place that the system refuses',
    Object.assign(new Error('no'), { code: 'EACCES', path: '/x' }),
    2,
    sentence,
  ],
  ['a code of ours without a place', Object.assign(new Error('no'), { code: 'ERR_X' }), 70, /\n\s+at /],
  ['an endless recursion', new RangeError('Maximum call stack size exceeded'), 70, /\n\s+at /],
  ['a type that must be another', new TypeError('x must be a tensor'), 70, /\n\s+at /],
  ['anything else', new Error('unforeseen'), 70, /\n\s+at /],
  ['what is no error', 'text', 70, /^text\n$/],
])('%s exits with its code', async (_, error, code, telling) => {
  const { result, stderr } = await captureOutput(() => exitCodeOf(error));
  expect(result).toBe(code);
  expect(stderr).toMatch(telling);
});
