/** A complete repeated-measures design, ready for the analysis of variance. */
export interface Design {
  /** Names of the within factors, in the order of the cells; empty when there is none. */
  withinFactors: readonly WithinFactor[];
  /** The between factor, if any. */
  between?: BetweenFactor;
  /** Names of the units, one a row: participants, or participant × between level. */
  units: readonly string[];
  /** Shape [units, cells], row-major; the cells run over the within levels with the last factor fastest. */
  values: Float64Array;
}

/** A factor whose levels each unit went through. */
export interface WithinFactor {
  name: string;
  levels: readonly string[];
}

/** A factor that divides the units into groups. */
export interface BetweenFactor {
  name: string;
  levels: readonly string[];
  /** Group of each unit, an index into `levels`. */
  groupOfUnit: Int32Array;
}

/** Number of cells of a unit: the product of the within factors' levels; 1 without any. */
function cellCount(design: Pick<Design, 'withinFactors'>): number {
  return design.withinFactors.reduce((product, { levels }) => product * levels.length, 1);
}

/**
 * Means over the within factors that are not asked for, scaled so that sums of squares stay those of single cells.
 *
 * @param factors - Indices of the within factors to keep, ascending.
 * @returns Shape [units, kept cells], means times the square root of the number of cells averaged.
 */
export function marginalCells(design: Design, factors: readonly number[]): Float64Array {
  const cells = cellCount(design);
  const target = targetCells(design, factors);
  const kept = Math.max(...target) + 1;
  const marginal = new Float64Array(design.units.length * kept);
  const scale = Math.sqrt(kept / cells);
  for (let unit = 0; unit < design.units.length; unit++)
    for (let cell = 0; cell < cells; cell++)
      marginal[unit * kept + target[cell]!]! += scale * design.values[unit * cells + cell]!;
  return marginal;
}

/** Index of each cell among the cells of the kept factors. */
function targetCells(design: Design, factors: readonly number[]): number[] {
  const sizes = design.withinFactors.map(({ levels }) => levels.length);
  return Array.from({ length: cellCount(design) }, (_, cell) => {
    const levels: number[] = [];
    let rest = cell;
    for (let i = sizes.length - 1; i >= 0; i--) {
      levels[i] = rest % sizes[i]!;
      rest = Math.floor(rest / sizes[i]!);
    }
    return factors.reduce((index, factor) => index * sizes[factor]! + levels[factor]!, 0);
  });
}

/**
 * Orthonormal contrasts of an effect: the Kronecker product of each factor's Helmert contrasts.
 *
 * @param levelCounts - Numbers of levels of the effect's within factors; none gives the 1 × 1 matrix 1.
 * @returns Shape [cells, contrasts], row-major; contrasts = Π (levels − 1).
 */
export function effectContrasts(levelCounts: readonly number[]): { matrix: Float64Array; contrasts: number } {
  let matrix = Float64Array.of(1);
  let contrasts = 1;
  for (const levels of levelCounts) {
    matrix = kronecker(
      { matrix, rows: matrix.length / contrasts, columns: contrasts },
      { matrix: helmert(levels), rows: levels, columns: levels - 1 },
    );
    contrasts *= levels - 1;
  }
  return { matrix, contrasts };
}

/** Orthonormal Helmert contrasts, shape [levels, levels − 1]. */
function helmert(levels: number): Float64Array {
  const matrix = new Float64Array(levels * (levels - 1));
  for (let j = 0; j < levels - 1; j++) {
    const norm = Math.sqrt((j + 1) * (j + 2));
    for (let i = 0; i <= j; i++) matrix[i * (levels - 1) + j] = 1 / norm;
    matrix[(j + 1) * (levels - 1) + j] = -(j + 1) / norm;
  }
  return matrix;
}

interface Matrix {
  matrix: Float64Array;
  rows: number;
  columns: number;
}

function kronecker(a: Matrix, b: Matrix): Float64Array<ArrayBuffer> {
  const columns = a.columns * b.columns;
  const product = new Float64Array(a.rows * b.rows * columns);
  for (let i = 0; i < a.rows; i++)
    for (let k = 0; k < b.rows; k++)
      for (let j = 0; j < a.columns; j++)
        for (let l = 0; l < b.columns; l++)
          product[(i * b.rows + k) * columns + j * b.columns + l] =
            a.matrix[i * a.columns + j]! * b.matrix[k * b.columns + l]!;
  return product;
}
