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
  const { size, columnStart, rowOfEntry, leftStart, leftColumn, leftEntry } = pattern;
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
      const last = columnStart[leftColumn[left]! + 1]!;
      for (let entry = first + 1; entry < last; entry++) work[rowOfEntry[entry]!]! -= value * entries[entry]!;
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
 * The inverse of L L′ on the pattern of L, from the last column to the first.
 *
 * @param factor - L.
 * @returns Entries of the inverse; those outside the pattern are never needed.
 * @see Takahashi, Fagan & Chin (1973), 8th PICA Conference; Erisman & Tinney (1975), Commun. ACM 18, 177–179.
 */
export function inverseOnPattern(pattern: FactorPattern, factor: PatternValues): PatternValues {
  const { size, columnStart, rowOfEntry } = pattern;
  const inverse = zeroValues(pattern);
  const place = new Int32Array(size).fill(-1);
  for (let j = size - 1; j >= 0; j--) {
    const start = columnStart[j]!;
    const end = columnStart[j + 1]!;
    const pivot = factor.diagonal[j]!;
    for (let entry = start; entry < end; entry++) place[rowOfEntry[entry]!] = entry;
    for (let entry = start; entry < end; entry++) {
      const k = rowOfEntry[entry]!;
      const weight = factor.entries[entry]! / pivot;
      inverse.entries[entry]! -= weight * inverse.diagonal[k]!;
      for (let below = columnStart[k]!; below < columnStart[k + 1]!; below++) {
        const other = place[rowOfEntry[below]!]!;
        if (other < 0) continue;
        inverse.entries[other]! -= weight * inverse.entries[below]!;
        inverse.entries[entry]! -= (factor.entries[other]! / pivot) * inverse.entries[below]!;
      }
    }
    let diagonal = 1 / (pivot * pivot);
    for (let entry = start; entry < end; entry++) {
      diagonal -= (factor.entries[entry]! / pivot) * inverse.entries[entry]!;
      place[rowOfEntry[entry]!] = -1;
    }
    inverse.diagonal[j] = diagonal;
  }
  return inverse;
}
