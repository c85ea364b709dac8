import { expect, test } from 'vitest';
import { dealSplits } from '../../../src/corpus/format/splits.ts';

const talkers = Array.from({ length: 200 }, (_, i) => `talker-${i}`);

test('dealSplits sets 12 % of the groups aside for test and 6 % for validation, each group once', () => {
  const splits = [...dealSplits([...talkers, ...talkers], 1).values()];
  expect(splits.length).toBe(200);
  expect(splits.filter((split) => split === 'test').length).toBe(24);
  expect(splits.filter((split) => split === 'validation').length).toBe(12);
});

test('dealSplits depends on names and seed, not on the order they come in', () => {
  expect(dealSplits([...talkers].reverse(), 1)).toEqual(new Map([...dealSplits(talkers, 1)]));
  const [first, second] = [dealSplits(talkers, 1), dealSplits(talkers, 2)];
  const moved = talkers.filter((talker) => first.get(talker) !== second.get(talker));
  expect(moved.length).toBeGreaterThan(20);
});

test('dealSplits gives each split a group from three groups on, and trains on fewer', () => {
  expect(new Set(dealSplits(['a', 'b', 'c'], 1).values())).toEqual(new Set(['train', 'validation', 'test']));
  expect([...dealSplits(['a', 'b'], 1).values()]).toEqual(['train', 'train']);
});
