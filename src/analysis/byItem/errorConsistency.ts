/** Joint counts of two observers on the same trials; weights may be fractional. */
export interface JointCounts {
  bothRight: number;
  onlyFirst: number;
  onlySecond: number;
  bothWrong: number;
}

/** Error consistency of two observers. */
export interface ErrorConsistency {
  trials: number;
  accuracyFirst: number;
  accuracySecond: number;
  observedConsistency: number;
  expectedConsistency: number;
  /** κ; NaN where both are always right, or always wrong, alike. */
  kappa: number;
  /** What the two accuracies allow. */
  kappaMin: number;
  kappaMax: number;
  /** nκ / (n − 1 + κ), without the bias of small samples. */
  kappaUnbiased: number;
}

/**
 * Error consistency: agreement of right and wrong beyond what the accuracies alone make.
 *
 * @param counts - Joint counts of the same trials.
 * @returns κ with the bounds that the accuracies allow.
 * @see Geirhos, Meding & Wichmann (2020), NeurIPS 33; undefined cases as in Klein et al. (2025).
 */
export function errorConsistency(counts: JointCounts): ErrorConsistency {
  const trials = counts.bothRight + counts.onlyFirst + counts.onlySecond + counts.bothWrong;
  const accuracyFirst = (counts.bothRight + counts.onlyFirst) / trials;
  const accuracySecond = (counts.bothRight + counts.onlySecond) / trials;
  const observed = (counts.bothRight + counts.bothWrong) / trials;
  const expected = accuracyFirst * accuracySecond + (1 - accuracyFirst) * (1 - accuracySecond);
  const relative = (consistency: number) =>
    1 - expected > 1e-12 ? (consistency - expected) / (1 - expected) : Number.NaN;
  const kappa = relative(observed);
  return {
    trials,
    accuracyFirst,
    accuracySecond,
    observedConsistency: observed,
    expectedConsistency: expected,
    kappa,
    kappaMin: relative(Math.abs(accuracyFirst + accuracySecond - 1)),
    kappaMax: relative(1 - Math.abs(accuracyFirst - accuracySecond)),
    kappaUnbiased: (trials * kappa) / (trials - 1 + kappa),
  };
}

/**
 * Adds joint counts.
 *
 * @param total - Changed in place.
 * @param counts - What is added.
 * @returns `total`.
 */
export function addCountsInto(total: JointCounts, counts: JointCounts): JointCounts {
  total.bothRight += counts.bothRight;
  total.onlyFirst += counts.onlyFirst;
  total.onlySecond += counts.onlySecond;
  total.bothWrong += counts.bothWrong;
  return total;
}

/**
 * Joint counts without trials.
 *
 * @returns Four zeros.
 */
export function noCounts(): JointCounts {
  return { bothRight: 0, onlyFirst: 0, onlySecond: 0, bothWrong: 0 };
}
