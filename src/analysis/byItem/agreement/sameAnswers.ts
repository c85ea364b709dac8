import { beyondChance } from '../errorConsistency.ts';
import type { AgreementAnswers, MeasureValues, ResponseAnswers } from './agreementAnswers.ts';

/**
 * Agreement in what is answered: the share of the same wrong answer where two observers are both wrong, and Cohen's κ of
 * the answers themselves; of two people, and of people with each model.
 *
 * @param answers - The answers, with what was answered.
 * @param sums - Their sums over listeners.
 * @param sources - Weight of each source.
 * @returns The share, then κ; NaN where nobody was wrong together, or the table does not say what was answered.
 */
export function sameAnswers(
  { responses, models, source }: AgreementAnswers,
  sums: ResponseSums | null,
  sources: Float64Array,
): MeasureValues[] {
  if (!responses || !sums) {
    const none = { human: Number.NaN, models: models.map(() => Number.NaN) };
    return [none, none];
  }
  const weights = Float64Array.from(source, (code) => sources[code]!);
  const human = humanAgreement(responses, sums, weights);
  const ofModels = responses.models.map((model) => modelAgreement(responses, model, { sums, weights }));
  return [
    { human: human.sameWrong, models: ofModels.map(({ sameWrong }) => sameWrong) },
    { human: human.kappa, models: ofModels.map(({ kappa }) => kappa) },
  ];
}

/** Weighted sums over listeners, with sums of squares, which are pairs of one person. */
interface PairedSums {
  weight: Float64Array;
  squares: Float64Array;
}

/** Sums over listeners of each kind of answer, and of what was answered and answered wrongly by item. */
export interface ResponseSums {
  kinds: PairedSums;
  answered: PairedSums;
  wrong: PairedSums;
}

/**
 * Sums over listeners of what they answered.
 *
 * @param answers - The answers, with what was answered.
 * @param listeners - Weight of each listener.
 * @returns The sums; null where the table does not say what was answered.
 */
export function responseSums(
  { responses, listener, item, source }: AgreementAnswers,
  listeners: Float64Array,
): ResponseSums | null {
  if (!responses) return null;
  const zeros = (length: number) => ({
    weight: new Float64Array(length),
    squares: new Float64Array(length),
  });
  const sums = {
    kinds: zeros(responses.item.length),
    answered: zeros(source.length),
    wrong: zeros(source.length),
  };
  const { row: rowOfAnswer, kind, share, answered, wrong } = responses;
  for (let i = 0; i < rowOfAnswer.length; i++)
    addInto(sums.kinds, kind[i]!, listeners[listener[rowOfAnswer[i]!]!]! * share[i]!);
  for (let row = 0; row < item.length; row++) {
    const own = listeners[listener[row]!]!;
    addInto(sums.answered, item[row]!, own * answered[row]!);
    addInto(sums.wrong, item[row]!, own * wrong[row]!);
  }
  return sums;
}

function addInto({ weight, squares }: PairedSums, at: number, value: number): void {
  weight[at]! += value;
  squares[at]! += value * value;
}

function humanAgreement(
  { item, answer, answers, target }: ResponseAnswers,
  { kinds, answered, wrong }: ResponseSums,
  weights: Float64Array,
) {
  const pairsOf = ({ weight, squares }: PairedSums, at: number) => (weight[at]! ** 2 - squares[at]!) / 2;
  const pairs = { all: 0, same: 0, bothWrong: 0, sameWrong: 0 };
  const given = new Float64Array(answers);
  item.forEach((at, kind) => {
    const same = weights[at]! * pairsOf(kinds, kind);
    given[answer[kind]!]! += weights[at]! * kinds.weight[kind]!;
    pairs.same += same;
    if (answer[kind] !== target[at]) pairs.sameWrong += same;
  });
  weights.forEach((weight, at) => {
    pairs.all += weight * pairsOf(answered, at);
    pairs.bothWrong += weight * pairsOf(wrong, at);
  });
  const total = given.reduce((sum, weight) => sum + weight, 0);
  const expected = given.reduce((sum, weight) => sum + (weight / total) ** 2, 0);
  return {
    sameWrong: shareOf(pairs.sameWrong, pairs.bothWrong),
    kappa: beyondChance(shareOf(pairs.same, pairs.all), expected),
  };
}

function modelAgreement(
  { item, answer: given, answers, target }: ResponseAnswers,
  model: ResponseAnswers['models'][number],
  { sums: { kinds, answered, wrong }, weights }: { sums: ResponseSums; weights: Float64Array },
) {
  const counts = { all: 0, same: 0, bothWrong: 0, sameWrong: 0 };
  const ofModel = new Float64Array(answers);
  model.answer.forEach((code, at) => {
    if (code < 0) return;
    const weight = weights[at]!;
    const kind = model.kind[at]!;
    const same = kind < 0 ? 0 : weight * kinds.weight[kind]!;
    ofModel[code]! += weight * answered.weight[at]!;
    counts.all += weight * answered.weight[at]!;
    counts.same += same;
    if (code === target[at]) return;
    counts.bothWrong += weight * wrong.weight[at]!;
    counts.sameWrong += same;
  });
  let both = 0;
  item.forEach((at, kind) => {
    if (model.answer[at]! >= 0) both += weights[at]! * kinds.weight[kind]! * ofModel[given[kind]!]!;
  });
  return {
    sameWrong: shareOf(counts.sameWrong, counts.bothWrong),
    kappa: beyondChance(shareOf(counts.same, counts.all), both / counts.all ** 2),
  };
}

const shareOf = (part: number, whole: number) => (whole > 1e-9 ? part / whole : Number.NaN);
