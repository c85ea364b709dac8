import { expect, test } from 'vitest';
import { logarithmicTicks } from '../../src/figures/logarithmicTicks.ts';

test.each([
  [0.2, 1.1, [0.2, 0.5, 1]],
  [0.4, 1, [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]],
  [0.39, 1.05, [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]],
  [0.0853, 1, [0.1, 0.2, 0.5, 1]],
  [0.92, 0.98, [0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98]],
  [0.005, 1.2, [0.01, 0.03, 0.1, 0.3, 1]],
  [1e-6, 1, [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1]],
  [1e-12, 1, [1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 0.01, 1]],
  [1, 1, [1]],
])('logarithmicTicks(%d, %d) is %j', (least, most, ticks) => {
  expect(logarithmicTicks(least, most)).toEqual(ticks);
});
