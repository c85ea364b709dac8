import { expect, test } from 'vitest';
import { counted, listed } from '../../src/base/inWords.ts';

test('counts take the singular for one alone', () => {
  expect([0, 1, 2].map((count) => counted(count, 'sound'))).toEqual(['0 sounds', '1 sound', '2 sounds']);
});

test('of many names the first are told, and how many more there are', () => {
  expect(listed(['a', 'b'], 2)).toBe('a, b');
  expect(listed(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
  expect(listed([], 2)).toBe('');
});
