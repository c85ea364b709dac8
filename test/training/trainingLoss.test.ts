import { expect, test } from 'vitest';
import { tf } from '../../src/engine/tf.ts';
import { trainingConfig } from '../../src/training/trainingConfig.ts';
import { batchLoss, batchTargets, excerptLosses, type LossTargets } from '../../src/training/trainingLoss.ts';
import { expectAllClose } from '../expectAllClose.ts';

const graph = (config: object = {}): LossTargets => ({
  plan: {
    architecture: {
      outputs: [
        { task: 'word', stage: 'top', classes: 3 },
        { task: 'genre', stage: 'top2', classes: 2 },
      ],
    },
  } as never,
  config: trainingConfig({
    ...{ corpus: 'none', steps: 1, batchSize: 3, labelSmoothing: 0.3, nullWeight: 0.25 },
    ...{ taskWeights: { word: 1, genre: 2 }, ...config },
  }),
  labels: { word: ['', 'no', 'yes'] },
});
const labels = { words: Int32Array.of(0, 2, 1), genres: Int32Array.of(0, 0, 0) };

test('batchTargets: smoothed labels times weights of excerpt and task, and one over the sum of weights', () => {
  const given = batchTargets(graph()).of(labels);
  expectAllClose(given['target/word']!, [0.2, 0.025, 0.025, 0.1, 0.1, 0.8, 0.1, 0.8, 0.1], { atol: 1e-7 });
  expectAllClose(given['target/genre']!, [0.425, 0.075, 0.425, 0.075, 0.425, 0.075], { atol: 1e-7 });
  expect(given['share/word']![0]).toBeCloseTo(1 / 2.25, 6);
  expect(given['share/genre']![0]).toBeCloseTo(1 / 0.75, 6);
});

test('batchTargets: words have weights by label where the configuration gives them', () => {
  const given = batchTargets(graph({ classWeights: { word: { yes: 10 } } })).of(labels);
  expect(given['share/word']![0]).toBeCloseTo(1 / 11.25, 6);
  expect(given['target/word']![5]).toBeCloseTo(8, 5);
  expect(() => batchTargets(graph({ classWeights: { word: { perhaps: 10 } } }))).toThrow(/got 'perhaps'/);
});

test('batchLoss is the weighted mean of what excerptLosses gives for each task alone', () => {
  const targets = batchTargets(graph());
  const given = Object.fromEntries(
    Object.entries(targets.of(labels)).map(([name, values]) => [
      name,
      tf.tensor(values, [...targets.inputs[name]!.shape]),
    ]),
  );
  const logits = [
    tf.tensor2d([1, 2, 3, 0, 0, 0, -1, 2, 0.5], [3, 3]),
    tf.tensor2d([1, 0, 0, 1, 2, 2], [3, 2]),
  ];
  const excerpts = (which: 0 | 1) =>
    excerptLosses(
      graph(),
      logits.map((each, i) => (i === which ? each : tf.zerosLike(each))),
      given,
    ).dataSync();
  // Even logits have a loss of log(classes) times the weight.
  const [ofWord, ofGenre] = [excerpts(0), excerpts(1)];
  const evenGenre = 3 * 0.25 * 2 * Math.log(2);
  const evenWord = 2.25 * Math.log(3);
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
  const expected = (sum(ofWord) - evenGenre) / 2.25 + (sum(ofGenre) - evenWord) / 0.75;
  expect(batchLoss(graph(), logits, given).dataSync()[0]).toBeCloseTo(expected, 5);
});
