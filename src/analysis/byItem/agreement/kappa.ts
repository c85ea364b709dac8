import { mean } from '../../../statistics/estimates/descriptive.ts';
import {
  addAnswersInto,
  countsWithScore,
  errorConsistency,
  type JointCounts,
  noAnswers,
  noCounts,
  pairCounts,
} from '../errorConsistency.ts';
import type { AgreementAnswers, ItemSums, MeasureValues, Weights } from './agreementAnswers.ts';

/**
 * Error consistency κ at each level, of two trials of different people and of people with each model; then its mean over the
 * levels where it is defined.
 *
 * @param answers - One row a listener and item, in order of items.
 * @param sums - Their sums by item.
 * @param weights - Weights of listeners and sources.
 * @returns One entry a level, and the mean.
 */
export function kappas(answers: AgreementAnswers, sums: ItemSums, weights: Weights): MeasureValues[] {
  const human = humanCounts(answers, weights).map(kappaOf);
  const models = answers.models.map((score) => modelCounts(answers, sums, { score, weights }).map(kappaOf));
  return [
    ...human.map((value, k) => ({ human: value, models: models.map((own) => own[k]!) })),
    { human: meanOfDefined(human), models: models.map(meanOfDefined) },
  ];
}

/** Joint counts of the trials of different people. */
function humanCounts(answers: AgreementAnswers, weights: Weights): JointCounts[] {
  const { listener, item, correct, times, source, level, levels } = answers;
  const counts = levels.map(noCounts);
  let sums = noAnswers();
  for (let row = 0; row < item.length; row++) {
    const weight = weights.listeners[listener[row]!]! * times[row]!;
    addAnswersInto(sums, weight, weight * correct[row]!);
    const at = item[row]!;
    if (item[row + 1] === at) continue;
    addWeightedInto(counts[level[at]!]!, pairCounts(sums), weights.sources[source[at]!]!);
    sums = noAnswers();
  }
  return counts;
}

function modelCounts(
  { source, level, levels }: AgreementAnswers,
  sums: ItemSums,
  { score, weights }: { score: Float64Array; weights: Weights },
): JointCounts[] {
  const counts = levels.map(noCounts);
  for (let item = 0; item < source.length; item++) {
    const m = score[item]!;
    if (Number.isNaN(m)) continue;
    const right = sums.right[item]!;
    const own = countsWithScore(right, sums.weight[item]! - right, m);
    addWeightedInto(counts[level[item]!]!, own, weights.sources[source[item]!]!);
  }
  return counts;
}

function addWeightedInto(total: JointCounts, counts: JointCounts, weight: number): void {
  total.bothRight += weight * counts.bothRight;
  total.onlyFirst += weight * counts.onlyFirst;
  total.onlySecond += weight * counts.onlySecond;
  total.bothWrong += weight * counts.bothWrong;
}

const kappaOf = (counts: JointCounts) => errorConsistency(counts).kappa;

const meanOfDefined = (values: readonly number[]) => mean(values.filter((value) => !Number.isNaN(value)));
