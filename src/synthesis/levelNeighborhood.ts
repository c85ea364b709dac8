/**
 * Blocks whose coefficients count towards the level around one: itself and its neighbors.
 *
 * @param block - Index, from 0.
 * @returns The first of them, and the one after the last.
 */
export function blocksAround(block: number, blocks: number): [first: number, end: number] {
  return [Math.max(0, block - 1), Math.min(blocks, block + 2)];
}

/**
 * Bins whose coefficients count towards the level around one: two, or a share of the frequency, to each side.
 *
 * @param bin - Index, from 0.
 * @param share - Of the frequency.
 * @returns The first of them, and the one after the last.
 */
export function binsAround(bin: number, bins: number, share: number): [first: number, end: number] {
  const reach = Math.max(2, Math.round(share * bin));
  return [Math.max(0, bin - reach), Math.min(bins, bin + reach + 1)];
}
