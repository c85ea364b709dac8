import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { trainCommand } from '../../src/cli/commands/train.ts';
import { withPerturbation } from '../../src/cli/flags/perturbationFlags.ts';
import { loadCorpus } from '../../src/corpus/format/loadCorpus.ts';
import { tf } from '../../src/engine/tf.ts';
import { type NetworkPlan, planNetwork } from '../../src/network/plan.ts';
import { randomPerturbations } from '../../src/training/perturbation.ts';
import { compilePerturbation } from '../../src/training/perturbExcerpts.ts';
import { trainingConfig } from '../../src/training/trainingConfig.ts';
import type { LabeledBatch } from '../../src/training/trainingGraph.ts';
import { compileTraining } from '../../src/training/trainingProgram.ts';
import { initialState } from '../../src/training/trainingState.ts';
import { trainModel } from '../../src/training/trainModel.ts';
import { runCommand } from '../cli/runCommand.ts';
import { writeToneCorpus } from '../corpus/toneCorpus.ts';
import { expectAllClose } from '../expectAllClose.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { hasWebgpu } from '../webgpuDevice.ts';

const folder = temporaryFolder();
const size = [2, 3] as const;
const samples = 6;
const batchSize = 2;
/** Two classes, their logits one matrix of the input. */
const linear = planNetwork({
  cochleagram: size,
  stages: [{ name: 'final', input: 'cochleagram', operations: [{ kind: 'dense', units: 2, bias: false }] }],
  outputs: [{ task: 'word', stage: 'final', classes: 2 }],
});
/** The same behind a rectified layer. */
const curved = planNetwork({
  cochleagram: size,
  stages: [
    {
      name: 'hidden',
      input: 'cochleagram',
      operations: [{ kind: 'dense', units: 8, bias: false }, { kind: 'relu' }],
    },
    { name: 'final', input: 'hidden', operations: [{ kind: 'dense', units: 3, bias: false }] },
  ],
  outputs: [{ task: 'word', stage: 'final', classes: 3 }],
});
const kernel = Float32Array.of(0.5, -0.2, 0.1, 0.9, -0.7, 0.3, 0.2, 0.25, -0.4, 0.1, 0.6, -0.6);
const waveforms = Float32Array.of(0.2, -0.5, 0.31, 0.62, -0.11, 0.43, 0.9995, 0.1, -0.2, 0.35, -0.6, 0.7);
const batch: LabeledBatch = { waveforms, words: Int32Array.of(0, 1), genres: new Int32Array(2) };

async function perturbed(plan: NetworkPlan, perturbation: object, { weights = {}, seed = 1, step = 0 } = {}) {
  const config = trainingConfig({ corpus: 'none', steps: 1, batchSize, seed, nullWeight: 1, perturbation });
  const cochleagram = (x: Parameters<typeof tf.reshape>[0]) => tf.reshape(x, [batchSize, ...size]) as never;
  const perturber = await compilePerturbation({ plan, cochleagram, samples, config }, { threads: 1 });
  const all = { ...initialState(plan, 3).weights, ...weights };
  const values = await perturber.perturb(all, batch, step);
  await perturber.release();
  return { values, weights: all };
}

/** What the matrix tells the other class from the excerpt's own by, excerpt by excerpt. */
const towardsOther = Array.from(batch.words, (label) =>
  Array.from({ length: samples }, (_, i) => kernel[2 * i + (1 - label)]! - kernel[2 * i + label]!),
);

test.each(['waveform', 'cochleagram'])(
  'an l∞ attack on a linear network reaches the corner of its ball, %s',
  async (space) => {
    const perturbation = { space, norm: 'linf' };
    const { values } = await perturbed(linear, perturbation, { weights: { 'final.dense.kernel': kernel } });
    const expected = towardsOther.flat().map((slope, i) => waveforms[i]! + 0.002 * Math.sign(slope));
    if (space === 'waveform') {
      // The first sample of the second excerpt would go beyond ±1.
      expect(expected[samples]).toBeGreaterThan(1);
      expected[samples] = 1;
    }
    expectAllClose(values, expected, { atol: 1e-6, rtol: 0 });
  },
);

test.each([0.5, 0.05])(
  'an l2 attack on a linear network goes the radius along the gradient, radius %d',
  async (radius) => {
    const perturbation = { space: 'cochleagram', radius, stepSize: radius / 2, steps: 60 };
    const { values } = await perturbed(linear, perturbation, { weights: { 'final.dense.kernel': kernel } });
    const expected = towardsOther.flatMap((slope, k) =>
      slope.map((value, i) => waveforms[k * samples + i]! + (radius * value) / Math.hypot(...slope)),
    );
    expectAllClose(values, expected, { atol: 2e-3 * radius, rtol: 0 });
  },
);

test.each([1, 2, 3, 4])(
  'one step of an l2 attack goes from the shell along the gradient, back onto the ball only from outside, seed %d',
  async (seed) => {
    const [radius, stepSize] = [0.5, 0.25];
    const perturbation = { space: 'cochleagram', radius, stepSize, steps: 1 };
    const weights = { 'final.dense.kernel': kernel };
    const { values } = await perturbed(linear, perturbation, { weights, seed });
    const draw = { kind: 'adversarial', norm: 'l2', radius } as const;
    const start = randomPerturbations(draw, { excerpts: batchSize, size: samples }, { seed, step: 0 });
    const expected = towardsOther.flatMap((slope, k) => {
      const moved = slope.map(
        (value, i) => start[k * samples + i]! + (stepSize * value) / Math.hypot(...slope),
      );
      const scale = Math.min(1, radius / Math.hypot(...moved));
      return moved.map((value, i) => waveforms[k * samples + i]! + scale * value);
    });
    expectAllClose(values, expected, { atol: 1e-5, rtol: 0 });
  },
);

test('a random perturbation of waveforms stays within ±1', async () => {
  const perturbation = { kind: 'random', norm: 'linf', radius: 0.5 } as const;
  const { values } = await perturbed(linear, perturbation);
  const shape = { excerpts: batchSize, size: samples };
  const added = randomPerturbations(perturbation, shape, { seed: 1, step: 0 });
  const unlimited = waveforms.map((value, i) => value + added[i]!);
  expect(Math.max(...unlimited.map(Math.abs))).toBeGreaterThan(1);
  expectAllClose(
    values,
    unlimited.map((value) => Math.min(Math.max(value, -1), 1)),
    { atol: 1e-6 },
  );
});

/** Cross-entropies of the curved network, by hand; labels smoothed by 0.05. */
function losses(values: ArrayLike<number>, weights: Readonly<Record<string, Float32Array>>): number[] {
  const [first, second] = [weights['hidden.dense.kernel']!, weights['final.dense.kernel']!];
  return Array.from(batch.words, (label, k) => {
    const hidden = Array.from({ length: 8 }, (_, h) =>
      Math.max(
        0,
        Array.from({ length: samples }, (_, i) => values[k * samples + i]! * first[8 * i + h]!).reduce(
          (a, b) => a + b,
        ),
      ),
    );
    const logits = [0, 1, 2].map((c) =>
      hidden.reduce((sum, value, h) => sum + value * second[3 * h + c]!, 0),
    );
    const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    return logits.reduce((sum, logit, c) => sum - ((c === label ? 0.95 : 0) + 0.05 / 3) * (logit - total), 0);
  });
}

test.each([
  ['l2', 0.3, 0.1],
  ['linf', 0.1, 0.03],
])(
  'an attack stays in its ball of %s and raises every loss, more than a random control of its size',
  async (norm, radius, stepSize) => {
    const rises = [];
    for (const kind of ['adversarial', 'random']) {
      const perturbation = { kind, space: 'cochleagram', norm, radius, stepSize };
      const { values, weights } = await perturbed(curved, perturbation);
      const difference = values.map((value, i) => value - waveforms[i]!);
      for (const part of [difference.subarray(0, samples), difference.subarray(samples)]) {
        const length = norm === 'l2' ? Math.hypot(...part) : Math.max(...part.map(Math.abs));
        expect(length).toBeLessThanOrEqual(radius * (1 + 1e-4));
        if (kind === 'random') expect(length).toBeCloseTo(radius, 5);
      }
      const before = losses(waveforms, weights);
      rises.push(losses(values, weights).map((loss, k) => loss - before[k]!));
    }
    const [adversarial, random] = rises;
    for (const k of [0, 1]) {
      expect(adversarial![k]).toBeGreaterThan(0.01);
      expect(adversarial![k]).toBeGreaterThan(random![k]!);
    }
  },
);

test('the largest loss on the way is kept, also when the last step overshoots', async () => {
  // Steps of many radii jump from one side of the ball to the other.
  const perturbation = { space: 'cochleagram', radius: 0.5, stepSize: 50, steps: 7 };
  const { values, weights } = await perturbed(curved, perturbation);
  const shorter = await perturbed(curved, { ...perturbation, steps: 6 });
  const [long, short] = [losses(values, weights), losses(shorter.values, weights)];
  for (const k of [0, 1]) expect(long[k]).toBeGreaterThanOrEqual(short[k]! - 1e-6);
});

test('a random perturbation depends on seed and step alone, and lies on the shell or in a corner', () => {
  const shape = { excerpts: 3, size: 400 };
  const draw = (norm: 'l2' | 'linf', seed: number, step: number) =>
    randomPerturbations({ kind: 'random', norm, radius: 0.7 }, shape, { seed, step });
  expect(draw('l2', 1, 5)).toEqual(draw('l2', 1, 5));
  expect(draw('l2', 1, 5)).not.toEqual(draw('l2', 1, 6));
  expect(draw('l2', 1, 5)).not.toEqual(draw('l2', 2, 5));
  for (const first of [0, 400, 800])
    expect(Math.hypot(...draw('l2', 1, 1).subarray(first, first + 400))).toBeCloseTo(0.7, 5);
  const corner = [...draw('linf', 1, 1)];
  expect(new Set(corner.map(Math.abs))).toEqual(new Set([Math.fround(0.7)]));
  expect(corner.filter((value) => value > 0).length).toBeGreaterThan(500);
  const start = randomPerturbations({ kind: 'adversarial', norm: 'linf', radius: 0.7 }, shape, {
    seed: 1,
    step: 1,
  });
  expect(Math.max(...start.map(Math.abs))).toBeLessThanOrEqual(0.7);
  expect(start.filter((value) => Math.abs(value) < 0.35).length).toBeGreaterThan(500);
});

const corpusFolder = join(folder, 'corpus');
const settings = {
  ...{
    corpus: corpusFolder,
    steps: 2,
    batchSize: 2,
    width: 0.02,
    warmupSteps: 1,
    preset: 'cochcnn9' as const,
  },
  ...{ validateEverySteps: 2, validationExcerpts: 2, loaderThreads: 0, name: 'tones' },
};

beforeAll(() => writeToneCorpus(corpusFolder));

test('train: a stopped robust training resumes to the same bits, and differs from one without', async () => {
  const corpus = await loadCorpus(corpusFolder);
  const bytes = (name: string) => readFileSync(join(folder, name, 'weights.safetensors'));
  const robust = { ...settings, perturbation: { space: 'cochleagram' as const, steps: 1 } };
  await trainModel(robust, join(folder, 'whole'), { corpus });
  await trainModel(robust, join(folder, 'halves'), { corpus, untilStep: 1 });
  await trainModel(robust, join(folder, 'halves'), { corpus });
  await trainModel(settings, join(folder, 'plain'), { corpus });
  expect(bytes('halves').equals(bytes('whole'))).toBe(true);
  expect(bytes('plain').equals(bytes('whole'))).toBe(false);
});

const plain = trainingConfig({ corpus: 'c', steps: 1 });
const robust = trainingConfig({ corpus: 'c', steps: 1, perturbation: { radius: 0.5, stepSize: 0.25 } });
const whole = { kind: 'adversarial', space: 'waveform', norm: 'l2', radius: 1, stepSize: 0.5, steps: 5 };

test.each([
  ['nothing asked, nothing there', plain, {}, undefined],
  ['nothing asked', robust, {}, { ...whole, radius: 0.5, stepSize: 0.25 }],
  ['published values', plain, { perturbation: 'adversarial' }, whole],
  [
    'the published values of the other norm',
    robust,
    { perturbationNorm: 'linf' },
    { ...whole, norm: 'linf', radius: 0.002, stepSize: 0.001 },
  ],
  [
    'the same norm keeps its radius',
    robust,
    { perturbationNorm: 'l2', perturbationSteps: 2 },
    { ...whole, radius: 0.5, stepSize: 0.25, steps: 2 },
  ],
  ['one value alone', robust, { perturbationRadius: 3 }, { ...whole, radius: 3, stepSize: 0.25 }],
  [
    'the control',
    robust,
    { perturbation: 'random' },
    { ...whole, kind: 'random', radius: 0.5, stepSize: 0.25 },
  ],
  ['none', robust, { perturbation: 'none' }, undefined],
])('flags of the perturbation: %s', (_, config, flags, expected) => {
  expect(withPerturbation(config, flags).perturbation).toEqual(expected);
});

test.each([
  [{ perturbation: { radius: 0 } }, "field 'perturbation.radius' must be > 0, got 0"],
  [{ perturbation: { norm: 'l1' } }, 'field \'perturbation.norm\' must be one of l2, linf, got "l1"'],
  [{ perturbation: { eps: 1 } }, "field 'perturbation' must not hold eps, which is unknown"],
])('a perturbation that cannot be is refused: %j', (given, message) => {
  expect(() => trainingConfig({ corpus: 'c', steps: 1, ...given })).toThrow(message);
});

test('train: details of a perturbation without one are refused in a sentence', async () => {
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify(settings));
  await expect(
    runCommand(trainCommand, ['--config', config, '--out', join(folder, 'x'), '--perturbation-radius', '1']),
  ).rejects.toThrow('--perturbation must be adversarial or random where its radius is set, got none');
});

test.skipIf(!hasWebgpu).each([
  { space: 'waveform', norm: 'l2', radius: 0.5, stepSize: 2, steps: 3 },
  { space: 'cochleagram', norm: 'linf', radius: 0.3, stepSize: 0.1, steps: 2 },
  { space: 'waveform', norm: 'linf', radius: 0.3, kind: 'random' },
])(
  'compileTraining perturbs in the graph on WebGPU as outside it on the processor: %o (skipped where there is no WebGPU device)',
  async (perturbation) => {
    const config = trainingConfig({ corpus: 'none', steps: 3, batchSize, nullWeight: 1, perturbation });
    const cochleagram = (x: tf.Tensor) => tf.reshape(x, [batchSize, ...size]);
    const losses = async (device: 'cpu' | 'webgpu') => {
      const graph = { plan: curved, config, samples, cochleagram };
      const program = await compileTraining(graph, { device, threads: 1 });
      const run = await program.begin({ ...initialState(curved, 3), step: 5 });
      for (let step = 0; step < 3; step++)
        await run.step(batch, { learningRate: 0.05, masks: {}, averaging: 0.9 });
      const told = await run.told();
      await program.release();
      return told.map(({ loss }) => loss);
    };
    expectAllClose(await losses('webgpu'), await losses('cpu'), { rtol: 1e-4 });
  },
);
