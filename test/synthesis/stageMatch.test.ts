import { expect, test } from 'vitest';
import { snrDb, stageMatch } from '../../src/synthesis/stageMatch.ts';

test('stageMatch gives Spearman 0.8207826816681233 (SciPy 1.10), Pearson and SNR of two sounds', () => {
  const match = stageMatch([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]);
  expect(match.spearman).toBeCloseTo(0.8207826816681233, 12);
  expect(match.pearson).toBeCloseTo(0.8320502943378437, 12);
  expect(match.snrDb).toBeCloseTo(10 * Math.log10(55 / 68), 12);
});

test('snrDb of an error a tenth of the signal is 20 dB, of a silent reference 0', () => {
  expect(snrDb([3, 4], [3, 4.5])).toBeCloseTo(20, 10);
  expect(snrDb([0, 0], [1, 1])).toBe(0);
});

test('stageMatch of a sound that does not vary correlates by 0', () => {
  expect(stageMatch([1, 1, 1], [1, 2, 3])).toMatchObject({ pearson: 0, spearman: 0 });
  expect(stageMatch([1, 2, 3], [2, 2, 2])).toMatchObject({ pearson: 0, spearman: 0 });
});
