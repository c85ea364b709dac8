import { expect, test } from 'vitest';
import type { AgreementAnswers } from '../../../../src/analysis/byItem/agreement/agreementAnswers.ts';
import {
  agreementMeasures,
  agreementStatistics,
} from '../../../../src/analysis/byItem/agreement/agreementStatistics.ts';
import { createRandom } from '../../../../src/base/random.ts';
import { twoFactorBootstrap } from '../../../../src/statistics/estimates/twoFactorBootstrap.ts';
import { simulateAnswers } from '../../byStage/simulateAnswers.ts';
import { agreementOf } from './agreementOf.ts';

type Measure = 'confusionCorrelation' | 'confusionDivergence' | 'confusionVariation';

/** Answers to three sounds of one target, 0; of each listener those to each sound, who may hear it twice. */
const heard = [
  [[0, 1], [0], [1]],
  [[1], [1], [2]],
  [[2], [0], [0]],
];
const model = [1, 0, 3];

function answersOf(sounds: readonly (readonly number[][])[], given: readonly number[]): AgreementAnswers {
  const rows = sounds.flatMap((own, item) => own.map((answers, listener) => ({ item, listener, answers })));
  const entries = rows.flatMap(({ answers, item }, row) =>
    answers.map((answer) => ({ row, share: 1 / answers.length, key: 4 * item + answer })),
  );
  const keys = [...new Set(entries.map(({ key }) => key))];
  const shareOf = (answers: readonly number[], isMeant: (answer: number) => boolean) =>
    answers.filter(isMeant).length / answers.length;
  return {
    listener: Int32Array.from(rows, ({ listener }) => listener),
    item: Int32Array.from(rows, ({ item }) => item),
    correct: Float64Array.from(rows, ({ answers }) => shareOf(answers, (answer) => answer === 0)),
    times: Int32Array.from(rows, ({ answers }) => answers.length),
    listeners: 3,
    source: Int32Array.from(sounds.keys()),
    level: new Int32Array(sounds.length),
    sources: sounds.length,
    levels: ['late'],
    models: [Float64Array.from(given, (answer) => (answer < 0 ? Number.NaN : Number(answer === 0)))],
    responses: {
      row: Int32Array.from(entries, ({ row }) => row),
      share: Float64Array.from(entries, ({ share }) => share),
      kind: Int32Array.from(entries, ({ key }) => keys.indexOf(key)),
      item: Int32Array.from(keys, (key) => Math.floor(key / 4)),
      answer: Int32Array.from(keys, (key) => key % 4),
      answers: 4,
      answered: new Float64Array(rows.length).fill(1),
      wrong: Float64Array.from(rows, ({ answers }) => shareOf(answers, (answer) => answer !== 0)),
      target: new Int32Array(sounds.length),
      models: [
        {
          answer: Int32Array.from(given),
          kind: Int32Array.from(given, (answer, item) => keys.indexOf(4 * item + answer)),
        },
      ],
    },
  };
}

function valuesOf(
  answers: AgreementAnswers,
  seed: number,
  listeners = [1, 1, 1],
  sources = new Array<number>(answers.sources).fill(1),
) {
  const { statistics, places } = agreementStatistics(answers, [], createRandom(seed));
  const values = statistics(Float64Array.from(listeners), Float64Array.from(sources));
  return (measure: Measure) => {
    const place = places.find((own) => own.measure === agreementMeasures[measure])!;
    return { human: values[place.human]!, model: values[place.models[0]!]! };
  };
}

/** Total variation of every choice of stand-ins, each with the model's: a stand-in leaves with all that she answered. */
function everyVariation(): string[] {
  const choices = heard.map((own) =>
    own.flatMap((answers, listener) => answers.map((answer) => ({ answer, listener }))),
  );
  const all = choices.reduce<(typeof choices)[0][]>(
    (before, own) => before.flatMap((chosen) => own.map((choice) => [...chosen, choice])),
    [[]],
  );
  return all.map((chosen) => {
    const [human, ofModel, others] = [new Float64Array(4), new Float64Array(4), new Float64Array(4)];
    chosen.forEach(({ answer, listener }, item) => {
      human[answer]! += 2;
      ofModel[model[item]!]! += 2;
      heard[item]!.forEach((answers, other) => {
        if (other !== listener) for (const own of answers) others[own]! += 1 / answers.length;
      });
    });
    const variation = (counts: Float64Array) =>
      counts.reduce((sum, count, answer) => sum + Math.abs(count - others[answer]!) / 12, 0).toFixed(9);
    return `${variation(human)} ${variation(ofModel)}`;
  });
}

test('stand-ins and the model are held against the other listeners of each sound, by counting every choice', () => {
  const possible = new Set(everyVariation());
  const found = Array.from({ length: 200 }, (_, seed) => {
    const { human, model: ofModel } = valuesOf(answersOf(heard, model), seed)('confusionVariation');
    return `${human.toFixed(9)} ${ofModel.toFixed(9)}`;
  });
  expect([...new Set(found)].sort()).toEqual([...possible].sort());
});

test('people who all answer alike confuse alike; a model that errs elsewhere does not', () => {
  const alike = [0, 1, 1, 2].map((answer) => [[answer], [answer], [answer]]);
  const value = valuesOf(answersOf(alike, [0, 3, 3, 3]), 1);
  expect(value('confusionCorrelation').human).toBeCloseTo(1, 12);
  expect(value('confusionDivergence').human).toBeCloseTo(0, 12);
  expect(value('confusionVariation').human).toBeCloseTo(0, 12);
  // Rows (¼, ½, ¼, 0) and (¼, 0, 0, ¾).
  expect(value('confusionVariation').model).toBeCloseTo(0.75, 12);
  expect(value('confusionDivergence').model).toBeCloseTo(0.75, 12);
  expect(value('confusionCorrelation').model).toBeCloseTo(-Math.sqrt(3) / 2, 12);
});

test('a sound that the model did not answer counts for people alone', () => {
  const alike = [0, 1, 1, 2].map((answer) => [[answer], [answer], [answer]]);
  const value = valuesOf(answersOf(alike, [0, 1, 1, -1]), 1)('confusionVariation');
  expect(value).toEqual({ human: 0, model: 0 });
});

test('sounds of a resample that leaves a row four answers count: the study has six', () => {
  expect(
    valuesOf(answersOf(heard, model), 1, [1, 1, 1], [1, 1, 0])('confusionVariation').human,
  ).toBeGreaterThan(0);
  expect(valuesOf(answersOf(heard.slice(0, 2), model), 1)('confusionVariation').human).toBeNaN();
});

test('one listener drawn often has nobody to be held against; two have, if they answer enough', () => {
  expect(valuesOf(answersOf(heard, model), 1, [9, 0, 0])('confusionVariation').human).toBeNaN();
  expect(valuesOf(answersOf(heard, model), 1, [4, 2, 0])('confusionVariation').human).toBeGreaterThan(0);
});

test('a model drawn as people are confuses as they do; one whose errors are dealt anew confuses otherwise', () => {
  const random = createRandom(5);
  const study = { listeners: 24, sources: 120, curve: [-0.5, -1], difficulty: 'shared' } as const;
  const answers = agreementOf(simulateAnswers(study, random), random);
  const responses = answers.responses!;
  const [drawn] = responses.models;
  const dealt = random.shuffled([...drawn!.answer].filter((code, at) => code !== responses.target[at]));
  const permuted = drawn!.answer.map((code, at) => (code === responses.target[at] ? code : dealt.pop()!));
  const both: AgreementAnswers = {
    ...answers,
    models: [answers.models[0]!, answers.models[0]!],
    responses: { ...responses, models: [drawn!, { answer: permuted, kind: drawn!.kind }] },
  };
  const { statistics, scales, places } = agreementStatistics(both, [[0, 1]], random);
  const estimates = twoFactorBootstrap(both, statistics, { random, resamples: 60, scales });
  for (const [measure, sign] of [
    ['confusionCorrelation', 1],
    ['confusionDivergence', -1],
    ['confusionVariation', -1],
  ] as const) {
    const place = places.find((own) => own.measure === agreementMeasures[measure])!;
    const [asPeople, worse] = place.differences.map((at) => estimates[at]!);
    expect(asPeople!.interval.low, measure).toBeLessThan(0);
    expect(asPeople!.interval.high, measure).toBeGreaterThan(0);
    const ends = [worse!.interval.low, worse!.interval.high].map((end) => sign * end);
    expect(Math.max(...ends), measure).toBeLessThan(0);
    expect(sign * estimates[place.pairs[0]!]!.estimate, measure).toBeGreaterThan(0);
  }
});
