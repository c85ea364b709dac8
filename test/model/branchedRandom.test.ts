import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { modelsCommand } from '../../src/cli/commands/models.ts';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.ts';
import { computeActivations } from '../../src/model/computeActivations.ts';
import { networkOf } from '../../src/model/createAuditoryModel.ts';
import { loadModel, modelDescription, modelFiles, modelFolder } from '../../src/model/loadModel.ts';
import { storedWeights } from '../../src/model/weightStore.ts';
import { initialWeight } from '../../src/network/initialWeights.ts';
import { readSound } from '../../stimuli/readSound.ts';
import { runCommand } from '../cli/runCommand.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { tinyDescription } from '../tinyModel.ts';

const folder = temporaryFolder();

test('branched-random has the stages and labels of branched-small, a hash of its own, and stands in models', async () => {
  const [random, trained] = [loadModel('branched-random'), loadModel('branched-small')];
  expect(random.stages).toEqual(trained.stages);
  expect(random.classifiers).toEqual(trained.classifiers);
  expect(random.hash).not.toBe(trained.hash);
  expect(loadModel(modelFolder('branched-random')).hash).toBe(random.hash);
  expect((await runCommand(modelsCommand, [])).stdout).toMatch(/^branched-random +2,2\d\d,\d{3} /m);
});

test('branched-random stores statistics of normalization alone and draws the rest from its seed', () => {
  const description = modelDescription('branched-random');
  const plan = networkOf(description);
  const path = join(modelFolder('branched-random'), modelFiles.weights);
  const statistics = plan.weights.filter(({ isLearned }) => !isLearned).map(({ name }) => name);
  expect([...readSafetensors(path).keys()].sort()).toEqual([...statistics].sort());
  const weights = storedWeights(plan, path, description.seed);
  const kernel = plan.weights.find(({ name }) => name === 'conv3.conv.kernel')!;
  expect(weights(kernel.name)).toEqual(initialWeight(kernel, description.seed!));
});

test('branched-random keeps activations in range at every depth: means and shares of active units', async () => {
  const model = loadModel('branched-random');
  const clips = ['speech-no', 'music-techno', 'environment-printer'];
  const sounds = await Promise.all(
    clips.map(async (name) => (await readSound(name, { sampleRateHz: 20000, durationSeconds: 2 })).samples),
  );
  const stages = ['conv3', 'conv5.word', 'conv5.music', 'fc6.word', 'fc6.music'];
  const heard = await computeActivations(model, sounds, stages, { form: 'fast' });
  for (const ofSound of heard)
    for (const [k, values] of ofSound.entries()) {
      const active = values.filter((value) => value > 0).length / values.length;
      const meanSquare = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
      // A rectified normal variable is active half the time and has a mean square of one half.
      expect(active, stages[k]!).toBeGreaterThan(0.2);
      expect(active, stages[k]!).toBeLessThan(0.8);
      expect(meanSquare, stages[k]!).toBeGreaterThan(0.1);
      expect(meanSquare, stages[k]!).toBeLessThan(2.5);
    }
});

test('loadModel of a folder with a seed needs no weights; without one it does, and wrong shapes are refused', () => {
  const write = (name: string, description: object) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, modelFiles.description), JSON.stringify(description));
    return join(folder, name);
  };
  const seeded = write('seeded', { ...tinyDescription, seed: 3 });
  const before = loadModel(seeded).hash;
  expect(loadModel(write('other', { ...tinyDescription, seed: 4 })).hash).not.toBe(before);
  const shape = [2];
  writeSafetensors(
    join(seeded, modelFiles.weights),
    new Map([['conv1.conv.bias', { shape, values: new Float32Array(2) }]]),
  );
  expect(() => loadModel(seeded)).toThrow(/must hold 'conv1\.conv\.bias' of shape \[6\], its shape is \[2\]/);
  expect(() => loadModel(write('bare', tinyDescription))).toThrow(/weights\.safetensors cannot be read/);
});
