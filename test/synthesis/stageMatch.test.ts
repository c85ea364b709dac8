import { expect, test } from 'vitest';
import { pearson, ranks, snrDb, spearman } from '../../src/synthesis/stageMatch.ts';

test('ranks share the mean among ties', () => {
  expect([...ranks([3, 1, 3, 2])]).toEqual([3.5, 1, 3.5, 2]);
});

test('spearman of a monotone function is 1 and pearson is not', () => {
  const x = [1, 2, 3, 4, 5];
  const y = x.map((value) => value ** 3);
  expect(spearman(x, y)).toBeCloseTo(1, 12);
  expect(pearson(x, y)).toBeCloseTo(0.94312, 5);
});

test('spearman([1,2,3,4,5], [5,6,7,8,7]) is 0.8207826816681233 (SciPy 1.10 spearmanr)', () => {
  expect(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 12);
});

test('snrDb of an error a tenth of the signal is 20 dB, of a silent reference 0', () => {
  expect(snrDb([3, 4], [3, 4.5])).toBeCloseTo(20, 10);
  expect(snrDb([0, 0], [1, 1])).toBe(0);
});

test('correlations with a constant are 0', () => {
  expect(pearson([1, 1, 1], [1, 2, 3])).toBe(0);
  expect(spearman([1, 2, 3], [2, 2, 2])).toBe(0);
});
