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
  const relative = (consistency: number) => beyondChance(consistency, expected);
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
 * Cohen's κ: agreement beyond what would be expected.
 *
 * @param observed - Share of agreement.
 * @param expected - Share expected of independent observers.
 * @returns κ; NaN where nothing but agreement is expected, to the rounding of sums of weights.
 */
export function beyondChance(observed: number, expected: number): number {
  return 1 - expected > 1e-9 ? (observed - expected) / (1 - expected) : Number.NaN;
}

/**
 * Adds joint counts.
 *
 * @param total - Changed in place.
 * @param counts - What is added, times `weight`.
 * @returns `total`.
 */
export function addCountsInto(total: JointCounts, counts: JointCounts, weight = 1): JointCounts {
  total.bothRight += weight * counts.bothRight;
  total.onlyFirst += weight * counts.onlyFirst;
  total.onlySecond += weight * counts.onlySecond;
  total.bothWrong += weight * counts.bothWrong;
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

/** Sums over the people who heard a sound, and sums of squares, which are each person's pairs with oneself. */
export interface PairSums {
  all: number;
  right: number;
  wrong: number;
  squaredAll: number;
  squaredRight: number;
  squaredWrong: number;
}

/**
 * Sums over nobody.
 *
 * @returns Six zeros.
 */
export function noAnswers(): PairSums {
  return { all: 0, right: 0, wrong: 0, squaredAll: 0, squaredRight: 0, squaredWrong: 0 };
}

/**
 * Adds a person's answers to one sound.
 *
 * @param sums - Changed in place.
 * @param all - How many answers, or their weight.
 * @param right - The right ones of them.
 */
export function addAnswersInto(sums: PairSums, all: number, right: number): void {
  const wrong = all - right;
  sums.all += all;
  sums.right += right;
  sums.wrong += wrong;
  sums.squaredAll += all * all;
  sums.squaredRight += right * right;
  sums.squaredWrong += wrong * wrong;
}

/**
 * Joint counts of all pairs of answers of two different people; which of a pair comes first is arbitrary, so both orders share.
 *
 * @param sums - Sums over the people who heard one sound.
 */
export function pairCounts(sums: PairSums): JointCounts {
  const bothRight = (sums.right * sums.right - sums.squaredRight) / 2;
  const bothWrong = (sums.wrong * sums.wrong - sums.squaredWrong) / 2;
  const split = ((sums.all * sums.all - sums.squaredAll) / 2 - bothRight - bothWrong) / 2;
  return { bothRight, onlyFirst: split, onlySecond: split, bothWrong };
}

/**
 * Joint counts of answers with those of an observer who is right with one probability, whatever they are.
 *
 * @param right - Right answers, or their share.
 * @param wrong - Wrong answers, or their share.
 * @param score - The other's probability of being right.
 */
export function countsWithScore(right: number, wrong: number, score: number): JointCounts {
  return {
    bothRight: right * score,
    onlyFirst: right * (1 - score),
    onlySecond: wrong * score,
    bothWrong: wrong * (1 - score),
  };
}
