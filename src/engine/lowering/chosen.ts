import type { Target } from './lowering.ts';

/**
 * What is there or else one number, as a vector: of arrays WebGPU looks the place of each number up along all axes.
 *
 * @param target - Written there.
 * @param inputs - Names of the mask and the values, of one shape, and of the number.
 * @param shape - Of the values.
 */
export function chosen(
  target: Target,
  [isThere, x, y]: readonly [string, string, string],
  shape: readonly number[],
): string {
  const flat = (name: string) => target.node('Reshape', [name, target.wholes([-1])]);
  return target.node('Reshape', [target.node('Where', [flat(isThere), flat(x), y]), target.wholes(shape)]);
}
