import { numberOf } from '../../base/groups.ts';

/** Binary or binomial answers with fixed effects and crossed random intercepts. */
export interface MixedDesign {
  /** Right answers of each row. */
  successes: Float64Array;
  /** Answers of each row, ≥ 1. */
  trials: Float64Array;
  fixed: FixedEffects;
  /** Random intercepts; nested and crossed factors alike. */
  random: readonly RandomIntercept[];
}

/** Fixed effects: a row's predictors are those of its cell. */
export interface FixedEffects {
  names: readonly string[];
  /** Shape [cells, names], row-major. */
  cells: Float64Array;
  cellOfRow: Int32Array;
}

/** One variance: an intercept for each level of a factor. */
export interface RandomIntercept {
  name: string;
  levels: number;
  /** Level of each row; −1 where the factor does not apply (a model is no participant). */
  levelOfRow: Int32Array;
}

/**
 * Numbers the distinct combinations of several codes.
 *
 * @param codes - Equally long code columns, each ≥ 0; −1 in any of them gives −1.
 * @returns Level of each row in order of first appearance, and their number.
 */
export function crossedLevels(codes: readonly Int32Array[]): { levels: number; levelOfRow: Int32Array } {
  const known = new Map<string, number>();
  const levelOfRow = Int32Array.from(codes[0]!, (_, row) => {
    if (codes.some((column) => column[row]! < 0)) return -1;
    return numberOf(known, codes.map((column) => column[row]).join(' '));
  });
  return { levels: known.size, levelOfRow };
}

/**
 * Treatment-coded fixed effects of one or two factors, as R's default contrasts name and code them.
 *
 * @param first - Levels and code of each row; the first level is the reference.
 * @param second - Another factor with the terms wanted beside the intercept.
 * @returns Intercept, first factor's levels, second factor's, and their products.
 */
export function factorialEffects(
  first: FixedFactor,
  second?: FixedFactor & { interaction: boolean },
): FixedEffects {
  const a = first.levels;
  const b = second?.levels ?? [''];
  const columns = [
    { name: '(Intercept)', value: (_i: number, _j: number) => 1 },
    ...a.slice(1).map((name, k) => ({ name, value: (i: number) => Number(i === k + 1) })),
    ...b.slice(1).map((name, k) => ({ name, value: (_i: number, j: number) => Number(j === k + 1) })),
    ...(second?.interaction
      ? b.slice(1).flatMap((other, l) =>
          a.slice(1).map((name, k) => ({
            name: `${name}:${other}`,
            value: (i: number, j: number) => Number(i === k + 1 && j === l + 1),
          })),
        )
      : []),
  ];
  return {
    names: columns.map(({ name }) => name),
    cells: Float64Array.from(
      a.flatMap((_, i) => b.flatMap((_level, j) => columns.map(({ value }) => value(i, j)))),
    ),
    cellOfRow: first.levelOfRow.map((i, row) => i * b.length + (second?.levelOfRow[row] ?? 0)),
  };
}

/** A fixed factor. */
export interface FixedFactor {
  levels: readonly string[];
  levelOfRow: Int32Array;
}
