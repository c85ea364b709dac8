import { expect, test } from 'vitest';
import { createRandom, type Random } from '../../src/base/random.ts';

test('createRandom(seed) repeats its numbers, and a stored state continues them', () => {
  const first = createRandom(7);
  const numbers = [first.uniform(), first.normal(), first.integer(10)];
  const second = createRandom(7);
  expect([second.uniform(), second.normal(), second.integer(10)]).toEqual(numbers);
  const restored = createRandom(first.state());
  expect(restored.uniform()).toBe(first.uniform());
});

test('createRandom(seed) gives the numbers it always gave', () => {
  const { integer } = createRandom(7);
  expect(Array.from({ length: 6 }, () => integer(1000))).toEqual([233, 448, 565, 513, 844, 565]);
  expect(createRandom(2 ** 40 + 3).state()).toEqual([280665082, 1962880497, 109150135, 2882548644]);
});

test('createRandom(seed, ...labels) starts from SHA-256 of seed and labels', () => {
  // struct.unpack('<4I', hashlib.sha256(b'[7,"music","folk",3]').digest()[:16]) in Python
  expect(createRandom(7, 'music', 'folk', 3).state()).toEqual([
    2677510432, 3794828588, 947120672, 2106420186,
  ]);
});

test.each([
  ['another seed', createRandom(2, 'a', 'b')],
  ['no labels', createRandom(1)],
  ['fewer labels', createRandom(1, 'a')],
  ['labels joined', createRandom(1, 'ab')],
  ['another order', createRandom(1, 'b', 'a')],
  ['an empty label more', createRandom(1, 'a', 'b', '')],
])('createRandom(1, "a", "b") is not the stream of %s', (_, other) => {
  const draws = (random: Random) => Array.from({ length: 4 }, random.uniform);
  const own = draws(createRandom(1, 'a', 'b'));
  expect(draws(other).filter((value) => own.includes(value))).toEqual([]);
});

test('normal() has mean 0 and variance 1 over 100,000 draws', () => {
  const random = createRandom(1);
  const draws = Array.from({ length: 100_000 }, () => random.normal());
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
  expect(Math.abs(mean)).toBeLessThan(0.01);
  expect(Math.abs(variance - 1)).toBeLessThan(0.015);
});

test('pick gives each of several items as often, by the numbers that integer gives', () => {
  const [picked, drawn] = [createRandom(2), createRandom(2)];
  const items = ['a', 'b', 'c'];
  const picks = Array.from({ length: 3000 }, () => picked.pick(items));
  expect(picks).toEqual(Array.from({ length: 3000 }, () => items[drawn.integer(3)]));
  for (const item of items) expect(picks.filter((pick) => pick === item).length).toBeGreaterThan(900);
});
