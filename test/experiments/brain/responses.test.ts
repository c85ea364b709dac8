import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readResponses, requireVariation } from '../../../src/experiments/brain/responses.ts';
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

test('.csv with semicolons has decimal commas', () => {
  expect(readResponses(write('comma.csv', 'a;b\n0,5;1\n-2;3,25\n')).values).toEqual(
    Float64Array.of(0.5, 1, -2, 3.25),
  );
});

test('.csv: names in the header, a column of sounds aside', () => {
  const path = write('r.csv', 'sound,anna/1,ben/1\na.wav,0.5,1\nb.wav,-2,3\n');
  expect(readResponses(path)).toEqual({
    ...{ names: ['anna/1', 'ben/1'], sounds: 2, soundNames: ['a.wav', 'b.wav'], repeats: 1 },
    values: Float64Array.of(0.5, 1, -2, 3),
  });
});

test.each([
  ['none.npy', undefined, /none\.npy must exist/],
  ['r.txt', '1', /responses must be in a \.npy, \.mat or \.csv file/],
  ['gap.csv', 'a,b\n1,2\n3,\n', /gap\.csv line 3: response 'b' must be a finite number, it is missing; /],
  [
    'word.csv',
    'sound,a,b\nx,1,2\ny,3,four\n',
    /line 3: response 'b' must be a finite number, it is 'four'; /,
  ],
])('%s is refused in one sentence', (name, text, message) => {
  const path = text === undefined ? join(folder, name) : write(name, text);
  expect(() => readResponses(path)).toThrow(message);
});

test('.npy with a number that is not finite is refused in one sentence', () => {
  const path = join(folder, 'nan.npy');
  writeNpy(path, Float32Array.of(1, 2, 3, 4, Number.NaN, 6), [3, 2]);
  expect(() => readResponses(path)).toThrow(/must hold finite numbers, response '1' to sound 3 is NaN/);
});

test.each([
  [
    'one that varies in each measurement',
    [
      [1, 2],
      [2, 1],
    ],
    undefined,
  ],
  ['one alike to all sounds', [[3, 3]], "vary over the sounds, not so 'a'; leave out what does not vary"],
  [
    'one alike to all sounds in one of two measurements',
    [
      [1, 2],
      [3, 3],
    ],
    "not so 'a'; leave out",
  ],
])('requireVariation: %s', (_, measurements, message) => {
  const values = Float64Array.from(measurements.flat());
  const check = () => requireVariation({ names: ['a'], sounds: 2, repeats: measurements.length, values });
  if (message === undefined) expect(check).not.toThrow();
  else expect(check).toThrow(message);
});

test.each([
  [1, "'b'"],
  [3, "'b', 'c', 'd'"],
  [5, "'b', 'c', 'd' and 2 more"],
])('requireVariation names of %i responses that do not vary the first three', (count, named) => {
  const names = [...'abcdef'].slice(0, count + 1);
  const values = Float64Array.from([1, 2].flatMap((value) => [value, ...Array(count).fill(7)]));
  expect(() => requireVariation({ names, sounds: 2, repeats: 1, values })).toThrow(
    `each response must vary over the sounds, not so ${named}; leave out what does not vary`,
  );
});
