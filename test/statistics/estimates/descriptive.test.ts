import { expect, test } from 'vitest';
import { median } from '../../../src/statistics/estimates/descriptive.ts';

test('median is the middle value, the mean of the middle two, NaN of none; its input stays as it is', () => {
  const values = [3, 1, 2];
  expect(median(values)).toBe(2);
  expect(values).toEqual([3, 1, 2]);
  expect(median([10, -1, 9, 1])).toBe(5);
  expect(median([])).toBeNaN();
});
