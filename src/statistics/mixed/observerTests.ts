import { logUpperTailF } from '../special/distributions.ts';
import type { MixedDesign } from './design.ts';
import { fitMappedModel, fitMixedModel, type MixedFit, type Search, warmStart } from './fit.ts';

/** A likelihood-ratio test of nested mixed models. */
export interface LikelihoodRatioTest {
  effect: string;
  /** Twice the difference of the log-likelihoods. */
  statistic: number;
  degreesOfFreedom: number;
  /** Denominator of the F distribution that statistic / degreesOfFreedom is held against. */
  denominator: number;
  p: number;
  converged: boolean;
}

/** How to fit the models of a test. */
export interface TestOptions {
  /** Tests that are wanted; all unless told. */
  effects?: readonly string[];
  /** Ends of the searches in a like study, by model. */
  warm?: Searches;
  /** Expected further decrease of a deviance at which to stop; 1e-6 unless told. */
  tolerance?: number;
}

/** Ends of searches, by the name of the model. */
export type Searches = Readonly<Record<string, Search>>;

/** Answers of two observers at the same levels, one logit a cell: levels of the first observer, then of the second. */
export interface ObserverDesign extends MixedDesign {
  levels: readonly string[];
  /** A fit of the same answers and random effects in another coding, with its logit in each cell, to save one. */
  fitted?: { fit: MixedFit; logits: readonly number[] };
}

/**
 * Fixed effects with one logit for each observer and level.
 *
 * @param levels - Names of the levels.
 * @param observerOfRow - Observer of each row, 0 or 1.
 * @returns The fixed effects, `level:observer`.
 */
export function cellEffects(
  levels: readonly string[],
  levelOfRow: Int32Array,
  observerOfRow: Int32Array,
): MixedDesign['fixed'] {
  const size = 2 * levels.length;
  const cells = new Float64Array(size * size);
  for (let i = 0; i < size; i++) cells[i * size + i] = 1;
  return {
    names: ['first', 'second'].flatMap((observer) => levels.map((level) => `${level}:${observer}`)),
    cells,
    cellOfRow: levelOfRow.map((level, row) => observerOfRow[row]! * levels.length + level),
  };
}

/** Variance of a logistic distribution's normal match: a logit shrinks by √(1 + c² σ²) when averaged over effects. */
const squaredAttenuation = ((16 * Math.sqrt(3)) / (15 * Math.PI)) ** 2;

/** Width over which the limits of the shared difference are rounded, as a proportion. */
const rounding = 1e-3;

/**
 * Tests two observers' curves on the scale of proportions correct, averaged over listeners and sounds.
 *
 * Each null is a mixed model with the same random effects whose proportions obey it: `observer × level`, the difference
 * of the observers is the same proportion at all levels; `observer`, that difference is zero; `level`, no level differs;
 * `any difference`, the two curves are one. Other than on the logit scale, an observer who is always right leaves the
 * question open to an answer.
 *
 * @param design - The answers.
 * @param denominators - Denominator degrees of freedom, by effect.
 * @param options - Which tests, and how to fit.
 * @returns The free fit, the tests, and where the searches ended.
 * @see Zeger, Liang & Albert (1988), Biometrics 44, 1049–1060 (averaging of logits).
 */
export function testObservers(
  design: ObserverDesign,
  denominators: { within: number; between: number },
  options: TestOptions = {},
): { fit: MixedFit; proportions: Float64Array; tests: LikelihoodRatioTest[]; searches: Searches } {
  const { fit, proportions, fitNull } = freeFit(design, options);
  const fitted = new Map<ModelName, Fitted & { search: Search }>([['free', fit]]);
  const fitOf = (name: ModelName) => {
    const known = fitted.get(name) ?? fitNull(name as NullName);
    fitted.set(name, known);
    return known;
  };
  const tests = pairs
    .filter(({ effect }) => options.effects?.includes(effect) ?? true)
    .map(({ effect, larger, smaller, own, denominator }) =>
      likelihoodRatio(effect, [fitOf(larger), fitOf(smaller)], {
        own: own(design.levels.length),
        denominator: denominators[denominator],
      }),
    );
  const searches = Object.fromEntries([...fitted].map(([name, { search }]) => [name, search]));
  return { fit, proportions, tests, searches };
}

type NullName = 'parallel' | 'same' | 'flat';
type ModelName = 'free' | NullName;

/** The models that each test holds against each other, and its degrees of freedom. */
const pairs: readonly {
  effect: string;
  larger: ModelName;
  smaller: ModelName;
  own: (levels: number) => number;
  denominator: 'within' | 'between';
}[] = [
  {
    ...{ effect: 'observer × stage', larger: 'free', smaller: 'parallel' },
    ...{ own: (levels) => levels - 1, denominator: 'within' },
  },
  { effect: 'observer', larger: 'parallel', smaller: 'same', own: () => 1, denominator: 'between' },
  {
    ...{ effect: 'stage', larger: 'parallel', smaller: 'flat' },
    ...{ own: (levels) => levels - 1, denominator: 'between' },
  },
  {
    ...{ effect: 'any difference', larger: 'free', smaller: 'same' },
    ...{ own: (levels) => levels, denominator: 'within' },
  },
];

/** The free model, and a way to fit a null to the same answers. */
function freeFit(design: ObserverDesign, { warm, tolerance = 1e-6 }: TestOptions = {}) {
  const fit =
    design.fitted?.fit ?? fitMixedModel(design, { tolerance, ...warmStart(design, warm?.['free']) });
  const deviations = fit.random.map(({ standardDeviation }) => Math.max(0.05, standardDeviation));
  const variances = varianceOf(design);
  const estimates = design.fitted?.logits ?? fit.fixed.map(({ estimate }) => estimate);
  const proportions = proportionsOf(Float64Array.from([...deviations, ...estimates]), variances);
  const nulls = nullModels(design.levels.length, proportions);
  const fitNull = (name: NullName) => {
    const { toCells, starts } = nulls[name];
    const metric = warm?.[name] && { inverseHessian: warm[name].inverseHessian };
    const fits = starts.map((start) =>
      fitMappedModel(
        design,
        (point) => withLogits(point, toCells(point.subarray(deviations.length)), variances),
        { start: Float64Array.from([...deviations, ...start]), tolerance, ...metric },
      ),
    );
    return fits.reduce((best, other) => (other.logLikelihood > best.logLikelihood ? other : best));
  };
  return { fit, proportions, fitNull };
}

/**
 * Tests that two observers have the same proportion correct at every level.
 *
 * @param design - The answers.
 * @param denominator - Denominator degrees of freedom.
 * @returns The test `any difference`.
 */
export function testSameProportions(design: ObserverDesign, denominator: number): LikelihoodRatioTest {
  const { fit, fitNull } = freeFit(design);
  const levels = design.levels.length;
  return likelihoodRatio('any difference', [fit, fitNull('same')], { own: levels, denominator });
}

/** What a test needs of a fit. */
type Fitted = { logLikelihood: number; converged: boolean };

/**
 * Likelihood-ratio test of two nested fits.
 *
 * @param effect - Name of what the smaller model lacks.
 * @param fits - The larger and the smaller model's fit.
 * @param degreesOfFreedom - Parameters that they differ by, and the denominator of the F distribution.
 * @returns The test; p from F of statistic / df.
 */
export function likelihoodRatio(
  effect: string,
  [larger, smaller]: readonly [Fitted, Fitted],
  degreesOfFreedom: { own: number; denominator: number },
): LikelihoodRatioTest {
  const { own, denominator } = degreesOfFreedom;
  const statistic = Math.max(0, 2 * (larger.logLikelihood - smaller.logLikelihood));
  return {
    effect,
    statistic,
    degreesOfFreedom: own,
    denominator,
    p: Math.exp(logUpperTailF(statistic / own, own, denominator)),
    converged: larger.converged && smaller.converged,
  };
}

/** Shape [cells, terms]: 1 where a random term reaches a cell. */
function varianceOf({ random, fixed }: MixedDesign): { cells: number; reaches: Float64Array } {
  const cells = fixed.names.length;
  const reaches = new Float64Array(cells * random.length);
  random.forEach(({ levelOfRow }, t) => {
    levelOfRow.forEach((level, row) => {
      if (level >= 0) reaches[fixed.cellOfRow[row]! * random.length + t] = 1;
    });
  });
  return { cells, reaches };
}

/** Factor between a cell's logit at the random effects' center and the logit of its mean proportion. */
function stretchOf(
  point: Float64Array,
  cell: number,
  { cells, reaches }: ReturnType<typeof varianceOf>,
): number {
  const terms = reaches.length / cells;
  let variance = 0;
  for (let t = 0; t < terms; t++) variance += reaches[cell * terms + t]! * point[t]! ** 2;
  return Math.sqrt(1 + squaredAttenuation * variance);
}

function proportionsOf(point: Float64Array, variances: ReturnType<typeof varianceOf>): Float64Array {
  const terms = variances.reaches.length / variances.cells;
  return Float64Array.from({ length: variances.cells }, (_, cell) =>
    logistic(point[terms + cell]! / stretchOf(point, cell, variances)),
  );
}

function withLogits(
  point: Float64Array,
  proportions: Float64Array,
  variances: ReturnType<typeof varianceOf>,
): Float64Array {
  const terms = variances.reaches.length / variances.cells;
  return Float64Array.from({ length: terms + variances.cells }, (_, i) =>
    i < terms ? point[i]! : logit(proportions[i - terms]!) * stretchOf(point, i - terms, variances),
  );
}

/** A null model: proportions of all cells from free parameters, and where to start; the best end counts. */
interface NullModel {
  toCells: (free: Float64Array) => Float64Array;
  starts: number[][];
}

/** The nulls `parallel`, `same` and `flat`. */
function nullModels(levels: number, proportions: Float64Array): Record<NullName, NullModel> {
  const first = [...proportions.subarray(0, levels)];
  const second = [...proportions.subarray(levels)];
  const both = first.map((p, k) => (p + second[k]!) / 2);
  const difference = first.reduce((sum, p, k) => sum + (p - second[k]!) / levels, 0);
  const shift = Math.atanh(Math.max(-0.9, Math.min(0.9, difference)));
  const cellsOf = (logits: ArrayLike<number>, free: number) => {
    const { low, high, delta } = limitsOf(free);
    const own = Array.from(logits, (value) => low + (high - low) * logistic(value));
    return Float64Array.from([...own, ...own.map((p) => p - delta)]);
  };
  const logitsAt = (targets: number[], free: number) => {
    const { low, high, delta } = limitsOf(free);
    return targets.map((p) => logit(inside((p + delta / 2 - low) / (high - low))));
  };
  return {
    parallel: {
      toCells: (free) => cellsOf(free.subarray(0, levels), free[levels]!),
      // Limits of 0 and 1 may leave two hollows, one of them near no difference.
      starts: (Math.abs(shift) > 0.1 ? [shift, 0] : [shift]).map((free) => [...logitsAt(both, free), free]),
    },
    same: {
      toCells: (free) => Float64Array.from({ length: 2 * levels }, (_, i) => logistic(free[i % levels]!)),
      starts: [both.map((p) => logit(inside(p)))],
    },
    flat: {
      toCells: (free) => cellsOf(new Float64Array(levels).fill(free[0]!), free[1]!),
      starts: [[logitsAt([both.reduce((sum, p) => sum + p / levels, 0)], shift)[0]!, shift]],
    },
  };
}

/** Difference δ of the observers, and the range of the first one's proportion in which both stay within 0 and 1. */
function limitsOf(free: number): { low: number; high: number; delta: number } {
  const delta = Math.tanh(free);
  const size = Math.hypot(delta, rounding);
  return { low: (delta + size) / 2, high: 1 + (delta - size) / 2, delta };
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const logit = (p: number) => Math.log(p / (1 - p));
const inside = (p: number) => Math.min(0.98, Math.max(0.02, p));
