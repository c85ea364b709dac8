/**
 * Finds the first row that equals an earlier one in all given columns, by an open-addressing hash table.
 *
 * @param columns - Codes of each column's rows, whole numbers ≥ 0.
 * @param count - Number of rows.
 * @returns Indices of the earlier and the later row, or undefined when all differ.
 */
export function findDuplicate(columns: readonly Int32Array[], count: number): [number, number] | undefined {
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * count)));
  const slots = new Int32Array(size).fill(-1);
  for (let row = 0; row < count; row++) {
    let slot = hashOf(columns, row) & (size - 1);
    for (;;) {
      const other = slots[slot]!;
      if (other < 0) break;
      if (columns.every((column) => column[other] === column[row])) return [other, row];
      slot = (slot + 1) & (size - 1);
    }
    slots[slot] = row;
  }
  return undefined;
}

/** FNV-like mixing with a final avalanche. */
function hashOf(columns: readonly Int32Array[], row: number): number {
  let hash = 0x811c9dc5;
  for (const column of columns) {
    hash = Math.imul(hash ^ column[row]!, 0x01000193);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  return (hash ^ (hash >>> 15)) >>> 0;
}
