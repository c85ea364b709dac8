import type { Random } from '../../base/random.ts';
import { contrastScores, type Decomposition, decompose, type Scores } from './decompose.ts';

/** How to permute. */
export interface PermutationOptions {
  count: number;
  random: Random;
  /** Hears now and then how many are done, over all effects. */
  onProgress?: (done: number, total: number) => void;
}

/** Permutations between two calls of `onProgress`. */
const toldEvery = 100;

/**
 * Fewer permutations for large tables, so that an analysis stays in seconds.
 *
 * @param cells - Numbers in the table.
 * @param wanted - Permutations asked for.
 * @returns At most `wanted`; below it only where cells × permutations exceed 2·10⁷, and then at least 1,000.
 */
export function affordablePermutations(cells: number, wanted: number): number {
  return Math.min(wanted, Math.max(1000, Math.floor(2e7 / cells)));
}

/** What is permuted: the cells averaged over the factors that the effect leaves out. */
export interface PermutationInput extends Scores {
  /** Shape [units, kept cells], row-major. */
  cells: Float64Array;
  /** Shape [kept cells, contrasts]. */
  contrastMatrix: Float64Array;
  /** Whether the effect is the main effect of the between factor (no within factor). */
  isMain: boolean;
}

/** How many permutations reach the observed F; null where there is nothing to permute. */
export interface Exceedances {
  mean: number | null;
  groups: number | null;
}

/**
 * Counts permuted F values that reach the observed one, in the schemes published in 2023.
 *
 * Main effect of the between factor: group labels are shuffled over units. Within effect (one factor, or the
 * interaction of several): cells are shuffled within each unit. Between × within: labels over units and cells within
 * units. Comparison with a relative tolerance of 1e-10, so that a permutation that restores the table counts.
 *
 * @param input - Cells, contrasts and groups.
 * @param options - Number of permutations and the generator.
 * @returns The two counts.
 */
export function permutationExceedances(input: PermutationInput, options: PermutationOptions): Exceedances {
  const observed = decompose(input);
  const { isMain, contrastMatrix, contrasts } = input;
  const hasGroups = input.groups > 1;
  if (isMain && !hasGroups) return { mean: null, groups: null };
  const reached = { mean: 0, groups: 0 };
  const cells = Float64Array.from(input.cells);
  const groupOfUnit = Int32Array.from(input.groupOfUnit);
  const units = groupOfUnit.length;
  let { scores } = input;
  for (let i = 0; i < options.count; i++) {
    if (i % toldEvery === 0) options.onProgress?.(i, options.count);
    if (!isMain) {
      shuffleRows(cells, units, options.random);
      scores = contrastScores(cells, { matrix: contrastMatrix, contrasts }, units);
      reached.mean += reaches(decompose({ ...input, scores }), observed, 'mean');
    }
    if (!hasGroups) continue;
    shuffle(groupOfUnit, 0, units, options.random);
    reached.groups += reaches(decompose({ ...input, scores, groupOfUnit }), observed, 'groups');
  }
  return { mean: isMain ? null : reached.mean, groups: hasGroups ? reached.groups : null };
}

/** Compares F values by effect / error: the degrees of freedom are the same. */
function reaches(permuted: Decomposition, observed: Decomposition, effect: 'mean' | 'groups'): number {
  return permuted[effect] * observed.error >= observed[effect] * permuted.error * (1 - 1e-10) ? 1 : 0;
}

function shuffleRows(cells: Float64Array, rows: number, random: Random): void {
  const columns = cells.length / rows;
  for (let row = 0; row < rows; row++) shuffle(cells, row * columns, columns, random);
}

function shuffle(items: Float64Array | Int32Array, start: number, count: number, random: Random): void {
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const kept = items[start + i]!;
    items[start + i] = items[start + j]!;
    items[start + j] = kept;
  }
}
