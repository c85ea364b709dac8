import type { MixedDesign } from './design.ts';
import {
  addTransposedInto,
  createWorkspace,
  findMode,
  setParameters,
  type Workspace,
} from './laplaceMode.ts';
import { inverseOnPattern, type PatternValues, solveInPlace } from './sparseCholesky.ts';

/** Laplace approximation at one point. */
export interface LaplacePoint {
  /** −2 × log-likelihood, without the binomial coefficients. */
  deviance: number;
  /** Its derivatives with respect to the standard deviations, then the fixed effects. */
  gradient: Float64Array;
}

/** The deviance of a design as a function of its parameters; it remembers the last mode, where the next search starts. */
export interface LaplaceDeviance {
  /** Deviance and gradient; `parameters` holds the terms' standard deviations (either sign), then the fixed effects. */
  evaluate(parameters: Float64Array): LaplacePoint;
  /** Deviance alone. */
  deviance(parameters: Float64Array): number;
  /** Information of the fixed effects given the standard deviations, shape [fixed, fixed], at the last point. */
  fixedInformation(): Float64Array;
}

/**
 * Laplace approximation of a logistic model with crossed random intercepts.
 *
 * The mode of the random effects is found by penalized iteratively reweighted least squares; the gradient is exact: it
 * follows the mode and the weights, by the inverse on the factor's pattern.
 *
 * @param modeTolerance - Decrease of the penalized deviance, to be had by another step, at which the mode counts as found.
 * @see Bates, Mächler, Bolker & Walker (2015), J. Stat. Softw. 67(1); Skaug & Fournier (2006), Comput. Stat. Data Anal. 51, 699–709 (gradient).
 */
export function laplaceDeviance(design: MixedDesign, modeTolerance = 1e-18): LaplaceDeviance {
  const workspace = createWorkspace(design, modeTolerance);
  const deviance = (parameters: Float64Array) => {
    setParameters(workspace, parameters);
    return findMode(workspace) + workspace.logDeterminant;
  };
  return {
    deviance,
    evaluate: (parameters) => ({ deviance: deviance(parameters), gradient: gradientAt(workspace) }),
    fixedInformation: () => fixedInformation(workspace),
  };
}

/**
 * Exact gradient of penalized deviance + ln det at the mode. A change of the linear predictor η changes the determinant
 * by skew · h, with h a row's leverage; the mode moves along, which the solution `pull` accounts for.
 */
function gradientAt(workspace: Workspace): Float64Array {
  const { design, pattern, terms, predictors, deviations, u, residual, weight } = workspace;
  const { effectOfRow } = pattern;
  const inverse = inverseOnPattern(pattern, workspace.factor);
  const crossed = crossedInverse(workspace, inverse);
  const rows = residual.length;
  const direct = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let leverage = 0;
    for (let t = 0; t < terms; t++) leverage += deviations[t]! * crossed[row * terms + t]!;
    direct[row] = workspace.skew[row]! * leverage;
  }
  const pull = new Float64Array(pattern.size);
  addTransposedInto(workspace, direct, pull);
  solveInPlace(pattern, workspace.factor, pull);
  const gradient = new Float64Array(terms + predictors);
  const slopeOfCell = new Float64Array(design.fixed.cells.length / predictors);
  for (let row = 0; row < rows; row++) {
    let moved = 0;
    for (let t = 0; t < terms; t++) {
      const effect = effectOfRow[row * terms + t]!;
      if (effect >= 0) moved += deviations[t]! * pull[effect]!;
    }
    // d(deviance) / dη of this row, all indirect ways included
    const slope = direct[row]! - 2 * residual[row]! - weight[row]! * moved;
    slopeOfCell[design.fixed.cellOfRow[row]!]! += slope;
    for (let t = 0; t < terms; t++) {
      const effect = effectOfRow[row * terms + t]!;
      if (effect < 0) continue;
      const own = 2 * weight[row]! * crossed[row * terms + t]! + pull[effect]! * residual[row]!;
      gradient[t]! += slope * u[effect]! + own;
    }
  }
  for (let cell = 0; cell < slopeOfCell.length; cell++)
    for (let j = 0; j < predictors; j++)
      gradient[terms + j]! += design.fixed.cells[cell * predictors + j]! * slopeOfCell[cell]!;
  return gradient;
}

/** Shape [rows, terms]: z′ A⁻¹ e for each of a row's effects, z being the row of ZΛ. */
function crossedInverse({ pattern, terms, deviations }: Workspace, inverse: PatternValues): Float64Array {
  const { effectOfRow, entryOfPair } = pattern;
  const crossed = new Float64Array(effectOfRow.length);
  for (let place = 0; place < effectOfRow.length; place++) {
    const effect = effectOfRow[place]!;
    if (effect < 0) continue;
    const own = place % terms;
    let sum = deviations[own]! * inverse.diagonal[effect]!;
    for (let t = 0; t < terms; t++) {
      const entry = entryOfPair[place * terms + t]!;
      if (entry >= 0) sum += deviations[t]! * inverse.entries[entry]!;
    }
    crossed[place] = sum;
  }
  return crossed;
}

/** X′WX − X′WZΛ A⁻¹ Λ′Z′WX at the last mode. */
function fixedInformation(workspace: Workspace): Float64Array {
  const { design, pattern, predictors, weight } = workspace;
  const { cells, cellOfRow } = design.fixed;
  const column = (j: number) =>
    Float64Array.from(weight, (w, row) => w * cells[cellOfRow[row]! * predictors + j]!);
  const projected = Array.from({ length: predictors }, (_, j) => {
    const sum = new Float64Array(pattern.size);
    addTransposedInto(workspace, column(j), sum);
    return sum;
  });
  const information = new Float64Array(predictors * predictors);
  for (let i = 0; i < predictors; i++) {
    const weighted = column(i);
    const solved = projected[i]!.slice();
    solveInPlace(pattern, workspace.factor, solved);
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let row = 0; row < weighted.length; row++)
        sum += weighted[row]! * cells[cellOfRow[row]! * predictors + j]!;
      for (let k = 0; k < solved.length; k++) sum -= solved[k]! * projected[j]![k]!;
      information[i * predictors + j] = sum;
      information[j * predictors + i] = sum;
    }
  }
  return information;
}
