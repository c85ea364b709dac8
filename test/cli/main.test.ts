import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demoCommand } from '../../src/cli/commands/demo.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { runCommand } from './runCommand.ts';
import { runMain } from './runMain.ts';

test('an unknown command or flag is one sentence and exit code 2', () => {
  const command = runMain(['frobnicate']);
  expect(command.status).toBe(2);
  expect(command.stderr).toMatch(/^metamer: 'frobnicate' is not a command; it must be one of demo, .*\n$/);
  const flag = runMain(['cochleagram', 'speech-no', '--out', 'x.npy', '--frob', 'x']);
  expect(flag.status).toBe(2);
  expect(flag.stderr).toMatch(/^metamer: unknown option '--frob'.*; see metamer cochleagram --help\n$/);
  const choice = runMain(['lesion', '--model', 'm', '--corpus', 'c', '--out', 'x', '--split', 'all']);
  expect(choice.stderr).toBe(
    "metamer: option '--split <name>' argument 'all' is invalid; allowed choices are train, validation, test; see metamer lesion --help\n",
  );
  expect(runMain(['brain']).stderr).toMatch(
    /^metamer: required option '--responses <file>' .*; see metamer brain --help\n$/,
  );
});

test.skipIf(!existsSync('/dev/full'))(
  'standard output that takes nothing is one sentence and exit code 2 (skipped where there is no /dev/full)',
  () => {
    const { status, stderr } = runMain(['models', '--json'], openSync('/dev/full', 'w'));
    expect(stderr).toMatch(/^metamer: standard output must take what is printed, .*ENOSPC.*\n$/);
    expect(status).toBe(2);
  },
);

test('demo refuses a folder with a page of another kind, and leaves the page alone', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'index.html'), 'mine');
  await expect(runCommand(demoCommand, ['--out', folder])).rejects.toThrow(
    /--out must be a new folder or an earlier demo's/,
  );
  expect(readFileSync(join(folder, 'index.html'), 'utf8')).toBe('mine');
});

test('a mistake of ours keeps its stack and exits with 70; what the caller can mend is a sentence and 2', () => {
  const folder = temporaryFolder();
  // JavaScript's own RangeError and TypeError are nobody's input, however their text sounds.
  const broken = join(folder, 'broken.mjs');
  writeFileSync(broken, 'const f = () => f();\nprocess.stdout.write = () => f();\n');
  const { status, stderr } = runMain(['cochleagram', 'speech-no', '--out', join(folder, 'x.svg')], 'pipe', {
    NODE_OPTIONS: `--import=${broken}`,
  });
  expect(stderr).toMatch(/Maximum call stack size exceeded\n\s+at /);
  expect(status).toBe(70);
});
