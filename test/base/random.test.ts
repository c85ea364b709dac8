import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';

test('createRandom(seed) repeats its numbers, and a stored state continues them', () => {
  const first = createRandom(7);
  const numbers = [first.uniform(), first.normal(), first.integer(10)];
  const second = createRandom(7);
  expect([second.uniform(), second.normal(), second.integer(10)]).toEqual(numbers);
  const restored = createRandom(first.state());
  expect(restored.uniform()).toBe(first.uniform());
});

test('normal() has mean 0 and variance 1 over 100,000 draws', () => {
  const random = createRandom(1);
  const draws = Array.from({ length: 100_000 }, () => random.normal());
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
  expect(Math.abs(mean)).toBeLessThan(0.01);
  expect(Math.abs(variance - 1)).toBeLessThan(0.015);
});
