import { expect, test } from 'vitest';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { createRandom } from '../../src/base/random.ts';
import { networkOf } from '../../src/model/createAuditoryModel.ts';
import type { AveragedState, NamedValues } from '../../src/training/gradientStep.ts';
import { classWeights, learningRateAt, trainingConfig } from '../../src/training/trainingConfig.ts';
import type { LabeledBatch } from '../../src/training/trainingGraph.ts';
import { compileTraining, type TrainingProgram } from '../../src/training/trainingProgram.ts';
import {
  dropoutMasks,
  initialState,
  stateArrays,
  stateFromArrays,
} from '../../src/training/trainingState.ts';
import { keptAverage } from '../../src/training/weightAverage.ts';
import { expectAllClose } from '../expectAllClose.ts';
import { tinyDescription, tinySound } from '../tinyModel.ts';

const plan = networkOf(tinyDescription);
const cochleagram = createFastCochleagram(tinyDescription.cochleagram, { oversampling: 2 });
const batchSize = 4;
const given = { corpus: 'none', steps: 10, batchSize, warmupSteps: 0, gradientClip: 1e6, weightDecay: 0 };

function batch(): LabeledBatch {
  const waveforms = new Float32Array(batchSize * tinyDescription.samples);
  for (let i = 0; i < batchSize; i++) waveforms.set(tinySound(i + 1), i * tinyDescription.samples);
  return { waveforms, words: Int32Array.of(1, 2, 0, 1), genres: Int32Array.of(0, 0, 1, 2) };
}

async function program(more: object = {}) {
  const config = trainingConfig({ ...given, ...more });
  return compileTraining({ plan, cochleagram, samples: tinyDescription.samples, config }, { threads: 1 });
}

const masks = dropoutMasks(plan, batchSize, 1, 0);

async function stepFrom(
  step: TrainingProgram,
  state: AveragedState,
  learningRate: number,
  labels: Partial<LabeledBatch> = {},
) {
  const run = await step.begin(state);
  await run.step({ ...batch(), ...labels }, { learningRate, masks, averaging: 0 });
  const [report] = await run.told();
  return { report: report!, state: await run.state() };
}

test('the gradient of every weight agrees with central differences of the loss', async () => {
  const step = await program({ optimizer: 'sgd', momentum: 0 });
  const state = initialState(plan, 1);
  const lossOf = async (weights: NamedValues) => (await stepFrom(step, { ...state, weights }, 0)).report.loss;
  const rate = 1;
  const { state: moved } = await stepFrom(step, state, rate);
  const random = createRandom(2);
  for (const { name, isLearned } of plan.weights) {
    if (!isLearned) continue;
    const old = state.weights[name]!;
    const gradient = old.map((value, i) => (value - moved.weights[name]![i]!) / rate);
    // Along the gradient the difference is largest, so float32 losses resolve it.
    const norm = Math.hypot(...gradient);
    const direction = gradient.map((g) => g / norm + (0.1 * random.normal()) / Math.sqrt(old.length));
    const slope = gradient.reduce((sum, g, i) => sum + g * direction[i]!, 0);
    const at = (shift: number) =>
      lossOf({ ...state.weights, [name]: old.map((value, i) => value + shift * direction[i]!) });
    const size = Math.min(0.003, 5e-4 / norm);
    const difference = ((await at(size)) - (await at(-size))) / (2 * size);
    expect(Math.abs(difference - slope), `${name}: ${difference} against ${slope}`).toBeLessThan(
      0.03 * Math.abs(slope) + 2e-3,
    );
  }
  await step.release();
});

test('repeated steps of adamw lower the loss on their own batch, the same bits each time', async () => {
  const step = await program();
  const losses = async () => {
    const run = await step.begin(initialState(plan, 1));
    const seen: number[] = [];
    for (let i = 0; i < 30; i++) {
      await run.step(batch(), { learningRate: 3e-3, masks, averaging: 0 });
      if (i % 10 === 9) seen.push(...(await run.told()).map(({ loss }) => loss));
    }
    return seen;
  };
  const first = await losses();
  expect(first.at(-1)!).toBeLessThan(0.6 * first[0]!);
  expect(await losses()).toEqual(first);
  await step.release();
});

test('running statistics move by their share towards those of the batch', async () => {
  const step = await program({ statisticsMomentum: 0.9 });
  const state = initialState(plan, 1);
  const { state: next } = await stepFrom(step, state, 0);
  const { state: other } = await stepFrom(await program({ statisticsMomentum: 0 }), state, 0);
  const { name } = plan.weights.find(({ isLearned }) => !isLearned)!;
  const [old, moved, measured] = [state, next, other].map(({ weights }) => weights[name]![0]!);
  expect(moved).toBeCloseTo(0.9 * old! + 0.1 * measured!, 5);
  expect(measured).not.toBe(old);
});

test('a checkpoint gives back the very state', () => {
  const state = { ...initialState(plan, 3), step: 7, best: { score: 0.5, since: 1 } };
  const stored = { arrays: stateArrays(plan, state), path: 'x' };
  expect(stateFromArrays(plan, stored, { step: 7, best: state.best })).toEqual(state);
});

test('dropout masks depend on seed and step alone and keep the mean', () => {
  expect(dropoutMasks(plan, 8, 1, 5)).toEqual(dropoutMasks(plan, 8, 1, 5));
  expect(dropoutMasks(plan, 8, 1, 5)).not.toEqual(dropoutMasks(plan, 8, 1, 6));
  const [mask] = Object.values(dropoutMasks(plan, 2000, 1, 0));
  expect(mask!.reduce((a, b) => a + b, 0) / mask!.length).toBeCloseTo(1, 1);
});

test.each([
  [0.99, 1, 2 / 11],
  [0.99, 1000, 0.99],
  [0.5, 1000, 0.5],
])('keptAverage(%d) of step %i is %d: the beginning is forgotten at once', (share, step, kept) => {
  expect(keptAverage(share, step)).toBeCloseTo(kept, 10);
});

test('a step moves the average of every weight by its share towards the new weights', async () => {
  const step = await program();
  const start = initialState(plan, 1);
  const run = await step.begin({ ...start, step: 5 });
  await run.step(batch(), { learningRate: 0.01, masks, averaging: 0.4 });
  const { weights, averages } = await run.state();
  for (const { name } of plan.weights) {
    const expected = start.averages[name]!.map((old, i) => 0.4 * old + 0.6 * weights[name]![i]!);
    expectAllClose(averages[name]!, expected, { atol: 1e-6, rtol: 1e-6 });
  }
  await step.release();
});

test('the learning rate warms up, peaks and falls along half a cosine', () => {
  const config = trainingConfig({ corpus: 'none', steps: 1100, warmupSteps: 100, learningRate: 1 });
  expect(learningRateAt(config, 0)).toBeCloseTo(0.01, 10);
  expect(learningRateAt(config, 99)).toBeCloseTo(1, 10);
  expect(learningRateAt(config, 600)).toBeCloseTo(0.5, 10);
  expect(learningRateAt(config, 1099)).toBeLessThan(1e-5);
});

test('a wrong configuration names the field', () => {
  expect(() => trainingConfig({ corpus: 'c', steps: 0 })).toThrow(/steps/);
  expect(() => trainingConfig({ corpus: 'c', steps: 1, lernrate: 1 })).toThrow(/lernrate/);
  expect(() => trainingConfig({ corpus: 'c', steps: 1, momentum: 1 })).toThrow(/momentum/);
});

test('classWeights weight excerpts by their label, in a mean of weights', async () => {
  const labels = tinyDescription.labels;
  const lossOf = async (more: object, ...words: number[]) => {
    const config = trainingConfig({ ...given, nullWeight: 0, taskWeights: { word: 1, genre: 0 }, ...more });
    const graph = { plan, cochleagram, samples: tinyDescription.samples, config, labels };
    const step = await compileTraining(graph, { threads: 1 });
    const state = initialState(plan, 1);
    const { report } = await stepFrom(step, state, 0, { words: Int32Array.from(words) });
    await step.release();
    return report.loss;
  };
  // Excerpts 0 and 3 are of class 1, excerpt 1 of class 2; excerpt 2 is null and counts nothing.
  const [first, second] = [await lossOf({}, 1, 0, 0, 1), await lossOf({}, 0, 2, 0, 0)];
  const [yes, no] = labels.word.slice(1) as [string, string];
  const weighted = await lossOf({ classWeights: { word: { [yes]: 3, [no]: 0.5 } } }, 1, 2, 0, 1);
  expect(weighted).toBeCloseTo((3 * 2 * first + 0.5 * second) / (3 * 2 + 0.5), 4);
  // However little they weigh together.
  expect(await lossOf({ classWeights: { word: { [yes]: 0.1 } } }, 1, 0, 0, 1)).toBeCloseTo(first, 4);
});

test('classWeights of a label that the task does not have are refused', () => {
  const config = trainingConfig({ ...given, classWeights: { word: { maybe: 2 } } });
  expect(() => classWeights('word', tinyDescription.labels.word, config)).toThrow(
    /classWeights\.word must name labels of the task, which are yes, no; got 'maybe'/,
  );
  expect(classWeights('genre', tinyDescription.labels.genre, config)).toBeUndefined();
});
