import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { mutated } from './mutations.ts';
import { runFuzz } from './runFuzz.ts';

test('every reader reads a changed file or refuses it in a sentence, and stays within its memory', async () => {
  const reports = await runFuzz(1, 40);
  expect(reports.length).toBeGreaterThan(40);
  expect(
    reports.flatMap(({ reader, violations }) => violations.map((violation) => ({ reader, ...violation }))),
  ).toEqual([]);
  // Most of it is the corpus, whose noises alone are 6 MB, and the garbage of the run.
  expect(Math.max(...reports.map(({ peakMiB }) => peakMiB))).toBeLessThan(1500);
});

test('mutated leaves the right bytes alone, changes the copy, and repeats from its seed', () => {
  const right = Buffer.from('{"step": 12, "names": ["a", "b"]}\n');
  const before = Buffer.from(right);
  const copies = Array.from({ length: 200 }, (_, seed) => Buffer.from(mutated(right, createRandom(seed))));
  expect(right.equals(before)).toBe(true);
  expect(copies.filter((copy) => !copy.equals(right)).length).toBeGreaterThan(180);
  expect(Buffer.from(mutated(right, createRandom(7))).equals(copies[7]!)).toBe(true);
});
