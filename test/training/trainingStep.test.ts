import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { arraySize } from '../../src/base/arraySize.ts';
import { byName } from '../../src/engine/names.ts';
import { tf } from '../../src/engine/tf.ts';
import { planNetwork } from '../../src/network/plan.ts';
import { presets } from '../../src/network/presets.ts';
import { trainingConfig } from '../../src/training/trainingConfig.ts';
import { compileTraining } from '../../src/training/trainingProgram.ts';
import { initialState } from '../../src/training/trainingState.ts';
import { expectAllClose } from '../expectAllClose.ts';

const { branched } = presets;

interface Reference {
  config: { learningRate: number };
  batch: number;
  cochleagram: [number, number];
  words: number;
  genres: number;
  labels: { word: number[]; genre: number[] };
  reports: { loss: number; gradientNorm: number }[];
  weights: Record<string, number[]>;
}

const reference = JSON.parse(
  readFileSync(new URL('../reference/trainingStep.json', import.meta.url), 'utf8'),
) as Reference;

/** The formula of trainingStep.py. */
function drawn(name: string, shape: readonly number[]): Float32Array {
  const phase = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const wave = (i: number) => Math.sin(12.9898 * (i + 1) + phase);
  const valueAt = (i: number) => {
    if (name.endsWith('.kernel')) return wave(i) / Math.sqrt(arraySize(shape.slice(0, -1)));
    if (name.endsWith('.variance')) return 1;
    if (name.endsWith('.mean')) return 0;
    return (name.endsWith('.scale') ? 1 : 0) + 0.1 * wave(i);
  };
  return Float32Array.from({ length: arraySize(shape) }, (_, i) => valueAt(i));
}

test('three steps of AdamW with clipping give loss, gradient norm and weights of PyTorch', async () => {
  const { batch, cochleagram: size, words, genres, labels } = reference;
  const plan = planNetwork(branched({ width: 0.015, words, genres, cochleagram: size }));
  const samples = arraySize(size);
  const config = trainingConfig({ corpus: 'none', steps: 3, batchSize: batch, ...reference.config });
  const program = await compileTraining(
    { plan, config, samples, cochleagram: (x) => tf.reshape(x, [batch, ...size]) },
    { threads: 1 },
  );
  const given = {
    waveforms: Float32Array.from(
      { length: batch * samples },
      (_, i) => 0.3 * (1 + Math.sin(0.37 * i) * Math.sin(1.7 + 0.0113 * i * (i % 97))),
    ),
    words: Int32Array.from(labels.word),
    genres: Int32Array.from(labels.genre),
  };
  const masks = byName(plan.dropouts, ({ shape }) => new Float32Array(batch * arraySize(shape)).fill(1));
  const run = await program.begin({
    ...initialState(plan, 1),
    weights: byName(plan.weights, ({ name, shape }) => drawn(name, shape)),
  });
  for (const _ of reference.reports)
    await run.step(given, { learningRate: config.learningRate, masks, averaging: 0 });
  const reports = await run.told();
  const state = await run.state();
  await program.release();
  for (const [i, { loss, gradientNorm }] of reference.reports.entries()) {
    expect(Math.abs(reports[i]!.loss / loss - 1)).toBeLessThan(1e-4);
    expect(Math.abs(reports[i]!.gradientNorm / gradientNorm - 1)).toBeLessThan(1e-3);
    // The clipping is at work.
    expect(gradientNorm).toBeGreaterThan(config.gradientClip);
  }
  expect(Object.keys(reference.weights).sort()).toEqual(plan.weights.map(({ name }) => name).sort());
  // A step moves a weight by up to the learning rate, 0.01.
  for (const { name } of plan.weights)
    expectAllClose(state.weights[name]!, reference.weights[name]!, { atol: 1e-4, rtol: 1e-3 });
});
