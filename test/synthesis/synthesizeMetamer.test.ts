import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeMetamer } from '../../src/synthesis/judgeMetamer.ts';
import { match } from '../../src/synthesis/objective.ts';
import { normalizedGradientDescent } from '../../src/synthesis/optimizer.ts';
import { runBatch } from '../../src/synthesis/runs/batch.ts';
import { layOutBatch } from '../../src/synthesis/runs/layOutRuns.ts';
import { synthesizeMetamer } from '../../src/synthesis/synthesizeMetamer.ts';
import { readSound } from '../../stimuli/readSound.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { tinyModel, tinySound } from '../tinyModel.ts';
import { stoppedAt } from './stoppedAt.ts';

const model = tinyModel();
const reference = tinySound();
const options = { stages: ['conv3'], steps: 30, seed: 1, threads: 1 };

test('synthesizeMetamer works in memory, lowers the loss, and gives the bits of a run folder', async () => {
  const { metamer, losses, evaluations } = await synthesizeMetamer(model, reference, options);
  expect(losses).toHaveLength(31);
  expect(evaluations).toBe(31);
  expect(losses.at(-1)!).toBeLessThan(0.3 * losses[0]!);
  const [item] = layOutBatch(
    [{ sound: 'sound.wav', waveform: reference }],
    [{ conv3: 1 }],
    temporaryFolder(),
  );
  await runBatch([item!], {
    ...{ model, preset: 'fast', stepLimit: 30, seed: 1, engine: 'onnxruntime', device: 'cpu', threads: 1 },
    versions: {},
  });
  const written = await readSound(join(item!.folder, 'metamer.wav'), { model, rms: null, demean: false });
  expect(readFileSync(join(item!.folder, 'run.json'), 'utf8')).toContain('"steps": 30');
  expect(metamer).toEqual(written.samples);
});

test('a synthesis that is stopped goes on from its last report to the same bits', async () => {
  const whole = await synthesizeMetamer(model, reference, options);
  const from = await stoppedAt(model, reference, options, 11);
  expect(from.state.step).toBe(11);
  const resumed = await synthesizeMetamer(model, reference, { ...options, from });
  expect(resumed).toEqual(whole);
});

test('another objective and another optimizer take the place of stages and preset', async () => {
  const optimizer = normalizedGradientDescent({ length: 1, halveEvery: 3000 });
  const asked = { steps: 5, seed: 3, threads: 1 };
  const ours = await synthesizeMetamer(model, reference, {
    ...{ ...asked, objective: match({ norm1: 2 }), optimizer },
  });
  const preset = await synthesizeMetamer(model, reference, {
    ...{ ...asked, stages: { norm1: 1 }, preset: 'published-2023' },
  });
  expect(ours).toEqual(preset);
});

test.each([
  [{}, /^stages must name the stages to match/],
  [{ stages: [] }, /every stage's weight must be > 0, got no stage/],
  [{ stages: ['conv9'] }, /'conv9'/],
  [{ stages: ['conv3'], steps: 1.5 }, /^steps must be a whole number ≥ 0, got 1.5/],
  [
    { stages: ['conv3'], optimizer: normalizedGradientDescent({ length: 1, halveEvery: 1 }) },
    /^steps must be given with an optimizer/,
  ],
])('synthesizeMetamer(…, %j) is refused in one sentence', async (wrong, message) => {
  const refused = synthesizeMetamer(model, reference, wrong);
  await expect(refused).rejects.toMatchObject({
    name: 'InputError',
    message: expect.stringMatching(message),
  });
});

test('judgeMetamer takes sounds or samples; passed is the criteria’s', async () => {
  const { metamer } = await synthesizeMetamer(model, reference, options);
  const ofSamples = await judgeMetamer(model, { reference, metamer }, { stages: ['conv3'], threads: 1 });
  const sound = (samples: Float32Array) => ({ samples, sampleRateHz: model.sampleRateHz });
  const ofSounds = await judgeMetamer(
    model,
    { reference: sound(reference), metamer: sound(metamer) },
    { stages: ['conv3'], threads: 1 },
  );
  expect(ofSounds).toEqual(ofSamples);
  expect(ofSamples.passed).toBe(ofSamples.criteria.passed);
  expect(ofSamples.criteria.pearson).toBeGreaterThan(0.9);
});

test('a forgotten await before readSound is named by those who take its sound', async () => {
  const promised = Promise.resolve({ samples: reference, sampleRateHz: model.sampleRateHz }) as never;
  const message = 'a sound is wanted, got a promise of one; write await before readSound(…)';
  const refusal = { name: 'InputError', message };
  await expect(synthesizeMetamer(model, promised, options)).rejects.toMatchObject(refusal);
  for (const sounds of [
    { reference: promised, metamer: reference },
    { reference, metamer: promised },
  ])
    await expect(judgeMetamer(model, sounds, { stages: ['conv3'] })).rejects.toMatchObject(refusal);
});
