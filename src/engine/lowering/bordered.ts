import type { Target } from './lowering.ts';

/**
 * An image with its border of zeros.
 *
 * @param target - Written there.
 * @param x - Its name, NCHW.
 * @param pads - Zeros, [top, left, bottom, right].
 */
export function bordered(target: Target, x: string, pads: readonly number[]): string {
  if (pads.every((zeros) => zeros === 0)) return x;
  const borders = target.wholes([0, 0, ...pads.slice(0, 2), 0, 0, ...pads.slice(2)]);
  return target.node('Pad', [x, borders, target.floats([0], [])]);
}
