import type { Random } from '../../base/random.ts';
import { meanCorrelation, pearson, spearmanBrown } from '../../statistics/estimates/correlation.ts';
import type { Items } from './items.ts';

/** How well human answers of one half predict those of the other, over items. */
export interface Reliability {
  /** Items with at least two listeners. */
  items: number;
  splits: number;
  /** Mean correlation of random halves (Fisher z). */
  splitHalf: number;
  /** For all participants together, by Spearman and Brown. */
  spearmanBrown: number;
  /** √reliability: the highest correlation that any predictor of the items can reach. */
  ceiling: number;
  /**
   * Highest correlation to be expected of a model that answers each item once, right or wrong, with the items' own
   * probabilities: what one more listener would reach.
   */
  binaryCeiling: number;
}

/** Each participant against the others. */
export interface LeaveOneOut {
  participants: number;
  /** Mean correlation with the mean of the others (lower ceiling). */
  lower: number;
  /** Mean correlation with the mean of all, oneself included (upper ceiling). */
  upper: number;
}

/**
 * Split-half reliability over items; each item's listeners are halved at random anew in every split.
 *
 * @param items - The curve's items.
 * @param options - Generator, wanted splits (lowered, not below 100, to keep splits × trials ≤ 3·10⁷), and whether each level's mean is removed first.
 * @returns The reliability; NaN where fewer than three items have two listeners.
 */
export function splitHalfReliability(
  items: Items,
  options: { random: Random; splits?: number; withinLevel: boolean },
): Reliability {
  const usable = [...items.trials.keys()].filter((item) => items.trials[item]! >= 2);
  const trials = usable.reduce((sum, item) => sum + items.trials[item]!, 0);
  const splits = Math.min(options.splits ?? 1000, Math.max(100, Math.floor(3e7 / Math.max(1, trials))));
  if (usable.length < 3)
    return {
      items: usable.length,
      splits: 0,
      splitHalf: Number.NaN,
      spearmanBrown: Number.NaN,
      ceiling: Number.NaN,
      binaryCeiling: Number.NaN,
    };
  const level = Int32Array.from(usable, (item) => items.level[item]!);
  const first = new Float64Array(usable.length);
  const second = new Float64Array(usable.length);
  const correlations: number[] = [];
  for (let split = 0; split < splits; split++) {
    usable.forEach((item, i) => {
      const n = items.trials[item]!;
      const k = items.correct[item]!;
      const half = Math.floor(n / 2) + (n % 2 === 1 && options.random.uniform() < 0.5 ? 1 : 0);
      const right = Number.isInteger(k)
        ? drawHypergeometric(n, k, half, options.random)
        : drawShares(items, { item, half, random: options.random });
      first[i] = right / half;
      second[i] = (k - right) / (n - half);
    });
    if (options.withinLevel) {
      centerByGroupInPlace(first, level, items.levels.length);
      centerByGroupInPlace(second, level, items.levels.length);
    }
    correlations.push(pearson(first, second));
  }
  const splitHalf = meanCorrelation(correlations);
  const reliability = spearmanBrown(splitHalf, 2);
  return {
    items: usable.length,
    splits,
    splitHalf,
    spearmanBrown: reliability,
    ceiling: reliability > 0 ? Math.sqrt(reliability) : Number.NaN,
    binaryCeiling:
      reliability > 0 ? reliability * spreadOfMeans(items, usable, options.withinLevel) : Number.NaN,
  };
}

/**
 * Standard deviation of the items' means over that of single answers, right or wrong.
 *
 * An answer and a mean share the variance of the items' probabilities, which is the reliable part of that of the means; so
 * their correlation is reliability · var(means) / (sd(answers) · sd(means)).
 */
function spreadOfMeans(
  { trials, correct, level, levels }: Items,
  usable: readonly number[],
  withinLevel: boolean,
) {
  const group = Int32Array.from(usable, (item) => (withinLevel ? level[item]! : 0));
  const means = Float64Array.from(usable, (item) => correct[item]! / trials[item]!);
  const centered = Float64Array.from(means);
  centerByGroupInPlace(centered, group, levels.length);
  let ofMeans = 0;
  let ofAnswers = 0;
  centered.forEach((rest, i) => {
    ofMeans += rest * rest;
    const groupMean = means[i]! - rest;
    ofAnswers += groupMean * (1 - groupMean);
  });
  return Math.sqrt(ofMeans / ofAnswers);
}

/** Sum of the shares of right answers of `half` of an item's listeners, some of whom heard it more than once. */
function drawShares(
  { answers: { firstOfItem, share } }: Items,
  { item, half, random }: { item: number; half: number; random: Random },
): number {
  const shares = random.shuffled([...share.subarray(firstOfItem[item], firstOfItem[item + 1])]);
  return shares.slice(0, half).reduce((sum, value) => sum + value, 0);
}

/** Successes among `drawn` of n answers of which k are right, without replacement. */
function drawHypergeometric(n: number, k: number, drawn: number, random: Random): number {
  let left = k;
  let right = 0;
  for (let i = 0; i < drawn && left > 0; i++) {
    if (random.uniform() * (n - i) < left) {
      left -= 1;
      right += 1;
    }
  }
  return right;
}

/**
 * Removes each group's mean.
 *
 * @param values - One value an item; changed in place.
 * @param group - Group of each value.
 * @param groups - Number of groups.
 */
export function centerByGroupInPlace(values: Float64Array, group: Int32Array, groups: number): void {
  const sums = new Float64Array(groups);
  const counts = new Float64Array(groups);
  for (let i = 0; i < values.length; i++) {
    sums[group[i]!]! += values[i]!;
    counts[group[i]!]! += 1;
  }
  for (let i = 0; i < values.length; i++) values[i]! -= sums[group[i]!]! / counts[group[i]!]!;
}

/**
 * Correlation of each participant's answers with the items' means over the others.
 *
 * @param items - The curve's items.
 * @returns Lower and upper ceiling, means over participants by Fisher z.
 */
export function leaveOneOut(items: Items): LeaveOneOut {
  const own = new Map<number, { answers: number[]; others: number[]; all: number[] }>();
  const { listener, item: itemOf, share } = items.answers;
  listener.forEach((code, position) => {
    const item = itemOf[position]!;
    const n = items.trials[item]!;
    if (n < 2) return;
    const entry = own.get(code) ?? { answers: [], others: [], all: [] };
    own.set(code, entry);
    entry.answers.push(share[position]!);
    entry.others.push((items.correct[item]! - share[position]!) / (n - 1));
    entry.all.push(items.correct[item]! / n);
  });
  const entries = [...own.values()];
  return {
    participants: entries.length,
    lower: meanCorrelation(entries.map(({ answers, others }) => pearson(answers, others))),
    upper: meanCorrelation(entries.map(({ answers, all }) => pearson(answers, all))),
  };
}
