import { errorConsistency } from '../errorConsistency.ts';
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

/** Joint counts of the trials of different people; which of a pair comes first is arbitrary, so both orders share. */
function humanCounts(answers: AgreementAnswers, weights: Weights): Float64Array[] {
  const { listener, item, correct, times, source, level, levels } = answers;
  const counts = jointCounts(levels.length);
  let [all, right, wrong, squaredAll, squaredRight, squaredWrong] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < item.length; row++) {
    const weight = weights.listeners[listener[row]!]! * times[row]!;
    const own = weight * correct[row]!;
    all += weight;
    right += own;
    wrong += weight - own;
    squaredAll += weight * weight;
    squaredRight += own * own;
    squaredWrong += (weight - own) * (weight - own);
    const at = item[row]!;
    if (item[row + 1] === at) continue;
    const bothRight = (right * right - squaredRight) / 2;
    const bothWrong = (wrong * wrong - squaredWrong) / 2;
    const split = ((all * all - squaredAll) / 2 - bothRight - bothWrong) / 2;
    addInto(counts[level[at]!]!, weights.sources[source[at]!]!, [bothRight, split, split, bothWrong]);
    [all, right, wrong, squaredAll, squaredRight, squaredWrong] = [0, 0, 0, 0, 0, 0];
  }
  return counts;
}

function modelCounts(
  { source, level, levels }: AgreementAnswers,
  sums: ItemSums,
  { score, weights }: { score: Float64Array; weights: Weights },
): Float64Array[] {
  const counts = jointCounts(levels.length);
  for (let item = 0; item < source.length; item++) {
    const m = score[item]!;
    if (Number.isNaN(m)) continue;
    const right = sums.right[item]!;
    const wrong = sums.weight[item]! - right;
    addInto(counts[level[item]!]!, weights.sources[source[item]!]!, [
      right * m,
      right * (1 - m),
      wrong * m,
      wrong * (1 - m),
    ]);
  }
  return counts;
}

const jointCounts = (levels: number) => Array.from({ length: levels }, () => new Float64Array(4));

function addInto(counts: Float64Array, weight: number, values: readonly number[]): void {
  for (let i = 0; i < 4; i++) counts[i]! += weight * values[i]!;
}

function kappaOf([bothRight, onlyFirst, onlySecond, bothWrong]: Float64Array): number {
  return errorConsistency({
    bothRight: bothRight!,
    onlyFirst: onlyFirst!,
    onlySecond: onlySecond!,
    bothWrong: bothWrong!,
  }).kappa;
}

function meanOfDefined(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}
