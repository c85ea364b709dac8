import { dot, inverseOfPositive, timesVector } from '../../statistics/dense.ts';
import type { LikelihoodRatioTest } from '../../statistics/mixed/observerTests.ts';
import { logUpperTailF } from '../../statistics/special/distributions.ts';
import type { CurveAnswers } from './curveAnswers.ts';

/**
 * Tests observer × stage and stage by proportions and their covariance over listeners and sources, for studies too large
 * for a mixed model.
 *
 * @returns `observer × stage` and `observer` where a model answered, else `stage` of humans.
 * @see Cameron, Gelbach & Miller (2011), J. Bus. Econ. Stat. 29, 238–249 (covariance); Hotelling's T² (F).
 */
export function waldInteraction(answers: CurveAnswers): LikelihoodRatioTest[] {
  const { values, covariance } = levelDifferences(answers);
  const levels = values.length;
  const isPair = answers.observer.includes(1);
  const clusters = Math.min(answers.listeners, answers.sources) - 1;
  const steps = contrastTest(values, covariance, clusters);
  if (!isPair) return [{ effect: 'stage', ...steps }];
  const mean = values.reduce((sum, value) => sum + value, 0) / levels;
  const variance = covariance.reduce((sum, value) => sum + value, 0) / levels ** 2;
  return [
    { effect: 'observer × stage', ...steps },
    { effect: 'observer', ...fOf(mean ** 2 / variance, 1, clusters) },
  ];
}

/** Human − model at each level (humans alone: their means) with the covariance over listeners and sources. */
function levelDifferences(answers: CurveAnswers): { values: Float64Array; covariance: Float64Array } {
  const { listener, source, level, observer, right } = answers;
  const levels = answers.levels.length;
  const sums = new Float64Array(2 * levels);
  const counts = new Float64Array(2 * levels);
  right.forEach((value, i) => {
    const cell = observer[i]! * levels + level[i]!;
    sums[cell]! += value;
    counts[cell]! += 1;
  });
  const values = Float64Array.from(
    answers.levels,
    (_, k) => sums[k]! / counts[k]! - (counts[levels + k]! > 0 ? sums[levels + k]! / counts[levels + k]! : 0),
  );
  const lacking = Float64Array.from(answers.levels, (_, k) =>
    lackingVariance(values, k, {
      proportion: sums[levels + k]! / counts[levels + k]!,
      n: counts[levels + k]!,
    }),
  );
  const byListener = new Map<number, Float64Array>();
  const bySource = new Map<number, Float64Array>();
  // What both clusterings count: each answer by itself.
  const shared = new Float64Array(levels * levels);
  const add = (clusters: Map<number, Float64Array>, key: number, k: number, x: number) => {
    const own = clusters.get(key) ?? new Float64Array(levels);
    clusters.set(key, own);
    own[k]! += x;
  };
  right.forEach((value, i) => {
    const k = level[i]!;
    const cell = observer[i]! * levels + k;
    const share = ((value - sums[cell]! / counts[cell]!) / counts[cell]!) * (observer[i] === 0 ? 1 : -1);
    add(bySource, source[i]!, k, share);
    if (observer[i] !== 0) return;
    add(byListener, listener[i]!, k, share);
    shared[k * levels + k]! += share * share;
  });
  const ofSources = clusterCovariance(bySource, levels);
  const clusters = clusterCovariance(byListener, levels).map((value, i) => value + ofSources[i]!);
  const withVariances = (variances: Float64Array) =>
    clusters.map((value, i) => (i % (levels + 1) === 0 ? value + variances[i / (levels + 1)]! : value));
  const two = withVariances(lacking);
  const covariance = two.map((value, i) => value - shared[i]!);
  // What is taken off may cost positive definiteness, by chance or where the model is expected to be always right; without
  // it the sum is too wide, never too narrow.
  const wider = [two, withVariances(lacking.map((value) => Math.max(0, value)))];
  const positive = [covariance, ...wider].find((each) => inverseOfPositive(each, levels));
  return { values, covariance: positive ?? clusters };
}

/**
 * Variance that a model's proportion would have if it differed from people's by the same at all levels, as in a score test,
 * less that of its answers: those of a model that is never right have none, and 12 % of simulated studies of 24 sources whose
 * last stages are hardly ever recognized were rejected at 5 % without an effect; so 5 %.
 */
function lackingVariance(
  differences: Float64Array,
  level: number,
  { proportion, n }: { proportion: number; n: number },
): number {
  if (n === 0) return 0;
  const people = differences[level]! + proportion;
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const expected = Math.max(0, Math.min(1, people - mean));
  return (expected * (1 - expected) - proportion * (1 - proportion)) / n;
}

/** Sum of outer products, without the bias of few clusters. */
function clusterCovariance(clusters: Map<number, Float64Array>, levels: number): Float64Array {
  const total = new Float64Array(levels * levels);
  for (const own of clusters.values())
    for (let i = 0; i < levels; i++)
      if (own[i] !== 0) for (let j = 0; j < levels; j++) total[i * levels + j]! += own[i]! * own[j]!;
  return total.map((value) => (value * clusters.size) / (clusters.size - 1));
}

/** Whether all values are the same, by differences of neighbors. */
function contrastTest(values: Float64Array, covariance: Float64Array, clusters: number) {
  const levels = values.length;
  const steps = levels - 1;
  const difference = Float64Array.from({ length: steps }, (_, k) => values[k + 1]! - values[k]!);
  const at = (i: number, j: number) => covariance[i * levels + j]!;
  const ofSteps = Float64Array.from({ length: steps * steps }, (_, k) => {
    const [i, j] = [Math.floor(k / steps), k % steps];
    return at(i + 1, j + 1) - at(i + 1, j) - at(i, j + 1) + at(i, j);
  });
  const inverse = inverseOfPositive(ofSteps, steps);
  const squared = inverse ? dot(timesVector(inverse, difference), difference) : Number.NaN;
  return fOf(squared, steps, clusters);
}

/** Hotelling's T² as F. */
function fOf(squared: number, degreesOfFreedom: number, clusters: number) {
  const denominator = Math.max(1, clusters - degreesOfFreedom + 1);
  const statistic = (squared * denominator) / clusters;
  return {
    statistic,
    degreesOfFreedom,
    denominator,
    p: Number.isNaN(statistic)
      ? Number.NaN
      : Math.exp(logUpperTailF(statistic / degreesOfFreedom, degreesOfFreedom, denominator)),
    converged: !Number.isNaN(statistic),
  };
}
