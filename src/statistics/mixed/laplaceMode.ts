import type { MixedDesign } from './design.ts';
import { type FactorPattern, factorPattern } from './pattern.ts';
import { factorInPlace, type PatternValues, solveInPlace, zeroValues } from './sparseCholesky.ts';

/** What the parts of a Laplace approximation share; arrays are overwritten from point to point. */
export interface Workspace {
  design: MixedDesign;
  pattern: FactorPattern;
  terms: number;
  predictors: number;
  deviations: Float64Array;
  /** Standardized random effects. */
  u: Float64Array;
  fixedPart: Float64Array;
  linear: Float64Array;
  /** Residual y − nμ and its derivatives: nμ(1 − μ), and that times 1 − 2μ. */
  residual: Float64Array;
  weight: Float64Array;
  skew: Float64Array;
  factor: PatternValues;
  logDeterminant: number;
  /** Whether `factor` is one at all: at the last point once there was one. */
  hasFactor: boolean;
  /** Slope of the objective along the random effects, and the Newton step. */
  slope: Float64Array;
  step: Float64Array;
  /** Promised decrease of the objective at which the mode counts as found. */
  modeTolerance: number;
}

/**
 * Room for the computations of a design.
 *
 * @param modeTolerance - As in {@link Workspace}.
 */
export function createWorkspace(design: MixedDesign, modeTolerance: number): Workspace {
  const rows = design.trials.length;
  const pattern = factorPattern(design.random, rows);
  return {
    design,
    pattern,
    terms: design.random.length,
    predictors: design.fixed.names.length,
    deviations: new Float64Array(design.random.length),
    u: new Float64Array(pattern.size),
    fixedPart: new Float64Array(rows),
    linear: new Float64Array(rows),
    residual: new Float64Array(rows),
    weight: new Float64Array(rows),
    skew: new Float64Array(rows),
    factor: zeroValues(pattern),
    logDeterminant: 0,
    hasFactor: false,
    slope: new Float64Array(pattern.size),
    step: new Float64Array(pattern.size),
    modeTolerance,
  };
}

/**
 * Sets the point.
 *
 * @param parameters - The terms' standard deviations, then the fixed effects; shape [terms + predictors].
 */
export function setParameters(workspace: Workspace, parameters: Float64Array): void {
  const { terms, predictors, deviations, fixedPart, design } = workspace;
  deviations.set(parameters.subarray(0, terms));
  const { cells, cellOfRow } = design.fixed;
  const ofCell = new Float64Array(cells.length / predictors);
  for (let cell = 0; cell < ofCell.length; cell++)
    for (let j = 0; j < predictors; j++)
      ofCell[cell]! += cells[cell * predictors + j]! * parameters[terms + j]!;
  for (let row = 0; row < fixedPart.length; row++) fixedPart[row] = ofCell[cellOfRow[row]!]!;
}

/**
 * Newton's method for the mode; leaves residuals, weights and factor of the mode behind.
 *
 * The factor of the point before serves as long as steps by it get much shorter each time: near the optimum a mode then
 * costs one factorization, and that one is needed for the determinant.
 *
 * @returns The penalized deviance there.
 */
export function findMode(workspace: Workspace): number {
  let objective = penalizedDeviance(workspace);
  if (!Number.isFinite(objective)) {
    workspace.u.fill(0);
    objective = penalizedDeviance(workspace);
  }
  let isFresh = !workspace.hasFactor;
  if (isFresh) factorInto(workspace);
  let before = Number.POSITIVE_INFINITY;
  for (let iteration = 0; ; iteration++) {
    const decrement = setNewtonStep(workspace);
    const isSlow = !(decrement < 0.01 * before);
    // The determinant follows the mode, so this has to be near. A decrement that is no number: the parameters are out of
    // reach, which the deviance tells.
    const isFound = !(decrement >= workspace.modeTolerance) || (isSlow && decrement < 1e-11);
    if (!isFresh && (isFound || isSlow)) factorInto(workspace);
    if (isFound || iteration === 100) return objective;
    if (!isFresh && isSlow) setNewtonStep(workspace);
    objective = stepAlong(workspace, objective);
    before = decrement;
    isFresh = false;
  }
}

function factorInto(workspace: Workspace): void {
  workspace.logDeterminant = factorWeights(workspace);
  workspace.hasFactor = Number.isFinite(workspace.logDeterminant);
}

/** Sets the step to the mode by the present factor; returns the decrease of the objective that it promises. */
function setNewtonStep(workspace: Workspace): number {
  const { u, pattern, slope, step } = workspace;
  for (let k = 0; k < u.length; k++) slope[k] = -u[k]!;
  addTransposedInto(workspace, workspace.residual, slope);
  step.set(slope);
  solveInPlace(pattern, workspace.factor, step);
  let decrement = 0;
  for (let k = 0; k < u.length; k++) decrement += slope[k]! * step[k]!;
  return decrement;
}

/** Takes the step, or half of it until the objective no longer rises. */
function stepAlong(workspace: Workspace, before: number): number {
  const { step } = workspace;
  const start = workspace.u.slice();
  for (let length = 1; ; length /= 2) {
    for (let k = 0; k < start.length; k++) workspace.u[k] = start[k]! + length * step[k]!;
    const after = penalizedDeviance(workspace);
    if (after <= before + 1e-9 || length < 1e-6) return after;
  }
}

/** −2 ℓ(y | u) + |u|², with residuals and weights as by-products. */
function penalizedDeviance(workspace: Workspace): number {
  const { design, terms, deviations, u, fixedPart, linear, residual, weight, skew } = workspace;
  const { effectOfRow } = workspace.pattern;
  let sum = 0;
  for (let row = 0; row < linear.length; row++) {
    let eta = fixedPart[row]!;
    for (let t = 0; t < terms; t++) {
      const effect = effectOfRow[row * terms + t]!;
      if (effect >= 0) eta += deviations[t]! * u[effect]!;
    }
    linear[row] = eta;
    const n = design.trials[row]!;
    const y = design.successes[row]!;
    const small = Math.exp(-Math.abs(eta));
    const high = 1 / (1 + small);
    const mean = eta >= 0 ? high : small * high;
    const spread = n * small * high * high;
    // ln(1 + e^η) without overflow; log1p would cost more for digits that the sum cannot hold
    sum += 2 * (n * (Math.max(eta, 0) + Math.log(1 + small)) - y * eta);
    residual[row] = y - n * mean;
    weight[row] = spread;
    skew[row] = spread * (eta >= 0 ? small - 1 : 1 - small) * high;
  }
  for (const value of u) sum += value * value;
  return sum;
}

/** Factors I + Λ′Z′WZΛ. */
function factorWeights({ pattern, terms, deviations, weight, factor }: Workspace): number {
  const { effectOfRow, entryOfPair } = pattern;
  factor.diagonal.fill(1);
  factor.entries.fill(0);
  for (let row = 0; row < weight.length; row++)
    for (let a = 0; a < terms; a++) {
      const effect = effectOfRow[row * terms + a]!;
      if (effect < 0) continue;
      const scaled = weight[row]! * deviations[a]!;
      factor.diagonal[effect]! += scaled * deviations[a]!;
      const pairs = (row * terms + a) * terms;
      for (let b = 0; b < a; b++) {
        const entry = entryOfPair[pairs + b]!;
        if (entry >= 0) factor.entries[entry]! += scaled * deviations[b]!;
      }
    }
  return factorInPlace(pattern, factor);
}

/** Adds Λ′Z′ × values of the rows. */
export function addTransposedInto(
  { pattern, terms, deviations }: Workspace,
  values: Float64Array,
  sum: Float64Array,
): void {
  for (let row = 0; row < values.length; row++)
    for (let t = 0; t < terms; t++) {
      const effect = pattern.effectOfRow[row * terms + t]!;
      if (effect >= 0) sum[effect]! += deviations[t]! * values[row]!;
    }
}
