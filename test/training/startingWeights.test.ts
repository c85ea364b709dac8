import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { float16Bits, float32OfFloat16Bits } from '../../src/formats/float16.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { networkOf } from '../../src/model/createAuditoryModel.ts';
import type { ModelDescription } from '../../src/model/modelDescription.ts';
import { startingWeights } from '../../src/training/startingWeights.ts';
import { trainingConfig } from '../../src/training/trainingConfig.ts';
import { initialState } from '../../src/training/trainingState.ts';
import { trainModel } from '../../src/training/trainModel.ts';
import { writeToneCorpus } from '../corpus/toneCorpus.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const folder = temporaryFolder();
const corpus = join(folder, 'corpus');
const config = trainingConfig({
  ...{ corpus, steps: 1, batchSize: 2, width: 0.02, warmupSteps: 1, loaderThreads: 0 },
  ...{ validateEverySteps: 2, validationExcerpts: 4, averaging: 0 },
});
const from = join(folder, 'whole');
const weightsFile = (name: string) => join(folder, name, 'weights.safetensors');

beforeAll(async () => {
  await writeToneCorpus(corpus);
  await trainModel(config, from);
});

/** The trained model's description with other words, and what begins from it. */
function beginningWith(words: readonly string[]) {
  const trained: ModelDescription = JSON.parse(readFileSync(join(from, 'model.json'), 'utf8'));
  const word = [trained.labels.word[0]!, ...words];
  const description = { ...trained, labels: { ...trained.labels, word } };
  const drawn = initialState(networkOf(description), 5).weights;
  return { drawn, begun: startingWeights(drawn, description, { from, newClasses: true }) };
}

test('startingWeights keeps the classes of the same label, wherever they stand, and draws the others', () => {
  const stored = readSafetensors(weightsFile('whole'));
  const [kernel, bias] = ['top.word.dense.kernel', 'top.word.dense.bias'].map(
    (name) => stored.get(name)!.values,
  );
  const { drawn, begun } = beginningWith(['high', 'middle', 'low']);
  const ofNew = drawn['top.word.dense.kernel']!;
  expect(ofNew[2]).not.toBe(0);
  expect([...begun['top.word.dense.bias']!]).toEqual([bias![0], bias![1], 0, bias![2]]);
  expect([...begun['top.word.dense.kernel']!.slice(4, 8)]).toEqual([
    kernel![3],
    kernel![4],
    ofNew[6],
    kernel![5],
  ]);
  expect([...beginningWith(['low', 'high']).begun['top.word.dense.bias']!]).toEqual([
    bias![0],
    bias![2],
    bias![1],
  ]);
  for (const [name, { values }] of stored)
    if (!name.startsWith('top.word')) expect(begun[name]).toEqual(values);
});

test('weights stored as F16 are those stored as F32, rounded, in half the bytes', async () => {
  await trainModel({ ...config, weightType: 'F16' }, join(folder, 'halved'));
  expect(statSync(weightsFile('halved')).size / statSync(weightsFile('whole')).size).toBeLessThan(0.7);
  const halved = readSafetensors(weightsFile('halved'));
  for (const [name, { values }] of readSafetensors(weightsFile('whole')))
    expect(halved.get(name)!.values).toEqual(values.map((value) => float32OfFloat16Bits(float16Bits(value))));
});
