/**
 * Arrays of numbers one after the other.
 *
 * @param parts - In order; whole numbers of 2^24 and more are rounded, as float32 has them.
 */
export function joinedNumbers(parts: readonly (Float32Array | Int32Array)[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return all;
}
