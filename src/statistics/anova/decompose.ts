/** Sums of squares of the contrast scores of one set of within factors. */
export interface Decomposition {
  /** Of the equally weighted mean of the groups (Type III): the within effect itself. */
  mean: number;
  /** Of the groups about their common mean: the effect's interaction with the between factor. */
  groups: number;
  /** Of the units about their group's mean. */
  error: number;
}

/** Contrast scores and the groups they fall into. */
export interface Scores {
  /** Shape [units, contrasts], row-major. */
  scores: Float64Array;
  contrasts: number;
  /** Group of each unit. */
  groupOfUnit: Int32Array;
  groups: number;
}

/**
 * Multiplies each unit's cells by the contrasts.
 *
 * @param cells - Shape [units, cells], row-major.
 * @param contrasts - Shape [cells, contrasts].
 * @param units - Number of units.
 * @returns Shape [units, contrasts].
 */
export function contrastScores(
  cells: Float64Array,
  { matrix, contrasts }: { matrix: Float64Array; contrasts: number },
  units: number,
): Float64Array {
  const perUnit = cells.length / units;
  const scores = new Float64Array(units * contrasts);
  for (let unit = 0; unit < units; unit++)
    for (let cell = 0; cell < perUnit; cell++) {
      const value = cells[unit * perUnit + cell]!;
      for (let j = 0; j < contrasts; j++)
        scores[unit * contrasts + j]! += value * matrix[cell * contrasts + j]!;
    }
  return scores;
}

/**
 * Splits contrast scores into sums of squares of mean, groups and error.
 *
 * @param input - The scores with their groups; every group has at least one unit.
 * @returns The three sums of squares; they keep their digits because each is a sum of squared deviations.
 */
export function decompose(input: Scores): Decomposition {
  const { scores, contrasts, groupOfUnit, groups } = input;
  const { means, sizes } = groupMeans(input);
  const units = groupOfUnit.length;
  let error = 0;
  for (let unit = 0; unit < units; unit++)
    for (let j = 0; j < contrasts; j++)
      error += (scores[unit * contrasts + j]! - means[groupOfUnit[unit]! * contrasts + j]!) ** 2;
  let mean = 0;
  let between = 0;
  let inverseSizes = 0;
  for (let group = 0; group < groups; group++) inverseSizes += 1 / sizes[group]!;
  for (let j = 0; j < contrasts; j++) {
    let equal = 0;
    let weighted = 0;
    for (let group = 0; group < groups; group++) {
      equal += means[group * contrasts + j]! / groups;
      weighted += (means[group * contrasts + j]! * sizes[group]!) / units;
    }
    mean += (equal * equal * groups * groups) / inverseSizes;
    for (let group = 0; group < groups; group++)
      between += sizes[group]! * (means[group * contrasts + j]! - weighted) ** 2;
  }
  return { mean, groups: between, error };
}

/**
 * Mean contrast scores of each group.
 *
 * @param input - The scores with their groups.
 * @returns Means, shape [groups, contrasts], and units per group.
 */
export function groupMeans({ scores, contrasts, groupOfUnit, groups }: Scores): {
  means: Float64Array;
  sizes: Float64Array;
} {
  const means = new Float64Array(groups * contrasts);
  const sizes = new Float64Array(groups);
  for (let unit = 0; unit < groupOfUnit.length; unit++) {
    const group = groupOfUnit[unit]!;
    sizes[group]! += 1;
    for (let j = 0; j < contrasts; j++) means[group * contrasts + j]! += scores[unit * contrasts + j]!;
  }
  for (let group = 0; group < groups; group++)
    for (let j = 0; j < contrasts; j++) means[group * contrasts + j]! /= sizes[group]!;
  return { means, sizes };
}
