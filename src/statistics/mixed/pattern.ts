import type { RandomIntercept } from './design.ts';

/** Pattern of a sparse Cholesky factor, by columns, with where each row of the design adds to it. */
export interface FactorPattern {
  /** Number of random effects. */
  size: number;
  /** Column j holds the entries columnStart[j] … columnStart[j + 1] − 1, below the diagonal, rows ascending. */
  columnStart: Int32Array;
  rowOfEntry: Int32Array;
  /** From this effect on every column is full: its entries stand in the rows j + 1 … size − 1. */
  fullFrom: number;
  /** Entries of row j to the left of the diagonal: leftStart[j] …; their columns and their places. */
  leftStart: Int32Array;
  leftColumn: Int32Array;
  leftEntry: Int32Array;
  /** First random effect of each term. */
  offsets: Int32Array;
  /** Shape [rows, terms]: random effect of each row, −1 where a term does not apply. */
  effectOfRow: Int32Array;
  /** Shape [rows, terms²]: place of the entry for a pair of a row's effects, −1 on the diagonal or where there is none. */
  entryOfPair: Int32Array;
}

/**
 * Plans the factorization of Z′WZ + I for random intercepts.
 *
 * Terms with the most levels are eliminated first: each of their effects meets few others (a sound in a condition meets
 * its source and its listeners), so that little fills in but among the listeners.
 *
 * @param random - The random intercepts.
 * @param rows - Number of rows of the design.
 */
export function factorPattern(random: readonly RandomIntercept[], rows: number): FactorPattern {
  const { offsets, size } = numberedEffects(random);
  const terms = random.length;
  const effectOfRow = new Int32Array(rows * terms);
  for (let row = 0; row < rows; row++)
    for (let t = 0; t < terms; t++) {
      const level = random[t]!.levelOfRow[row]!;
      effectOfRow[row * terms + t] = level < 0 ? -1 : offsets[t]! + level;
    }
  const columns = filledColumns(neighbors(effectOfRow, terms, size));
  const columnStart = new Int32Array(size + 1);
  for (let j = 0; j < size; j++) columnStart[j + 1] = columnStart[j]! + columns[j]!.length;
  const rowOfEntry = new Int32Array(columnStart[size]!);
  columns.forEach((column, j) => {
    rowOfEntry.set(column, columnStart[j]!);
  });
  return {
    size,
    columnStart,
    rowOfEntry,
    fullFrom: firstFull(columnStart, size),
    ...leftEntries(columnStart, rowOfEntry, size),
    offsets,
    effectOfRow,
    entryOfPair: pairEntries({ columnStart, rowOfEntry, effectOfRow }, terms),
  };
}

function numberedEffects(random: readonly RandomIntercept[]): { offsets: Int32Array; size: number } {
  const order = random.map((_, t) => t).sort((a, b) => random[b]!.levels - random[a]!.levels);
  const offsets = new Int32Array(random.length);
  let size = 0;
  for (const t of order) {
    offsets[t] = size;
    size += random[t]!.levels;
  }
  return { offsets, size };
}

/** For each effect, the later effects that share a row with it. */
function neighbors(effectOfRow: Int32Array, terms: number, size: number): Set<number>[] {
  const later = Array.from({ length: size }, () => new Set<number>());
  for (let start = 0; start < effectOfRow.length; start += terms)
    for (let a = 0; a < terms; a++)
      for (let b = 0; b < terms; b++) {
        const first = effectOfRow[start + a]!;
        const second = effectOfRow[start + b]!;
        if (first >= 0 && second > first) later[first]!.add(second);
      }
  return later;
}

/** Adds the fill: a column passes its entries on to the column of its first entry. */
function filledColumns(columns: Set<number>[]): Int32Array[] {
  return columns.map((column) => {
    const sorted = Int32Array.from(column).sort();
    const parent = sorted[0];
    if (parent !== undefined) for (let i = 1; i < sorted.length; i++) columns[parent]!.add(sorted[i]!);
    column.clear();
    return sorted;
  });
}

function firstFull(columnStart: Int32Array, size: number): number {
  let first = size;
  while (first > 0 && columnStart[first]! - columnStart[first - 1]! === size - first) first -= 1;
  return first;
}

function leftEntries(columnStart: Int32Array, rowOfEntry: Int32Array, size: number) {
  const leftStart = new Int32Array(size + 1);
  for (const row of rowOfEntry) leftStart[row + 1]! += 1;
  for (let j = 0; j < size; j++) leftStart[j + 1]! += leftStart[j]!;
  const next = leftStart.slice();
  const leftColumn = new Int32Array(rowOfEntry.length);
  const leftEntry = new Int32Array(rowOfEntry.length);
  for (let j = 0; j < size; j++)
    for (let entry = columnStart[j]!; entry < columnStart[j + 1]!; entry++) {
      const place = next[rowOfEntry[entry]!]!++;
      leftColumn[place] = j;
      leftEntry[place] = entry;
    }
  return { leftStart, leftColumn, leftEntry };
}

function pairEntries(
  { columnStart, rowOfEntry, effectOfRow }: Pick<FactorPattern, 'columnStart' | 'rowOfEntry' | 'effectOfRow'>,
  terms: number,
): Int32Array {
  const rows = effectOfRow.length / terms;
  const entries = new Int32Array(rows * terms * terms).fill(-1);
  for (let row = 0; row < rows; row++)
    for (let a = 0; a < terms; a++)
      for (let b = 0; b < a; b++) {
        const i = effectOfRow[row * terms + a]!;
        const j = effectOfRow[row * terms + b]!;
        if (i < 0 || j < 0) continue;
        const column = Math.min(i, j);
        const entry = find(rowOfEntry, Math.max(i, j), columnStart[column]!, columnStart[column + 1]!);
        entries[(row * terms + a) * terms + b] = entry;
        entries[(row * terms + b) * terms + a] = entry;
      }
  return entries;
}

/** Place of a value in an ascending stretch that holds it. */
function find(sorted: Int32Array, value: number, from: number, to: number): number {
  let [low, high] = [from, to - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
