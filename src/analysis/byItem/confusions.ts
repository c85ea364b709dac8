import { countsOf } from '../../base/groups.ts';
import { nameAt, type TrialTable } from '../../records/trialTable.ts';
import { type Interval, noInterval, wilsonInterval } from '../../statistics/estimates/proportion.ts';
import { ones } from '../../statistics/estimates/resample.ts';
import type { ModelScores, Stimuli } from '../trials/stimuli.ts';
import { confusionCells, confusionLikeness, type MatrixAgreement } from './confusionMatrix.ts';
import { beyondChance } from './errorConsistency.ts';
import type { Items } from './items.ts';
import { errorTendencies, expectedSameWrong } from './wrongAnswers.ts';

/** Agreement of humans with one model, or among themselves, in what they answer to the same sounds. */
export interface ConfusionAgreement extends MatrixAgreement {
  /** The model; `human` for pairs of humans, the ceiling. */
  observer: string;
  /** Trials, or pairs of answers to the same item. */
  trials: number;
  /** Trials that both got wrong, both with an answer. */
  bothWrong: number;
  /** Share of those with the same wrong answer. */
  sameWrongAnswer: number;
  sameWrongInterval: Interval;
  /** Share expected if each observer's wrong answers were independent of the other's; the target is never one. */
  sameWrongExpected: number;
  /** Cohen's κ of the answers themselves. */
  responseKappa: number;
}

/**
 * Confusion agreement of humans among themselves and with each model over a curve's trials.
 *
 * @param table - The trials.
 * @param items - The curve's items.
 * @param options - The stimuli and the models' answers.
 * @returns Humans with humans if any two heard the same sound, then each model that answered any of the sounds; NaN where nothing can be compared.
 */
export function confusionAgreements(
  table: TrialTable,
  items: Items,
  { stimuli, models }: { stimuli: Stimuli; models: readonly ModelScores[] },
): ConfusionAgreement[] {
  const withModels = models.flatMap((scores) => {
    const matched = items.rows.filter((row) => {
      const answered = nameAt(table.response, row) !== '';
      return answered && scores.response[stimuli.ofRow[row]!]! >= 0;
    });
    if (matched.length === 0) return [];
    const model = Int32Array.from(matched, (row) => scores.response[stimuli.ofRow[row]!]!);
    const human = Int32Array.from(matched, (row) => table.response.codes[row]!);
    const target = Int32Array.from(matched, (row) => table.target.codes[row]!);
    return [
      {
        observer: scores.observer,
        trials: matched.length,
        ...wrongAnswers(human, model, target),
        responseKappa: responseKappa(human, model),
        ...confusionsAlike(human, model, target),
      },
    ];
  });
  return [...humansAmongThemselves(table, items), ...withModels];
}

/** All pairs of answers of two people to the same item; the pairs are not independent, so there is no interval. */
function humansAmongThemselves(table: TrialTable, items: Items): ConfusionAgreement[] {
  const answered = items.rows.filter((row) => nameAt(table.response, row) !== '');
  const { all, same, bothWrong, sameWrong } = answerPairs(table, items);
  const pairs = all.reduce((sum, count) => sum + count, 0);
  if (pairs === 0) return [];
  const answers = answered.map((row) => table.response.codes[row]!);
  const expected = expectedAgreement(answers, answers);
  const wrong = answered.filter((row) => table.response.codes[row] !== table.target.codes[row]);
  const tendencies = errorTendencies({
    target: wrong.map((row) => table.target.codes[row]!),
    answer: wrong.map((row) => table.response.codes[row]!),
  });
  const byTarget = new Map<number, number>();
  bothWrong.forEach((count, item) => {
    const target = targetOf(table, items, item);
    byTarget.set(target, (byTarget.get(target) ?? 0) + count);
  });
  const total = (counts: Float64Array) => counts.reduce((sum, count) => sum + count, 0);
  return [
    {
      observer: 'human',
      trials: pairs,
      bothWrong: total(bothWrong),
      sameWrongAnswer: total(sameWrong) / total(bothWrong),
      sameWrongInterval: noInterval,
      sameWrongExpected: expectedSameWrong(tendencies, tendencies, byTarget),
      responseKappa: beyondChance(total(same) / pairs, expected),
      targets: 0,
      offDiagonalCorrelation: Number.NaN,
      jensenShannonBits: Number.NaN,
      totalVariation: Number.NaN,
    },
  ];
}

/** Numbers of pairs by item: all, with the same answer, both wrong, with the same wrong answer. */
function answerPairs(table: TrialTable, items: Items) {
  const zeros = () => new Float64Array(items.stimulus.length);
  const pairs = { all: zeros(), same: zeros(), bothWrong: zeros(), sameWrong: zeros() };
  const pairsOf = (n: number) => (n * (n - 1)) / 2;
  const add = (item: number, counts: ReadonlyMap<number, number>, sign: 1 | -1) => {
    const target = targetOf(table, items, item);
    let answered = 0;
    for (const [answer, count] of counts) {
      answered += count;
      pairs.same[item]! += sign * pairsOf(count);
      if (answer !== target) pairs.sameWrong[item]! += sign * pairsOf(count);
    }
    pairs.all[item]! += sign * pairsOf(answered);
    pairs.bothWrong[item]! += sign * pairsOf(answered - (counts.get(target) ?? 0));
  };
  const { entryOfTrial, times, item } = items.answers;
  answerCounts(table, items, items.itemOfRow).forEach((counts, at) => {
    add(at, counts, 1);
  });
  // Pairs of one person with herself are none.
  const again = entryOfTrial.map((entry) => (times[entry]! > 1 ? entry : -1));
  answerCounts(table, items, again).forEach((counts, entry) => {
    add(item[entry]!, counts, -1);
  });
  return pairs;
}

/** How often each answer was given in each group of the curve's trials; those in group −1 or unanswered are left out. */
function answerCounts(table: TrialTable, items: Items, group: Int32Array): Map<number, Map<number, number>> {
  const counts = new Map<number, Map<number, number>>();
  items.rows.forEach((row, position) => {
    const answer = table.response.codes[row]!;
    const at = group[position]!;
    if (at < 0 || table.response.names[answer] === '') return;
    const own = counts.get(at) ?? new Map<number, number>();
    counts.set(at, own);
    own.set(answer, (own.get(answer) ?? 0) + 1);
  });
  return counts;
}

const targetOf = (table: TrialTable, { targetRow }: Items, item: number) =>
  table.target.codes[targetRow[item]!]!;

function wrongAnswers(human: Int32Array, model: Int32Array, target: Int32Array) {
  const wrong = [...target.keys()].filter((i) => human[i] !== target[i] && model[i] !== target[i]);
  const same = wrong.filter((i) => human[i] === model[i]).length;
  const tendenciesOf = (answers: Int32Array) => {
    const own = [...target.keys()].filter((i) => answers[i] !== target[i]);
    return errorTendencies({ target: own.map((i) => target[i]!), answer: own.map((i) => answers[i]!) });
  };
  return {
    bothWrong: wrong.length,
    sameWrongAnswer: same / wrong.length,
    sameWrongInterval: wilsonInterval(same, wrong.length),
    sameWrongExpected: expectedSameWrong(
      tendenciesOf(human),
      tendenciesOf(model),
      countsOf(wrong.map((i) => target[i]!)),
    ),
  };
}

/** Σ p(answer) q(answer) of two observers' answer distributions. */
function expectedAgreement(
  first: Int32Array | readonly number[],
  second: Int32Array | readonly number[],
): number {
  const counts = countsOf(first);
  let sum = 0;
  for (const answer of second) sum += counts.get(answer) ?? 0;
  return sum / (first.length * second.length);
}

function responseKappa(human: Int32Array, model: Int32Array): number {
  let same = 0;
  for (let i = 0; i < human.length; i++) same += human[i] === model[i] ? 1 : 0;
  return beyondChance(same / human.length, expectedAgreement(human, model));
}

function confusionsAlike(human: Int32Array, model: Int32Array, target: Int32Array): MatrixAgreement {
  const cells = confusionCells(givenAnswers(target, [human, model]));
  const others = new Float64Array(cells.row.length);
  human.forEach((answer, i) => {
    others[cells.cellOf(target[i]!, answer)!]! += 1;
  });
  const given = model.map((answer, i) => cells.cellOf(target[i]!, answer)!);
  return confusionLikeness(cells)(others)(given, ones(given.length));
}

/** One by one: a list of them would be the largest thing that an analysis holds. */
function* givenAnswers(
  target: Int32Array,
  observers: readonly Int32Array[],
): Generator<[target: number, answer: number]> {
  for (const answers of observers) for (let i = 0; i < answers.length; i++) yield [target[i]!, answers[i]!];
}
