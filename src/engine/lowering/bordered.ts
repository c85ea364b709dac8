import type { Target } from './lowering.ts';

/**
 * An image with its border of zeros.
 *
 * @param target - Written there.
 * @param x - Its name, four axes.
 * @param border - Zeros, [top, left, bottom, right], and the axis of its height, which that of its width follows.
 */
export function bordered(
  target: Target,
  x: string,
  { pads, heightAxis }: { pads: readonly number[]; heightAxis: 1 | 2 },
): string {
  if (pads.every((zeros) => zeros === 0)) return x;
  const along = (zeros: readonly number[]) => [0, 0, 0, 0].toSpliced(heightAxis, 2, ...zeros);
  const borders = target.wholes([...along(pads.slice(0, 2)), ...along(pads.slice(2))]);
  return target.node('Pad', [x, borders, target.floats([0], [])]);
}
