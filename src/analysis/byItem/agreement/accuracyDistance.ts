import { mean } from '../../../statistics/estimates/descriptive.ts';
import { type PersonRows, personProducts } from '../../../statistics/estimates/personProducts.ts';
import { ones, type Weights } from '../../../statistics/estimates/resample.ts';
import type { AgreementAnswers, ItemSums, MeasureValues } from './agreementAnswers.ts';

/**
 * Mean squared difference of two observers' proportions correct at each level, without what the sampling of answers and
 * sounds adds: of two people (twice the variance of people's proportions), and of a person and each model; then the mean over
 * levels.
 *
 * Every product is of answers to different sounds, which makes each an unbiased estimate; it may fall below 0 by chance.
 *
 * @param answers - One row a listener and item, in order of items.
 * @returns The distances as a function of the weights of listeners and sources and of the answers' sums by item: one entry
 *   a level, and the mean; NaN where no listener heard two sounds of a level.
 */
export function accuracyDistances(
  answers: AgreementAnswers,
): (weights: Weights, sums: ItemSums) => MeasureValues[] {
  const rows = answers.levels.map((_, level) => levelRows(answers, level));
  return (weights, sums) => {
    const values = rows.map((own, level): MeasureValues => {
      const { within, between } = personProducts(own, weights);
      const models = answers.models.map((score) => {
        const { alone, withPeople } = modelProducts(answers, sums, { weights, score, level });
        return within + alone - 2 * withPeople;
      });
      return { human: 2 * (within - between), models };
    });
    return [...values, meanOf(values)];
  };
}

function meanOf(values: readonly MeasureValues[]): MeasureValues {
  return {
    human: mean(values.map(({ human }) => human)),
    models: values[0]!.models.map((_, m) => mean(values.map(({ models }) => models[m]!))),
  };
}

function levelRows({ listener, item, correct, source, level }: AgreementAnswers, wanted: number): PersonRows {
  const rows = [...item.keys()].filter((row) => level[item[row]!] === wanted);
  return {
    listener: Int32Array.from(rows, (row) => listener[row]!),
    source: Int32Array.from(rows, (row) => source[item[row]!]!),
    value: Float64Array.from(rows, (row) => correct[row]!),
    unit: ones(rows.length),
  };
}

/** Mean product of a model's answers to two sources, and of a person's to one and the model's to another. */
function modelProducts(
  { source, level }: AgreementAnswers,
  { right, weight }: ItemSums,
  { weights, score, level: wanted }: { weights: Weights; score: Float64Array; level: number },
) {
  const people = { right: 0, heard: 0 };
  const model = { right: 0, heard: 0 };
  const same = { right: 0, heard: 0, sharedRight: 0, sharedHeard: 0 };
  for (let item = 0; item < source.length; item++) {
    if (level[item] !== wanted) continue;
    const v = weights.sources[source[item]!]!;
    people.right += v * right[item]!;
    people.heard += v * weight[item]!;
    const m = score[item]!;
    if (Number.isNaN(m)) continue;
    model.right += v * m;
    model.heard += v;
    same.right += (v * m) ** 2;
    same.heard += v * v;
    same.sharedRight += v * v * m * right[item]!;
    same.sharedHeard += v * v * weight[item]!;
  }
  return {
    alone: (model.right ** 2 - same.right) / (model.heard ** 2 - same.heard),
    withPeople:
      (people.right * model.right - same.sharedRight) / (people.heard * model.heard - same.sharedHeard),
  };
}
