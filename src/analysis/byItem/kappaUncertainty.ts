import type { Random } from '../../base/random.ts';
import { mean, sortedQuantile } from '../../statistics/estimates/descriptive.ts';
import { type Interval, noInterval } from '../../statistics/estimates/proportion.ts';
import {
  addAnswersInto,
  addCountsInto,
  countsWithScore,
  errorConsistency,
  type JointCounts,
  noAnswers,
  noCounts,
  pairCounts,
} from './errorConsistency.ts';
import type { Items } from './items.ts';

/** What error consistency is uncertain by when listeners are taken as given. */
export interface KappaUncertainty {
  /** 95 %, between quantiles over resampled sounds; NaN where κ is undefined in more than a twentieth of them. */
  soundsInterval: Interval;
  /** Two-sided p of errors that are independent of the other's, given how often each is right. */
  pIndependent: number;
}

/** Resamples, and sums of joint counts at most. */
const most = { resamples: 1000, work: 2e7 };

/** Share of resamples in which κ must be defined. */
const leastDefined = 0.95;

/**
 * Interval of κ over resampled sounds, as published.
 *
 * @param counts - Joint counts of each sound.
 * @param random - Generator.
 * @returns The interval; NaN with fewer than two sounds.
 * @see Klein et al. (2025), arXiv 2507.06645, whose trials are sounds here.
 */
export function kappaOverSounds(counts: readonly JointCounts[], random: Random): Interval {
  if (counts.length < 2) return noInterval;
  const resamples = resamplesFor(counts.length);
  const values: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const total = noCounts();
    for (let k = 0; k < counts.length; k++) addCountsInto(total, counts[random.integer(counts.length)]!);
    const { kappa } = errorConsistency(total);
    if (!Number.isNaN(kappa)) values.push(kappa);
  }
  if (values.length < leastDefined * resamples) return noInterval;
  const sorted = Float64Array.from(values).sort();
  return { low: sortedQuantile(sorted, 0.025), high: sortedQuantile(sorted, 0.975) };
}

const resamplesFor = (units: number) =>
  Math.max(100, Math.min(most.resamples, Math.floor(most.work / Math.max(1, units))));

/**
 * Whether people's errors depend on a model's: the model's answers are dealt anew to the sounds of the level, which keeps
 * what people have in common.
 *
 * @param sounds - Of each sound of the level: different listeners, their right answers, the model's share of right answers.
 * @param random - Generator.
 * @returns Two-sided p, (b + 1) / (B + 1); NaN where κ is undefined.
 */
export function pOfIndependentModel(
  sounds: readonly { trials: number; correct: number; score: number }[],
  random: Random,
): number {
  const kappaOf = (scores: readonly number[]) => {
    const total = noCounts();
    sounds.forEach(({ trials, correct }, k) => {
      addCountsInto(total, countsWithScore(correct, trials - correct, scores[k]!));
    });
    return errorConsistency(total).kappa;
  };
  const scores = sounds.map(({ score }) => score);
  return permuted(kappaOf(scores), resamplesFor(sounds.length), () => kappaOf(random.shuffled(scores)));
}

/**
 * Whether people's errors depend on one another's: each listener's answers are dealt anew to the sounds of the level that this
 * listener heard.
 *
 * @param items - The curve's items.
 * @param level - Index of the level.
 * @param random - Generator.
 * @returns Two-sided p, (b + 1) / (B + 1); NaN where κ is undefined.
 */
export function pOfIndependentPeople(items: Items, level: number, random: Random): number {
  const { listener, item, share } = items.answers;
  const rows = Int32Array.from(item.keys()).filter((row) => items.level[item[row]!] === level);
  const own = new Map<number, number[]>();
  for (const row of rows) {
    const heard = own.get(listener[row]!) ?? [];
    own.set(listener[row]!, heard);
    heard.push(row);
  }
  const kappaOf = (shares: Float64Array) => pairKappa(items, rows, shares);
  // Filled anew in every draw: one for each would be gigabytes with many answers.
  const shares = Float64Array.from(share);
  const dealt = () => {
    for (const heard of own.values())
      random.shuffled(heard).forEach((from, k) => {
        shares[heard[k]!] = share[from]!;
      });
    return shares;
  };
  return permuted(kappaOf(share), resamplesFor(rows.length), () => kappaOf(dealt()));
}

/** κ of all pairs of different listeners, each once a sound. */
function pairKappa(items: Items, rows: Int32Array, shares: Float64Array): number {
  const { item } = items.answers;
  const total = noCounts();
  let sums = noAnswers();
  rows.forEach((row, k) => {
    addAnswersInto(sums, 1, shares[row]!);
    if (k + 1 < rows.length && item[rows[k + 1]!] === item[row]) return;
    addCountsInto(total, pairCounts(sums));
    sums = noAnswers();
  });
  return errorConsistency(total).kappa;
}

/** Held against the permutations' own mean: people of unlike ability agree a little without any dependence. */
function permuted(observed: number, count: number, draw: () => number): number {
  if (Number.isNaN(observed)) return Number.NaN;
  const drawn = Array.from({ length: count }, draw).filter((value) => !Number.isNaN(value));
  const center = mean(drawn);
  const reach = Math.abs(observed - center) - 1e-12;
  const beyond = drawn.filter((value) => Math.abs(value - center) >= reach).length;
  return (beyond + 1) / (drawn.length + 1);
}
