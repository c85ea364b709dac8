import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InputError } from '../../src/base/inputError.ts';
import { readMatV5 } from '../../src/formats/matV5.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const path = join(import.meta.dirname, '../reference/responses.mat');

test('readMatV5 reads numeric arrays as SciPy writes them, column by column, and leaves the rest out', () => {
  const arrays = readMatV5(path);
  expect([...arrays.keys()].sort()).toEqual(['R', 'counts', 'single']);
  const { shape, values } = arrays.get('R')!;
  expect(shape).toEqual([4, 3, 2]);
  // R[1, 2, 1] of arange(24).reshape(4, 3, 2) / 7 is 11 / 7.
  expect(values[1 + 4 * (2 + 3 * 1)]).toBe(11 / 7);
  expect(arrays.get('counts')).toEqual({ shape: [2, 2], values: Float64Array.of(1, 300, -2, 4) });
  expect(arrays.get('single')).toEqual({ shape: [1, 3], values: Float64Array.of(0.5, 1.5, -2.25) });
});

test('a MAT-file that is not compressed holds the same kind of arrays', () => {
  const plain = readMatV5(join(import.meta.dirname, '../reference/responsesPlain.mat'));
  expect(plain.get('R')).toEqual({ shape: [3, 2], values: Float64Array.of(0, 2, 4, 1, 3, 5) });
});

test('another file, and one cut off anywhere, is one sentence or fewer arrays', () => {
  const folder = temporaryFolder();
  const cut = join(folder, 'cut.mat');
  const bytes = readFileSync(path);
  writeFileSync(cut, 'MATLAB 7.3 MAT-file, and HDF5 behind it');
  expect(() => readMatV5(cut)).toThrow(/must be a MAT-file of version 5/);
  for (let length = 0; length < bytes.length; length += 7) {
    writeFileSync(cut, bytes.subarray(0, length));
    try {
      expect(readMatV5(cut).size).toBeLessThanOrEqual(3);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
    }
  }
});
