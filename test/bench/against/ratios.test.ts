import { expect, test } from 'vitest';
import { comparedRow } from '../../../src/bench/against/ratios.ts';

const times = (clock: number[], processor: number[]) => ({ clock, processor });

test('comparedRow takes the median of a sitting, PyTorch over ours sitting by sitting, and their median and range', () => {
  const theirs = [times([40, 30, 90], [10, 10, 10]), times([80], [20]), times([60], [60])];
  const ours = [times([10, 20, 10], [20, 20, 5]), times([10], [10]), times([10], [20])];
  expect(comparedRow('step', theirs, ours)).toEqual({
    row: 'step',
    theirs: times([40, 80, 60], [10, 20, 60]),
    ours: times([10, 10, 10], [20, 10, 20]),
    ratio: {
      clock: { median: 6, least: 4, most: 8 },
      processor: { median: 2, least: 0.5, most: 3 },
    },
  });
});
