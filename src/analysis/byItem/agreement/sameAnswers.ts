import type { AgreementAnswers, MeasureValues, ResponseAnswers, Weights } from './agreementAnswers.ts';

/**
 * Agreement in what is answered: the share of the same wrong answer where two observers are both wrong, and Cohen's κ of
 * the answers themselves; of two people, and of people with each model.
 *
 * @param answers - The answers, with what was answered.
 * @param weights - Weights of listeners and sources.
 * @returns The share, then κ; NaN where nobody was wrong together, or the table does not say what was answered.
 */
export function sameAnswers(answers: AgreementAnswers, weights: Weights): MeasureValues[] {
  const { responses, models } = answers;
  if (!responses) {
    const none = { human: Number.NaN, models: models.map(() => Number.NaN) };
    return [none, none];
  }
  const sums = answerSums(responses, answers, weights);
  const human = humanAgreement(responses, sums);
  const ofModels = responses.models.map((model) => modelAgreement(responses, model, sums));
  return [
    { human: human.sameWrong, models: ofModels.map(({ sameWrong }) => sameWrong) },
    { human: human.kappa, models: ofModels.map(({ kappa }) => kappa) },
  ];
}

/** Sums over listeners, with sums of squares, which are pairs of one person. */
interface AnswerSums {
  kinds: { weight: Float64Array; squares: Float64Array };
  /** By item. */
  answered: { weight: Float64Array; squares: Float64Array };
  wrong: { weight: Float64Array; squares: Float64Array };
  sources: Float64Array;
}

function answerSums(
  responses: ResponseAnswers,
  { listener, item, source }: AgreementAnswers,
  weights: Weights,
): AnswerSums {
  const zeros = (length: number) => ({
    weight: new Float64Array(length),
    squares: new Float64Array(length),
  });
  const sums: AnswerSums = {
    kinds: zeros(responses.item.length),
    answered: zeros(source.length),
    wrong: zeros(source.length),
    sources: Float64Array.from(source, (code) => weights.sources[code]!),
  };
  const add = ({ weight, squares }: AnswerSums['kinds'], at: number, value: number) => {
    weight[at]! += value;
    squares[at]! += value * value;
  };
  for (let i = 0; i < responses.row.length; i++)
    add(
      sums.kinds,
      responses.kind[i]!,
      weights.listeners[listener[responses.row[i]!]!]! * responses.share[i]!,
    );
  for (let row = 0; row < item.length; row++) {
    const own = weights.listeners[listener[row]!]!;
    add(sums.answered, item[row]!, own * responses.answered[row]!);
    add(sums.wrong, item[row]!, own * responses.wrong[row]!);
  }
  return sums;
}

function humanAgreement({ item, answer, answers, target }: ResponseAnswers, sums: AnswerSums) {
  const { sources, kinds } = sums;
  const pairsOf = ({ weight, squares }: AnswerSums['kinds'], at: number) =>
    (weight[at]! ** 2 - squares[at]!) / 2;
  const pairs = { all: 0, same: 0, bothWrong: 0, sameWrong: 0 };
  const given = new Float64Array(answers);
  item.forEach((at, kind) => {
    const same = sources[at]! * pairsOf(kinds, kind);
    given[answer[kind]!]! += sources[at]! * kinds.weight[kind]!;
    pairs.same += same;
    if (answer[kind] !== target[at]) pairs.sameWrong += same;
  });
  sources.forEach((weight, at) => {
    pairs.all += weight * pairsOf(sums.answered, at);
    pairs.bothWrong += weight * pairsOf(sums.wrong, at);
  });
  const total = given.reduce((sum, weight) => sum + weight, 0);
  const expected = given.reduce((sum, weight) => sum + (weight / total) ** 2, 0);
  return {
    sameWrong: shareOf(pairs.sameWrong, pairs.bothWrong),
    kappa: kappaOf(shareOf(pairs.same, pairs.all), expected),
  };
}

function modelAgreement(
  { item, answer: given, answers, target }: ResponseAnswers,
  model: ResponseAnswers['models'][number],
  { kinds, answered, wrong, sources }: AnswerSums,
) {
  const counts = { all: 0, same: 0, bothWrong: 0, sameWrong: 0 };
  const ofModel = new Float64Array(answers);
  model.answer.forEach((code, at) => {
    if (code < 0) return;
    const weight = sources[at]!;
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
    if (model.answer[at]! >= 0) both += sources[at]! * kinds.weight[kind]! * ofModel[given[kind]!]!;
  });
  return {
    sameWrong: shareOf(counts.sameWrong, counts.bothWrong),
    kappa: kappaOf(shareOf(counts.same, counts.all), both / counts.all ** 2),
  };
}

const shareOf = (part: number, whole: number) => (whole > 1e-9 ? part / whole : Number.NaN);

const kappaOf = (observed: number, expected: number) =>
  1 - expected > 1e-9 ? (observed - expected) / (1 - expected) : Number.NaN;
