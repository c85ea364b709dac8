import { logUpperTailF } from '../special/distributions.ts';
import { contrastScores, decompose, type Scores } from './decompose.ts';
import { type Design, effectContrasts, marginalCells } from './design.ts';
import { type PermutationOptions, permutationExceedances } from './permutation.ts';
import { type Sphericity, sphericity } from './sphericity.ts';

/** One line of an analysis-of-variance table, its error term included. */
export interface AnovaEffect {
  /** Factors' names joined by `:`, such as `observer:stage`. */
  effect: string;
  sumOfSquares: number;
  degreesOfFreedom: number;
  meanSquare: number;
  errorSumOfSquares: number;
  errorDegreesOfFreedom: number;
  errorMeanSquare: number;
  f: number;
  p: number;
  /** log₁₀ of the four p values, for what a double cannot hold. */
  log10: { p: number; pGreenhouseGeisser: number; pHuynhFeldt: number; pLowerBound: number };
  epsilonGreenhouseGeisser: number;
  epsilonHuynhFeldt: number;
  pGreenhouseGeisser: number;
  pHuynhFeldt: number;
  pLowerBound: number;
  partialEtaSquared: number;
  /** Effect / (effect + all errors, that of the units included), all factors manipulated (Olejnik & Algina 2003). */
  generalizedEtaSquared: number;
  /** (b + 1) / (B + 1); null without permutations or where no scheme exists (the intercept). */
  pPermutation: number | null;
  /** As published in 2023: b / B, and 1 / B where b is 0. */
  pPermutationPublished: number | null;
}

/** The table, keyed by effect: the factors' roles (`intercept`, `between`, `within`, `between:within`), or names when there are several within factors. */
export type AnovaTable = Record<string, AnovaEffect>;

/**
 * Mixed, within-participant or between-group analysis of variance with Type III sums of squares.
 *
 * @param design - A complete design; groups may differ in size.
 * @param permutations - Number and source of random permutations; none without it.
 * @returns The effects in the order intercept, between, then each within effect with its interaction.
 * @see Permutation schemes: Feather et al. (2023), Nature Neuroscience 26, 2017–2034.
 */
export function analyzeVariance(design: Design, permutations?: PermutationOptions): AnovaTable {
  const table: AnovaTable = {};
  const effects = subsets(design.withinFactors.length);
  for (const [e, factors] of effects.entries()) {
    const isMain = factors.length === 0;
    const cells = marginalCells(design, factors);
    const contrasts = effectContrasts(factors.map((i) => design.withinFactors[i]!.levels.length));
    const scores = contrastScores(cells, contrasts, design.units.length);
    const grouped: Scores = { scores, contrasts: contrasts.contrasts, ...groupsOf(design) };
    const epsilon = sphericity(grouped);
    const parts = decompose(grouped);
    const name = factors.map((i) => design.withinFactors[i]!.name).join(':');
    const counted = permutations
      ? permutationExceedances(
          { ...grouped, cells, contrastMatrix: contrasts.matrix, isMain },
          {
            ...permutations,
            onProgress: (done, total) => permutations.onProgress?.(e * total + done, effects.length * total),
          },
        )
      : undefined;
    const error = {
      sumOfSquares: parts.error,
      degreesOfFreedom: (design.units.length - grouped.groups) * grouped.contrasts,
    };
    table[isMain ? 'intercept' : roleOf(design, name)] = effectLine({
      effect: isMain ? '(intercept)' : name,
      sumOfSquares: parts.mean,
      degreesOfFreedom: grouped.contrasts,
      error,
      epsilon,
      ...exceedance(counted?.mean, permutations),
    });
    if (!design.between) continue;
    const joint = isMain ? design.between.name : `${design.between.name}:${name}`;
    table[isMain ? 'between' : `between:${roleOf(design, name)}`] = effectLine({
      effect: joint,
      sumOfSquares: parts.groups,
      degreesOfFreedom: grouped.contrasts * (grouped.groups - 1),
      error,
      epsilon,
      ...exceedance(counted?.groups, permutations),
    });
  }
  // Effects of one set of within factors share an error: the one of the effect without the between factor counts.
  const errors = Object.entries(table).filter(([role]) => !role.startsWith('between'));
  const allErrors = errors.reduce((sum, [, line]) => sum + line.errorSumOfSquares, 0);
  for (const line of Object.values(table))
    line.generalizedEtaSquared = line.sumOfSquares / (line.sumOfSquares + allErrors);
  return table;
}

function roleOf(design: Design, name: string): string {
  return design.withinFactors.length === 1 ? 'within' : name;
}

/** The between factor's groups, or one group of all. */
function groupsOf(design: Design): { groupOfUnit: Int32Array; groups: number } {
  return design.between
    ? { groupOfUnit: design.between.groupOfUnit, groups: design.between.levels.length }
    : { groupOfUnit: new Int32Array(design.units.length), groups: 1 };
}

/** All sets of within factors: the empty one, single factors, pairs, … */
function subsets(factors: number): number[][] {
  return Array.from({ length: 2 ** factors }, (_, mask) =>
    Array.from({ length: factors }, (_, i) => i).filter((i) => mask & (1 << i)),
  ).sort((a, b) => a.length - b.length);
}

function exceedance(count: number | null | undefined, permutations: PermutationOptions | undefined) {
  if (count === null || count === undefined || !permutations)
    return { pPermutation: null, pPermutationPublished: null };
  return {
    pPermutation: (count + 1) / (permutations.count + 1),
    pPermutationPublished: Math.max(count, 1) / permutations.count,
  };
}

function effectLine(input: {
  effect: string;
  sumOfSquares: number;
  degreesOfFreedom: number;
  error: { sumOfSquares: number; degreesOfFreedom: number };
  epsilon: Sphericity;
  pPermutation: number | null;
  pPermutationPublished: number | null;
}): AnovaEffect {
  const { sumOfSquares, degreesOfFreedom, error, epsilon } = input;
  const meanSquare = sumOfSquares / degreesOfFreedom;
  const errorMeanSquare = error.sumOfSquares / error.degreesOfFreedom;
  const f = meanSquare / errorMeanSquare;
  const logP = (correction: number) =>
    Number.isNaN(f) || Number.isNaN(correction)
      ? Number.NaN
      : logUpperTailF(f, degreesOfFreedom * correction, error.degreesOfFreedom * correction);
  const logs = {
    p: logP(1),
    pGreenhouseGeisser: logP(epsilon.greenhouseGeisser),
    pHuynhFeldt: logP(epsilon.huynhFeldt),
    pLowerBound: logP(epsilon.lowerBound),
  };
  return {
    effect: input.effect,
    sumOfSquares,
    degreesOfFreedom,
    meanSquare,
    errorSumOfSquares: error.sumOfSquares,
    errorDegreesOfFreedom: error.degreesOfFreedom,
    errorMeanSquare,
    f,
    p: Math.exp(logs.p),
    log10: {
      p: logs.p / Math.LN10,
      pGreenhouseGeisser: logs.pGreenhouseGeisser / Math.LN10,
      pHuynhFeldt: logs.pHuynhFeldt / Math.LN10,
      pLowerBound: logs.pLowerBound / Math.LN10,
    },
    epsilonGreenhouseGeisser: epsilon.greenhouseGeisser,
    epsilonHuynhFeldt: epsilon.huynhFeldt,
    pGreenhouseGeisser: Math.exp(logs.pGreenhouseGeisser),
    pHuynhFeldt: Math.exp(logs.pHuynhFeldt),
    pLowerBound: Math.exp(logs.pLowerBound),
    partialEtaSquared: sumOfSquares / (sumOfSquares + error.sumOfSquares),
    generalizedEtaSquared: Number.NaN,
    pPermutation: input.pPermutation,
    pPermutationPublished: input.pPermutationPublished,
  };
}
