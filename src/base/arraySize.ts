/**
 * How many numbers an array holds.
 *
 * @param shape - Sizes of its axes; none for a single number.
 */
export function arraySize(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
