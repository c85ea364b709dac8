import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { predictResponses } from '../../../src/experiments/brain/predictResponses.ts';
import type { Responses } from '../../../src/experiments/brain/responses.ts';
import { stageFeatures } from '../../../src/experiments/stageFeatures.ts';
import { median } from '../../../src/statistics/estimates/descriptive.ts';
import { tinyModel } from '../../tinyModel.ts';

const model = tinyModel();
const stages = ['cochleagram', 'conv1', 'conv3', 'top.word'];
const sounds = 120;
/** Harmonic sounds and noises of many kinds. */
const waveforms = Array.from({ length: sounds }, (_, s) => {
  const random = createRandom(100 + s);
  const [pitch, tilt, mix] = [80 + 400 * random.uniform(), 1 + 5 * random.uniform(), random.uniform()];
  const rate = 2 + 10 * random.uniform();
  return Float32Array.from({ length: model.samples }, (_, t) => {
    let sum = 0;
    for (let h = 1; h <= 8; h++) sum += Math.sin((2 * Math.PI * h * pitch * t) / 8000) / h ** (tilt / 3);
    const gate = 0.6 + 0.4 * Math.sin((2 * Math.PI * rate * t) / 8000);
    return 0.1 * gate * (mix * sum + (1 - mix) * random.normal());
  });
});

/** Two listeners' responses that are linear in one stage's features, each measured three times with noise. */
async function simulated(stage: string, noiseSd: number): Promise<Responses> {
  const [features] = await stageFeatures(model, waveforms, { stages: [stage], threads: 1 });
  const random = createRandom(5);
  const count = 24;
  const repeats = 3;
  const values = new Float64Array(repeats * sounds * count);
  for (let r = 0; r < count; r++) {
    const weights = Array.from({ length: features!.width }, () => random.normal());
    const signal = Array.from({ length: sounds }, (_, s) =>
      weights.reduce((sum, weight, j) => sum + weight * features!.values[s * features!.width + j]!, 0),
    );
    const mean = signal.reduce((a, b) => a + b, 0) / sounds;
    const sd = Math.sqrt(signal.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sounds);
    for (let k = 0; k < repeats; k++)
      for (let s = 0; s < sounds; s++)
        values[(k * sounds + s) * count + r] = (signal[s]! - mean) / sd + noiseSd * random.normal();
  }
  const names = Array.from({ length: count }, (_, r) => `${r < count / 2 ? 'anna' : 'ben'}/${r}`);
  return { names, sounds, repeats, values };
}

test('responses made from conv3 are best predicted by conv3, with the true share of variance', async () => {
  const responses = await simulated('conv3', 1);
  const told: string[] = [];
  const prediction = await predictResponses(model, waveforms, responses, {
    ...{ stages, splits: 4, threads: 1, onStage: (stage: string) => told.push(stage) },
  });
  expect(told).toEqual(stages);
  const corrected = (stage: string) =>
    median(
      prediction.stages.find((each) => each.stage === stage)!.responses.map((each) => each.r2Corrected!),
    );
  // All of the variance that is not noise comes from the stage.
  expect(corrected('conv3')).toBeGreaterThan(0.9);
  expect(corrected('conv3')).toBeLessThan(1.1);
  const raw = median(prediction.stages[2]!.responses.map(({ r2 }) => r2));
  // The mean of three measurements of noise variance 1 holds 1 / (1 + 1/3) of signal.
  expect(raw).toBeLessThan(0.78);
  expect(raw).toBeGreaterThan(0.55);
  const best = prediction.bestStage.filter(({ stage }) => stage === 'conv3');
  expect(best.length).toBeGreaterThan(0.6 * responses.names.length);
  expect(prediction.listenerStage).toMatchObject([
    { listener: 'anna', stage: 'conv3', relativeDepth: expect.closeTo(7 / 12, 12) },
    { listener: 'ben', stage: 'conv3', relativeDepth: expect.closeTo(7 / 12, 12) },
  ]);
  const { byStage, ceiling } = prediction.similarity!;
  expect(byStage['conv3']!).toBeGreaterThan(byStage['top.word']!);
  expect(ceiling!).toBeGreaterThan(byStage['conv3']!);
});

test('responses that are noise are predicted from no stage', async () => {
  const random = createRandom(9);
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const values = Float64Array.from({ length: sounds * names.length }, () => random.normal());
  const { stages: predicted } = await predictResponses(
    model,
    waveforms,
    { names, sounds, repeats: 1, values },
    { stages: ['conv1', 'conv3'], splits: 4, threads: 1 },
  );
  for (const { responses } of predicted) {
    expect(median(responses.map(({ r2 }) => r2))).toBeLessThan(0.05);
    expect(responses.every(({ r2Corrected }) => r2Corrected === null)).toBe(true);
  }
});

test('sounds and responses that do not fit together are refused', async () => {
  const responses = { names: ['a'], sounds: 5, repeats: 1, values: new Float64Array(5) };
  await expect(predictResponses(model, waveforms, responses)).rejects.toThrow(
    'responses must be to the 120 sounds, they are to 5; give one row a sound',
  );
  const few = predictResponses(model, waveforms.slice(0, 5), responses);
  await expect(few).rejects.toThrow('there must be ≥ 8 sounds for two halves, got 5');
});
