import { expect, test } from 'vitest';
import type { AgreementAnswers } from '../../../../src/analysis/byItem/agreement/agreementAnswers.ts';
import {
  agreementMeasures,
  agreementStatistics,
} from '../../../../src/analysis/byItem/agreement/agreementStatistics.ts';
import { createRandom } from '../../../../src/base/random.ts';
import { simulateAnswers } from '../../byStage/simulateAnswers.ts';
import { agreementOf } from './agreementOf.ts';

const ones = (length: number) => new Float64Array(length).fill(1);

function valuesOf(answers: AgreementAnswers, weights?: { listeners: number[]; sources: number[] }) {
  const pairs: [number, number][] = answers.models.length > 1 ? [[0, 1]] : [];
  const { statistics, places } = agreementStatistics(answers, pairs, createRandom(1));
  const values = statistics(
    weights ? Float64Array.from(weights.listeners) : ones(answers.listeners),
    weights ? Float64Array.from(weights.sources) : ones(answers.sources),
  );
  return (measure: keyof typeof agreementMeasures, level = 'all') => {
    const place = places.find((own) => own.measure === agreementMeasures[measure] && own.level === level)!;
    return {
      human: values[place.human]!,
      models: place.models.map((at) => values[at]!),
      differences: place.differences.map((at) => values[at]!),
      pairs: place.pairs.map((at) => values[at]!),
    };
  };
}

/** Three listeners on four sounds of one level; what they answered: the target 0, or a wrong answer 1 or 2. */
const answered = [
  [0, 0, 1],
  [1, 1, 0],
  [2, 1, 1],
  [0, 0, 0],
];
const rows = answered.flatMap((own, item) => own.map((answer, listener) => ({ item, listener, answer })));
const kinds = [...new Set(rows.map(({ item, answer }) => 3 * item + answer))];
const kindOf = (item: number, answer: number) => kinds.indexOf(3 * item + answer);
const modelOf = (given: number[]) => ({
  answer: Int32Array.from(given),
  kind: Int32Array.from(given, (answer, item) => kindOf(item, answer)),
});
const small: AgreementAnswers = {
  listener: Int32Array.from(rows, ({ listener }) => listener),
  item: Int32Array.from(rows, ({ item }) => item),
  correct: Float64Array.from(rows, ({ answer }) => Number(answer === 0)),
  times: new Int32Array(rows.length).fill(1),
  listeners: 3,
  source: Int32Array.of(0, 1, 2, 3),
  level: new Int32Array(4),
  sources: 4,
  levels: ['late'],
  models: [Float64Array.of(1, 0, 0, 1), Float64Array.of(0, 0, 1, 1)],
  responses: {
    row: Int32Array.from(rows.keys()),
    share: ones(rows.length),
    kind: Int32Array.from(rows, ({ item, answer }) => kindOf(item, answer)),
    item: Int32Array.from(kinds, (key) => Math.floor(key / 3)),
    answer: Int32Array.from(kinds, (key) => key % 3),
    answers: 3,
    answered: ones(rows.length),
    wrong: Float64Array.from(rows, ({ answer }) => Number(answer !== 0)),
    target: new Int32Array(4),
    models: [modelOf([0, 1, 2, 0]), modelOf([2, 1, 0, 0])],
  },
};

test('κ of pairs of people and of people with a model, by hand', () => {
  const { human, models, differences, pairs } = valuesOf(small)('kappa', 'late');
  // Pairs: sound 0 one both right, two split; 1 one both wrong, two split; 2 three both wrong; 3 three both right.
  const kappa = (observed: number, first: number, second: number) => {
    const expected = first * second + (1 - first) * (1 - second);
    return (observed - expected) / (1 - expected);
  };
  expect(human).toBeCloseTo(kappa(8 / 12, 0.5, 0.5), 12);
  // Of twelve answers 2 + 2 + 3 + 3 agree with the first model, half of both are right.
  expect(models[0]).toBeCloseTo(kappa(10 / 12, 0.5, 0.5), 12);
  expect(models[1]).toBeCloseTo(kappa((1 + 2 + 0 + 3) / 12, 0.5, 0.5), 12);
  expect(differences[0]).toBeCloseTo(models[0]! - human, 12);
  expect(pairs[0]).toBeCloseTo(models[0]! - models[1]!, 12);
});

test('share of the same wrong answer and κ of the answers, by hand', () => {
  const same = valuesOf(small)('sameWrong');
  // Both wrong: one pair on sound 1 (the same), three on sound 2 (one of them the same).
  expect(same.human).toBeCloseTo(2 / 4, 12);
  // The first model is wrong on sounds 1 (with two people, both the same) and 2 (with three, one the same).
  expect(same.models[0]).toBeCloseTo(3 / 5, 12);
  const { human, models } = valuesOf(small)('answerKappa');
  // Answers 0, 1, 2 given 6, 5 and 1 times.
  const expected = (6 / 12) ** 2 + (5 / 12) ** 2 + (1 / 12) ** 2;
  expect(human).toBeCloseTo((6 / 12 - expected) / (1 - expected), 12);
  // The model's, at each of its answers as often as people: 6, 3 and 3.
  const withModel = (6 * 6 + 5 * 3 + 1 * 3) / 144;
  expect(models[0]).toBeCloseTo((8 / 12 - withModel) / (1 - withModel), 12);
});

test('correlation of each answer with the mean of the others, by hand', () => {
  const { human, models } = valuesOf(small)('correlation');
  const others = rows.map(({ item, listener }) => {
    const rest = answered[item]!.filter((_, k) => k !== listener);
    return rest.filter((answer) => answer === 0).length / 2;
  });
  const r = (x: readonly number[], y: readonly number[]) => {
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
    const product = (a: readonly number[], b: readonly number[]) =>
      mean(a.map((value, i) => (value - mean(a)) * (b[i]! - mean(b))));
    return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
  };
  const right = rows.map(({ answer }) => Number(answer === 0));
  expect(human).toBeCloseTo(r(right, others), 12);
  const model = rows.map(({ item }) => small.models[0]![item]!);
  expect(models[0]).toBeCloseTo(r(model, others), 12);
  const itemMeans = answered.map((own) => own.filter((answer) => answer === 0).length / 3);
  expect(valuesOf(small)('itemCorrelation').models[0]).toBeCloseTo(r([1, 0, 0, 1], itemMeans), 12);
});

test('squared difference of proportions correct, of people and of a person and a model, by hand', () => {
  const { human, models } = valuesOf(small)('accuracy', 'late');
  // Products of answers to two different sounds; people are right on sounds 0 and 3, 0 and 3, 1 and 3.
  const right = [
    [1, 0, 0, 1],
    [1, 0, 0, 1],
    [0, 1, 0, 1],
  ];
  const product = (a: number[], b: number[]) => {
    const total = (values: number[]) => values.reduce((x, y) => x + y);
    return (total(a) * total(b) - total(a.map((value, k) => value * b[k]!))) / 12;
  };
  const within = right.reduce((sum, own) => sum + product(own, own) / 3, 0);
  const pairs = [
    [0, 1],
    [0, 2],
    [1, 2],
  ].reduce((sum, [a, b]) => sum + product(right[a!]!, right[b!]!) / 3, 0);
  expect(human).toBeCloseTo(2 * (within - pairs), 12);
  const model = [1, 0, 0, 1];
  const both = right.reduce((sum, own) => sum + product(own, model) / 3, 0);
  expect(models[0]).toBeCloseTo(within + product(model, model) - 2 * both, 12);
});

test('a listener drawn twice makes no pair with herself', () => {
  const doubled = valuesOf(small, { listeners: [2, 1, 0], sources: [1, 1, 1, 1] });
  const once = valuesOf(small, { listeners: [1, 1, 0], sources: [1, 1, 1, 1] });
  for (const measure of ['sameWrong', 'answerKappa'] as const) {
    const [a, b] = [doubled(measure), once(measure)];
    if (measure === 'sameWrong') expect(a.human).toBeCloseTo(b.human, 12);
    expect(Number.isFinite(a.models[0]!)).toBe(true);
  }
  expect(doubled('kappa', 'late').human).toBeCloseTo(once('kappa', 'late').human, 12);
  expect(valuesOf(small, { listeners: [2, 0, 0], sources: [1, 1, 1, 1] })('kappa', 'late').human).toBeNaN();
});

test('a model drawn as one more listener agrees with people as people do, over many sounds', () => {
  const random = createRandom(3);
  const answers = agreementOf(
    simulateAnswers({ listeners: 30, sources: 1500, curve: [1, -1], difficulty: 'shared' }, random),
    random,
  );
  const value = valuesOf(answers);
  for (const measure of ['kappa', 'correlation', 'sameWrong', 'answerKappa'] as const)
    expect(Math.abs(value(measure).differences[0]!), measure).toBeLessThan(0.06);
  // A person and the center of people differ by half of what two people do.
  expect(value('accuracy').human).toBeGreaterThan(0);
  expect(Math.abs(value('accuracy').models[0]! - value('accuracy').human / 2)).toBeLessThan(0.006);
});
