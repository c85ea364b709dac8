import { mean } from '../../../statistics/estimates/descriptive.ts';
import {
  addAnswersInto,
  addCountsInto,
  countsWithScore,
  errorConsistency,
  type JointCounts,
  noAnswers,
  noCounts,
  pairCounts,
} from '../errorConsistency.ts';
import type { AgreementAnswers, ItemSums, MeasureValues } from './agreementAnswers.ts';

/**
 * Error consistency κ at each level, of two trials of different people and of people with each model; then its mean over the
 * levels where it is defined.
 *
 * @param answers - One row a listener and item, in order of items.
 * @param ofListeners - Their sums and pairs by item.
 * @param sources - Weight of each source.
 * @returns One entry a level, and the mean.
 */
export function kappas(
  answers: AgreementAnswers,
  { sums, pairs }: { sums: ItemSums; pairs: readonly JointCounts[] },
  sources: Float64Array,
): MeasureValues[] {
  const human = countsByLevel(answers, sources, (item) => pairs[item]!).map(kappaOf);
  const models = answers.models.map((score) =>
    countsByLevel(answers, sources, (item) => {
      const m = score[item]!;
      const right = sums.right[item]!;
      return Number.isNaN(m) ? undefined : countsWithScore(right, sums.weight[item]! - right, m);
    }).map(kappaOf),
  );
  return [
    ...human.map((value, k) => ({ human: value, models: models.map((own) => own[k]!) })),
    { human: meanOfDefined(human), models: models.map(meanOfDefined) },
  ];
}

/**
 * Joint counts of the trials of different people, item by item.
 *
 * @param answers - One row a listener and item, in order of items.
 * @param listeners - Weight of each listener.
 */
export function pairsOfItems(
  { listener, item, correct, times, source }: AgreementAnswers,
  listeners: Float64Array,
): JointCounts[] {
  const pairs = Array.from(source, noCounts);
  let sums = noAnswers();
  for (let row = 0; row < item.length; row++) {
    const weight = listeners[listener[row]!]! * times[row]!;
    addAnswersInto(sums, weight, weight * correct[row]!);
    if (item[row + 1] === item[row]) continue;
    pairs[item[row]!] = pairCounts(sums);
    sums = noAnswers();
  }
  return pairs;
}

/** Sums over the items of each level. */
function countsByLevel(
  { source, level, levels }: AgreementAnswers,
  sources: Float64Array,
  countsOf: (item: number) => JointCounts | undefined,
): JointCounts[] {
  const total = levels.map(noCounts);
  for (let item = 0; item < source.length; item++) {
    const counts = countsOf(item);
    if (counts) addCountsInto(total[level[item]!]!, counts, sources[source[item]!]!);
  }
  return total;
}

const kappaOf = (counts: JointCounts) => errorConsistency(counts).kappa;

const meanOfDefined = (values: readonly number[]) => mean(values.filter((value) => !Number.isNaN(value)));
