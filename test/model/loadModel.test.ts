import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createExactCochleagram } from '../../cochlea/exactCochleagram.ts';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import { tf } from '../../src/engine/tf.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { checkStages } from '../../src/model/auditoryModel.ts';
import { computeActivations } from '../../src/model/computeActivations.ts';
import { networkOf } from '../../src/model/createAuditoryModel.ts';
import { loadModel, modelFiles, modelHash } from '../../src/model/loadModel.ts';
import { type ModelDescription, readModelDescription } from '../../src/model/modelDescription.ts';
import { bestGuesses, recognize } from '../../src/model/recognize.ts';
import { initialWeight } from '../../src/network/initialWeights.ts';
import { nullFor } from '../../src/synthesis/null/nullDistribution.ts';
import { relativeError } from '../expectAllClose.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const folder = temporaryFolder();

const tiny = {
  version: 1,
  name: 'tiny',
  preset: 'branched',
  width: 0.03,
  branchPoint: 3,
  labels: { word: ['__null__', 'tea', 'coffee'], genre: ['__null__', 'jazz'] },
  cochleagram: { sampleRateHz: 8000, filters: 6, highHz: 4000, overcomplete: 2, envelopeRateHz: 100 },
  samples: 3000,
};

/** A folder with a small model; what is given differs from {@link tiny}. */
function modelFolder(name: string, changes: object = {}, seed = 1): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, modelFiles.description), JSON.stringify({ ...tiny, ...changes }));
  const plan = networkOf(readModelDescription(join(path, modelFiles.description)));
  const weights = plan.weights.map(
    (spec) => [spec.name, { shape: spec.shape, values: initialWeight(spec, seed) }] as const,
  );
  writeSafetensors(join(path, modelFiles.weights), new Map(weights));
  return path;
}

function noise(samples: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: samples }, () => 0.1 * random.normal());
}

test('loadModel(folder) has stages in processing order, cochleagram first, and the labels of its description', () => {
  const model = loadModel(modelFolder('order'));
  expect(model.stages.map(({ name }) => name).slice(0, 6)).toEqual([
    'cochleagram',
    'conv1',
    'norm1',
    'pool1',
    'conv2.word',
    'norm2.word',
  ]);
  expect(model.stages[0]).toEqual({
    name: 'cochleagram',
    inputs: [],
    shape: [17, 25],
    parameters: 0,
    macs: 0,
  });
  expect(model.classifiers).toEqual([
    { task: 'word', stage: 'top.word', labels: tiny.labels.word },
    { task: 'genre', stage: 'top.music', labels: tiny.labels.genre },
  ]);
  expect([model.sampleRateHz, model.samples]).toEqual([8000, 3000]);
});

test('the hash follows weights and description, but not remarks on training', () => {
  const hash = loadModel(modelFolder('hash')).hash;
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(loadModel(modelFolder('hash2')).hash).toBe(hash);
  expect(loadModel(modelFolder('hash3', { training: { accuracy: 0.5 } })).hash).toBe(hash);
  expect(loadModel(modelFolder('hash4', {}, 2)).hash).not.toBe(hash);
  expect(
    loadModel(modelFolder('hash5', { labels: { ...tiny.labels, word: ['a', 'b', 'c'] } })).hash,
  ).not.toBe(hash);
});

test('modelHash does not depend on the order of keys', () => {
  const description = { ...tiny, cochleagram: { power: 0.3, offset: 1 } } as unknown as ModelDescription;
  const turned = { ...description, cochleagram: { offset: 1, power: 0.3 } } as unknown as ModelDescription;
  expect(modelHash(turned)).toBe(modelHash(description));
});

test('exact and fast form give the same activations to the fast form’s precision, on onnxruntime and on tfjs', async () => {
  const model = loadModel(modelFolder('forms'));
  const sounds = [noise(3000, 1), noise(3000, 2), noise(3000, 3)];
  const stages = ['cochleagram', 'conv2.word', 'top.music'];
  const exact = await computeActivations(model, sounds, stages, { form: 'exact', batch: 2 });
  const fast = await computeActivations(model, sounds, stages, { form: 'fast', batch: 2 });
  const plain = await computeActivations(model, sounds, stages, { form: 'exact', engine: 'tfjs' });
  const ear = createExactCochleagram(model.cochleagram, 3000);
  sounds.forEach((sound, i) => {
    expect(relativeError(exact[i]![0]!, ear.analyze(sound))).toBeLessThan(1e-6);
    for (const stage of [0, 1, 2]) {
      expect(relativeError(fast[i]![stage]!, exact[i]![stage]!)).toBeLessThan(0.01);
      expect(relativeError(plain[i]![stage]!, exact[i]![stage]!)).toBeLessThan(1e-5);
    }
  });
});

test('gradients reach the waveform from both branches at once', async () => {
  const model = loadModel(modelFolder('gradient'));
  const objective = (waveform: Tensor) => {
    const [word, music] = model.activations(waveform, ['fc6.word', 'conv4.music'], {
      identityGradient: true,
    });
    return tf.add(tf.sum(word!), tf.sum(music!));
  };
  const program = await compile(({ waveform }) => ({ gradient: tf.grad(objective)(waveform) }), {
    waveform: { shape: [1, 3000] },
  });
  const { gradient } = await program.run({ waveform: noise(3000, 4) });
  await program.release();
  expect(gradient!.length).toBe(3000);
  expect(gradient!.filter((g) => g !== 0).length).toBeGreaterThan(2500);
});

test('recognize gives each task’s labels best first with probabilities that sum to one', async () => {
  const model = loadModel(modelFolder('recognize'));
  const sounds = [noise(3000, 1), noise(3000, 2)];
  const [first] = await recognize(model, sounds);
  expect([first]).toEqual(await recognize(model, [noise(3000, 1)], { form: 'fast' }));
  expect(first!.word.map(({ label }) => label).sort()).toEqual([...tiny.labels.word].sort());
  expect(first!.word.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
  expect(first!.word[0]!.probability).toBeGreaterThanOrEqual(first!.word[1]!.probability);
  expect(first!.genre.length).toBe(2);
});

test('bestGuesses([1000, 1001], …) does not overflow: odds are e', () => {
  const guesses = bestGuesses(Float32Array.of(1000, 1001), { labels: ['a', 'b'] }, 5);
  expect(guesses.map(({ label }) => label)).toEqual(['b', 'a']);
  expect(guesses[0]!.probability / guesses[1]!.probability).toBeCloseTo(Math.E, 6);
});

test('cochcnn9-random has the published stages, repeats its weights and has no genres', async () => {
  const model = loadModel('cochcnn9-random');
  expect(model.stages.map(({ name }) => name).join(' ')).toBe(
    'cochleagram relu0 relu1 relu2 relu3 relu4 avgpool relufc final',
  );
  expect(loadModel('cochcnn9')).toMatchObject({ name: 'cochcnn9-random', hash: model.hash });
  expect(model.classifiers.map(({ task, labels }) => [task, labels.length])).toEqual([['word', 794]]);
});

test('unknown models and stages, and waveforms of another length, are refused with what there is', async () => {
  expect(() => loadModel('nothing')).toThrow(
    /model 'nothing' must be an ONNX file, a folder with model.json or one of .*cochcnn9-random/,
  );
  // A property that every object has is no model either.
  expect(() => loadModel('constructor')).toThrow(/model 'constructor' must be an ONNX file/);
  const model = loadModel(modelFolder('refusals'));
  await expect(computeActivations(model, [noise(3000, 1)], ['conv9'], { form: 'fast' })).rejects.toThrow(
    /stage 'conv9' is not a stage of tiny; it must be one of cochleagram, conv1, /,
  );
  await expect(computeActivations(model, [noise(2999, 1)], ['conv1'], { form: 'fast' })).rejects.toThrow(
    /tiny takes sounds of 3000 samples, got 2999/,
  );
});

test.each([
  [{ preset: 'resnet' }, /field 'preset' must be one of .*branched.*, got "resnet"/],
  [{ labels: { word: [] } }, /field 'labels.word' must have ≥ 1 entries, got 0/],
  [{ cochleagram: { highHz: 90000 } }, /highHz of the cochleagram must be ≤ 10000/],
  [{ extra: 1 }, /must not hold extra, which is unknown; known are version, name, preset,/],
])('a model.json with %j is refused', (changes, message) => {
  const path = join(folder, 'broken.json');
  writeFileSync(path, JSON.stringify({ ...tiny, ...changes }));
  expect(() => readModelDescription(path)).toThrow(message);
});

test('weights that do not fit the description are refused, naming the weight', () => {
  const path = modelFolder('unfit');
  writeFileSync(join(path, modelFiles.description), JSON.stringify({ ...tiny, width: 0.06 }));
  expect(() => loadModel(path)).toThrow(
    /must hold 'conv1.conv.kernel' of shape \[7, 15, 1, 8\], its shape is \[7, 15, 1, 4\]/,
  );
});

test('kell2018 hears as published: 400 frames of two seconds at 16 kHz; the others at 20 kHz', () => {
  const heard = (name: string) => {
    const { sampleRateHz, samples, stages } = loadModel(name);
    return [sampleRateHz, samples, stages[0]!.shape];
  };
  expect(heard('kell2018')).toEqual([16000, 32000, [211, 400]]);
  expect(heard('cochcnn9')).toEqual([20000, 40000, [211, 390]]);
});

test('at another length a stage of its own length is refused with that length, and no null of the weights is taken', () => {
  const path = modelFolder('other-length');
  writeFileSync(join(path, modelFiles.nullDistribution), 'no null distribution');
  expect(loadModel(path).ownLength).toBeUndefined();
  const model = loadModel(path, { durationSeconds: 1 });
  expect(model.samples).toBe(8000);
  expect(() => checkStages(model, ['conv3.word', 'fc6.word'])).toThrow(
    /^stage 'fc6\.word' of tiny must have sounds of 0\.375 s, the one length that its weights are for; leave the length at that, or name one of cochleagram, conv1, .*, pool5\.music$/,
  );
  expect(() => checkStages(model, ['fc7'])).toThrow(
    /^stage 'fc7' is not a stage of tiny; it must be one of /,
  );
  expect(nullFor(model, undefined)).toBeUndefined();
  expect(() => nullFor(loadModel(path), undefined)).toThrow('null.json');
});
