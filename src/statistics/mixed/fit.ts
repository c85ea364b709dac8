import { inverseOfPositive } from '../dense.ts';
import { logGamma } from '../special/gamma.ts';
import type { MixedDesign } from './design.ts';
import { type LaplaceDeviance, laplaceDeviance } from './laplace.ts';
import { minimizeSmooth } from './quasiNewton.ts';

/** A fitted logistic mixed model. */
export interface MixedFit {
  fixed: { name: string; estimate: number; standardError: number }[];
  /** Covariance of the fixed effects, shape [fixed, fixed]; empty where not asked for or undefined. */
  covariance: Float64Array;
  random: { name: string; levels: number; standardDeviation: number }[];
  /** By the Laplace approximation. */
  logLikelihood: number;
  /** Parameters: fixed effects and standard deviations. */
  parameters: number;
  rows: number;
  converged: boolean;
  /** Terms whose variance is estimated as zero: the fit is that of the model without them. */
  singular: readonly string[];
  /** Fixed effects that run away because a cell is all right or all wrong. */
  separated: readonly string[];
  iterations: number;
  /** Where the search ended, for a start of others like it. */
  search: Search;
}

/** End of a search: where the next one of a like design may begin, and with which metric. */
export interface Search {
  /** Standard deviations, then fixed effects or free parameters. */
  point: Float64Array;
  /** Shape [length, length], of the deviance. */
  inverseHessian: Float64Array;
}

/** A fit whose fixed effects follow from fewer parameters. */
export interface MappedFit {
  logLikelihood: number;
  search: Search;
  converged: boolean;
}

/** How to fit. */
export interface MixedFitOptions {
  /** Parameters to start at: standard deviations, then fixed effects. */
  start?: Float64Array;
  /** Inverse Hessian to start with; a guess unless told. */
  inverseHessian?: Float64Array;
  /** Expected further decrease of the deviance at which to stop; 1e-9 unless told. */
  tolerance?: number;
  /** Whether standard errors are wanted, which cost a multiple of the fit. */
  standardErrors?: boolean;
}

/** Standard deviations below this, in logits, count as zero. */
const zeroDeviation = 1e-3;

/** Standard deviation, logits, at which a search begins that knows nothing. */
const coldDeviation = 0.5;

/** Fixed effects beyond this, in logits, count as running away. */
const endlessLogit = 12;

/**
 * Fits a logistic model with crossed random intercepts by maximum likelihood (Laplace approximation), standard
 * deviations and fixed effects jointly.
 *
 * The deviance is even in each standard deviation, so the search needs no bounds and signs are dropped at the end.
 *
 * @param design - The design; every row with at least one answer.
 * @param options - Start and standard errors.
 * @returns The fit, with whether it converged, is singular or separated.
 */
export function fitMixedModel(design: MixedDesign, options: MixedFitOptions = {}): MixedFit {
  const terms = design.random.length;
  const tolerance = options.tolerance ?? 1e-9;
  const laplace = laplaceDeviance(design, modeTolerance(tolerance));
  const objective = (parameters: Float64Array) => {
    const { deviance, gradient } = laplace.evaluate(parameters);
    return { value: deviance, gradient };
  };
  const start = options.start ?? startOf(design);
  const minimum = minimizeSmooth(objective, start, {
    inverseHessian: options.inverseHessian ?? firstInverseHessian(laplace, start, terms),
    tolerance,
    iterations: 300,
  });
  const point = minimum.point.map((value, i) => (i < terms ? Math.abs(value) : value));
  const covariance = options.standardErrors ? fixedCovariance(objective, point, terms) : new Float64Array(0);
  const predictors = design.fixed.names.length;
  const fixed = design.fixed.names.map((name, j) => ({
    name,
    estimate: point[terms + j]!,
    standardError: covariance.length > 0 ? Math.sqrt(covariance[j * predictors + j]!) : Number.NaN,
  }));
  return {
    fixed,
    covariance,
    random: design.random.map(({ name, levels }, t) => ({ name, levels, standardDeviation: point[t]! })),
    logLikelihood: -minimum.value / 2 + logCoefficients(design),
    parameters: point.length,
    rows: design.trials.length,
    converged: minimum.remaining < 1e-4,
    singular: design.random.filter((_, t) => point[t]! < zeroDeviation).map(({ name }) => name),
    separated: fixed.filter(({ estimate }) => Math.abs(estimate) > endlessLogit).map(({ name }) => name),
    iterations: minimum.iterations,
    search: { point, inverseHessian: minimum.inverseHessian },
  };
}

/**
 * Fits a model whose fixed effects are a smooth function of fewer parameters.
 *
 * @param map - From standard deviations and free parameters to standard deviations and fixed effects.
 * @param options - Start: one standard deviation a random term, ≥ 0, then the free parameters; inverse Hessian; expected
 *   further decrease of the deviance at which to stop, 1e-6 unless told.
 * @returns The maximum found.
 */
export function fitMappedModel(
  design: MixedDesign,
  map: (point: Float64Array) => Float64Array,
  options: { start: Float64Array; inverseHessian?: Float64Array; tolerance?: number },
): MappedFit {
  const { start, tolerance = 1e-6 } = options;
  const terms = design.random.length;
  const laplace = laplaceDeviance(design, modeTolerance(tolerance));
  const objective = (point: Float64Array) => {
    const { deviance, gradient } = laplace.evaluate(map(point));
    return { value: deviance, gradient: pulledBack(gradient, slopesOf(map, point)) };
  };
  const firstGuess = () => {
    laplace.deviance(map(start));
    return mappedInverseHessian(laplace.fixedInformation(), slopesOf(map, start), terms);
  };
  const minimum = minimizeSmooth(objective, start, {
    inverseHessian: options.inverseHessian ?? firstGuess(),
    tolerance,
    iterations: 300,
  });
  return {
    logLikelihood: -minimum.value / 2 + logCoefficients(design),
    search: minimum,
    converged: minimum.remaining < 1e-4,
  };
}

/** The determinant errs by the root of what the mode lacks. */
const modeTolerance = (tolerance: number) => Math.min(1e-10, tolerance ** 2);

/** Columns of the Jacobian, by central differences. */
function slopesOf(map: (point: Float64Array) => Float64Array, point: Float64Array): Float64Array[] {
  return Array.from(point, (_, i) => {
    const at = (shift: number) => {
      const moved = point.slice();
      moved[i]! += shift;
      return map(moved);
    };
    const [up, down] = [at(1e-5), at(-1e-5)];
    return up.map((value, k) => (value - down[k]!) / 2e-5);
  });
}

function pulledBack(gradient: Float64Array, slopes: readonly Float64Array[]): Float64Array {
  return Float64Array.from(slopes, (column) =>
    column.reduce((sum, slope, k) => sum + slope * gradient[k]!, 0),
  );
}

function mappedInverseHessian(
  information: Float64Array,
  slopes: readonly Float64Array[],
  terms: number,
): Float64Array {
  const size = slopes.length;
  const free = slopes.slice(terms).map((column) => column.subarray(terms));
  const predictors = free[0]!.length;
  const hessian = new Float64Array(free.length ** 2);
  free.forEach((a, i) => {
    free.forEach((b, j) => {
      for (let k = 0; k < predictors; k++)
        for (let l = 0; l < predictors; l++)
          hessian[i * free.length + j]! += a[k]! * information[k * predictors + l]! * b[l]!;
    });
  });
  return firstInverse(inverseOfPositive(hessian, free.length), terms, size);
}

/**
 * Parameters of a fit as a start for another one.
 *
 * @param fixedNames - Fixed effects of the other model; those that the fit lacks start at 0.
 * @returns Standard deviations, held away from 0 where the gradient vanishes, then fixed effects.
 */
export function startFrom(fit: MixedFit, fixedNames: readonly string[]): Float64Array {
  const known = new Map(fit.fixed.map(({ name, estimate }) => [name, estimate]));
  return Float64Array.from([
    ...fit.random.map(({ standardDeviation }) => Math.max(0.1, standardDeviation)),
    ...fixedNames.map((name) => known.get(name) ?? 0),
  ]);
}

/**
 * The end of another study's search as a start.
 *
 * @param design - A design with the same parameters.
 * @param search - Its end; nothing for a cold start.
 */
export function warmStart({ random }: MixedDesign, search: Search | undefined): MixedFitOptions {
  if (!search) return {};
  const { point, inverseHessian } = search;
  // Where a standard deviation is 0 the gradient vanishes, and near it the search would end at once.
  const start = point.map((value, i) => (i < random.length && value < 0.1 ? coldDeviation : value));
  return { start, inverseHessian };
}

function startOf({ random, fixed }: MixedDesign): Float64Array {
  return Float64Array.from([...random.map(() => coldDeviation), ...fixed.names.map(() => 0)]);
}

/** The deviance curves twice as much as minus the log-likelihood; a unit for the standard deviations is a first guess. */
function firstInverseHessian(laplace: LaplaceDeviance, start: Float64Array, terms: number): Float64Array {
  laplace.deviance(start);
  const fixed = inverseOfPositive(laplace.fixedInformation(), start.length - terms);
  return firstInverse(fixed, terms, start.length);
}

function firstInverse(fixed: Float64Array | undefined, terms: number, size: number): Float64Array {
  const predictors = size - terms;
  const inverse = new Float64Array(size * size);
  for (let t = 0; t < terms; t++) inverse[t * size + t] = 0.01;
  for (let i = 0; i < predictors; i++)
    for (let j = 0; j < predictors; j++)
      inverse[(terms + i) * size + terms + j] = fixed ? fixed[i * predictors + j]! / 2 : i === j ? 0.1 : 0;
  return inverse;
}

/** Inverse of half the deviance's Hessian, from central differences of the exact gradient; terms at zero are left out. */
function fixedCovariance(
  objective: (parameters: Float64Array) => { gradient: Float64Array },
  point: Float64Array,
  terms: number,
): Float64Array {
  const kept = [...point.keys()].filter((i) => i >= terms || point[i]! >= zeroDeviation);
  const size = kept.length;
  const half = new Float64Array(size * size);
  kept.forEach((parameter, column) => {
    const at = (shift: number) => {
      const moved = point.slice();
      moved[parameter]! += shift;
      return objective(moved).gradient;
    };
    const step = 1e-4;
    const [up, down] = [at(step), at(-step)];
    kept.forEach((other, row) => {
      const slope = (up[other]! - down[other]!) / (4 * step);
      half[row * size + column]! += slope / 2;
      half[column * size + row]! += slope / 2;
    });
  });
  const covariance = inverseOfPositive(half, size);
  if (!covariance) return new Float64Array(0);
  const first = kept.findIndex((i) => i >= terms);
  const predictors = size - first;
  return Float64Array.from({ length: predictors * predictors }, (_, k) => {
    const [i, j] = [Math.floor(k / predictors), k % predictors];
    return covariance[(first + i) * size + first + j]!;
  });
}

/** Σ ln (n over y), which no parameter changes. */
function logCoefficients({ successes, trials }: MixedDesign): number {
  return trials.reduce((sum, n, row) => {
    const y = successes[row]!;
    return n === 1 ? sum : sum + logGamma(n + 1) - logGamma(y + 1) - logGamma(n - y + 1);
  }, 0);
}
