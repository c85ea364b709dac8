import { expect } from 'vitest';

/**
 * Fails unless |actual − expected| ≤ atol + rtol·|expected| everywhere; names the worst index.
 *
 * @param actual - Numbers under test.
 * @param expected - Numbers to hold them against, same length.
 * @param tolerance - Absolute and relative tolerance.
 */
export function expectAllClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { atol = 0, rtol = 0 }: { atol?: number; rtol?: number },
): void {
  expect(actual.length, 'length').toBe(expected.length);
  let worst = -1;
  let excess = 0;
  for (let i = 0; i < expected.length; i++) {
    const over = Math.abs(actual[i]! - expected[i]!) - atol - rtol * Math.abs(expected[i]!);
    if (!(over <= excess)) {
      worst = i;
      excess = Number.isNaN(over) ? Number.POSITIVE_INFINITY : over;
    }
  }
  if (worst >= 0)
    expect.fail(
      `worst at index ${worst}: ${actual[worst]} against ${expected[worst]} (atol ${atol}, rtol ${rtol})`,
    );
}

/**
 * Relative error of a vector: ‖actual − expected‖ / ‖expected‖.
 *
 * @param actual - Numbers under test.
 * @param expected - Numbers to hold them against.
 * @returns The ratio of Euclidean norms.
 */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    norm += expected[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}
