import type { FactorPattern } from './pattern.ts';

/** Values on a factor's pattern: a symmetric matrix, its Cholesky factor, or a part of its inverse. */
export interface PatternValues {
  diagonal: Float64Array;
  /** Below the diagonal. */
  entries: Float64Array;
}

/**
 * Zeros on a pattern.
 *
 * @returns Values, all 0.
 */
export function zeroValues(pattern: FactorPattern): PatternValues {
  return {
    diagonal: new Float64Array(pattern.size),
    entries: new Float64Array(pattern.rowOfEntry.length),
  };
}

/**
 * Replaces a positive definite matrix by its Cholesky factor L, column after column from those to its left.
 *
 * @param values - The matrix; becomes L.
 * @returns ln det of the matrix; NaN when it is not positive definite.
 */
export function factorInPlace(pattern: FactorPattern, { diagonal, entries }: PatternValues): number {
  const { size, columnStart, rowOfEntry, fullFrom, leftStart, leftColumn, leftEntry } = pattern;
  const work = new Float64Array(size);
  let logDeterminant = 0;
  for (let j = 0; j < size; j++) {
    const start = columnStart[j]!;
    const end = columnStart[j + 1]!;
    for (let entry = start; entry < end; entry++) work[rowOfEntry[entry]!] = entries[entry]!;
    let pivot = diagonal[j]!;
    for (let left = leftStart[j]!; left < leftStart[j + 1]!; left++) {
      const first = leftEntry[left]!;
      const value = entries[first]!;
      pivot -= value * value;
      const column = leftColumn[left]!;
      const last = columnStart[column + 1]!;
      if (column >= fullFrom)
        for (let entry = first + 1, row = j + 1; entry < last; entry++, row++)
          work[row]! -= value * entries[entry]!;
      else
        for (let entry = first + 1; entry < last; entry++)
          work[rowOfEntry[entry]!]! -= value * entries[entry]!;
    }
    logDeterminant += Math.log(pivot);
    const root = Math.sqrt(pivot);
    diagonal[j] = root;
    for (let entry = start; entry < end; entry++) entries[entry] = work[rowOfEntry[entry]!]! / root;
  }
  return logDeterminant;
}

/**
 * Solves L L′ x = b.
 *
 * @param factor - L.
 * @param x - b, one value a row; becomes x.
 */
export function solveInPlace(
  pattern: FactorPattern,
  { diagonal, entries }: PatternValues,
  x: Float64Array,
): void {
  const { size, columnStart, rowOfEntry } = pattern;
  for (let j = 0; j < size; j++) {
    const value = x[j]! / diagonal[j]!;
    x[j] = value;
    for (let entry = columnStart[j]!; entry < columnStart[j + 1]!; entry++)
      x[rowOfEntry[entry]!]! -= entries[entry]! * value;
  }
  for (let j = size - 1; j >= 0; j--) {
    let value = x[j]!;
    for (let entry = columnStart[j]!; entry < columnStart[j + 1]!; entry++)
      value -= entries[entry]! * x[rowOfEntry[entry]!]!;
    x[j] = value / diagonal[j]!;
  }
}

/**
 * The inverse of L L′ on the pattern of L, from the last column to the first. Of the columns that are full the place of
 * each entry is known; in the others it is looked for.
 *
 * @param factor - L.
 * @returns Entries of the inverse; those outside the pattern are never needed.
 * @see Takahashi, Fagan & Chin (1973), 8th PICA Conference; Erisman & Tinney (1975), Commun. ACM 18, 177–179.
 */
export function inverseOnPattern(pattern: FactorPattern, factor: PatternValues): PatternValues {
  const { size, columnStart, rowOfEntry, fullFrom } = pattern;
  const inverse = zeroValues(pattern);
  const { diagonal, entries } = inverse;
  const place = new Int32Array(size).fill(-1);
  for (let j = size - 1; j >= 0; j--) {
    const start = columnStart[j]!;
    const end = columnStart[j + 1]!;
    const pivot = factor.diagonal[j]!;
    const weights = factor.entries.subarray(start, end).map((value) => value / pivot);
    for (let entry = start; entry < end; entry++) place[rowOfEntry[entry]!] = entry;
    for (let entry = start; entry < end; entry++) {
      const k = rowOfEntry[entry]!;
      const weight = weights[entry - start]!;
      let own = weight * diagonal[k]!;
      if (k >= fullFrom) {
        const before = columnStart[k]! - k - 1;
        for (let other = entry + 1; other < end; other++) {
          const value = entries[before + rowOfEntry[other]!]!;
          entries[other]! -= weight * value;
          own += weights[other - start]! * value;
        }
      } else
        for (let below = columnStart[k]!; below < columnStart[k + 1]!; below++) {
          const other = place[rowOfEntry[below]!]!;
          if (other < 0) continue;
          entries[other]! -= weight * entries[below]!;
          own += weights[other - start]! * entries[below]!;
        }
      entries[entry]! -= own;
    }
    let onDiagonal = 1 / (pivot * pivot);
    for (let entry = start; entry < end; entry++) {
      onDiagonal -= weights[entry - start]! * entries[entry]!;
      place[rowOfEntry[entry]!] = -1;
    }
    diagonal[j] = onDiagonal;
  }
  return inverse;
}
