import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, refuseToOverwrite, writeFileAtomic } from '../../src/base/files.ts';
import { InputError } from '../../src/base/inputError.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

test('writeFileAtomic makes missing folders and leaves the file alone', () => {
  const folder = temporaryFolder();
  writeFileAtomic(join(folder, 'a', 'b', 'c.txt'), 'text');
  expect(readFileSync(join(folder, 'a', 'b', 'c.txt'), 'utf8')).toBe('text');
  expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['c.txt']);
});

test('a folder that cannot be made is an InputError at once', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(join(file, 'below'))).toThrow(InputError);
  expect(() => writeFileAtomic(join(file, 'below', 'x'), '')).toThrow(/cannot be made \(ENOTDIR\)/);
});

test.skipIf(!existsSync('/proc/self'))(
  'below /proc, where nothing can be made, makeFolder returns (skipped: no /proc)',
  () => {
    expect(() => makeFolder('/proc/metamer/run')).toThrow(/cannot be made/);
  },
);

test('refuseToOverwrite names the way out', () => {
  const folder = temporaryFolder();
  expect(() => refuseToOverwrite(folder, false)).toThrow('choose another name, or set overwrite: true');
  expect(() => refuseToOverwrite(folder, true)).not.toThrow();
});

test('makeFolder refuses a file in the folder’s place', () => {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, '');
  expect(() => makeFolder(path)).toThrow(`${path} cannot be made (ENOTDIR); choose a folder`);
});
