import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readResponses } from '../../../src/experiments/brain/responses.ts';
import { writeNpy } from '../../../src/formats/npy.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const folder = temporaryFolder();
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test('.npy: sounds × responses × repeats', () => {
  const path = join(folder, 'r.npy');
  writeNpy(
    path,
    Float32Array.from({ length: 12 }, (_, i) => i),
    [3, 2, 2],
  );
  expect(readResponses(path)).toEqual({
    ...{ names: ['1', '2'], sounds: 3, repeats: 2 },
    values: Float64Array.of(0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11),
  });
});

test('.mat: the array that is named, or the only one of two or three axes', () => {
  const path = join(import.meta.dirname, '../../reference/responses.mat');
  const { names, sounds, repeats, values } = readResponses(path, { variable: 'R' });
  expect([names, sounds, repeats]).toEqual([['1', '2', '3'], 4, 2]);
  expect([...values.slice(0, 3)]).toEqual([0, 2 / 7, 4 / 7]);
  expect(() => readResponses(path)).toThrow(
    /variable must name one array of .*R \[4, 3, 2\], counts \[2, 2\]/,
  );
});

test('.csv: names in the header, a column of sounds aside', () => {
  const path = write('r.csv', 'sound,anna/1,ben/1\na.wav,0.5,1\nb.wav,-2,3\n');
  expect(readResponses(path)).toEqual({
    ...{ names: ['anna/1', 'ben/1'], sounds: 2, repeats: 1 },
    values: Float64Array.of(0.5, 1, -2, 3),
  });
});

test.each([
  ['none.npy', undefined, /none\.npy must exist/],
  ['r.txt', '1', /responses must be in a \.npy, \.mat or \.csv file/],
  ['gap.csv', 'a,b\n1,2\n3,\n', /response 'b' to sound 2 is NaN/],
  ['word.csv', 'a,b\n1,2\n3,four\n', /response 'b' to sound 2 is NaN/],
])('%s is refused in one sentence', (name, text, message) => {
  const path = text === undefined ? join(folder, name) : write(name, text);
  expect(() => readResponses(path)).toThrow(message);
});
