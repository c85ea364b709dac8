import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judge } from '../../src/synthesis/criteria.ts';
import {
  findNull,
  type NullDistribution,
  readNullDistribution,
} from '../../src/synthesis/null/nullDistribution.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { tinyModel, tinySound } from '../tinyModel.ts';

const model = tinyModel();
const sounds = { reference: tinySound(1), metamer: tinySound(2) };

function nullOf(maxima: { spearman: number; pearson: number; snrDb: number }): NullDistribution {
  const stage = Object.fromEntries(Object.entries(maxima).map(([name, max]) => [name, { max }]));
  return { model: 'tiny', modelHash: 'tiny', pairs: 10, stages: { conv3: stage as never } };
}

test('a sound is a perfect metamer of itself, and not different from itself, which the verdict says', async () => {
  const { criteria, difference } = await judge(
    model,
    { reference: sounds.reference, metamer: sounds.reference },
    ['conv3'],
  );
  expect(criteria.passed).toBe(true);
  expect(criteria.verdict).toBe(
    'passed, not tested against a null; but the waveform is that of the reference',
  );
  expect(criteria.pearson).toBeCloseTo(1, 12);
  expect(criteria.snrDb).toBe(Number.POSITIVE_INFINITY);
  expect(difference.waveformCorrelation).toBeCloseTo(1, 12);
  expect(difference.earlierStages['cochleagram']).toBe(0);
});

test('without a null the verdict says so', async () => {
  const { criteria } = await judge(model, sounds, ['conv3']);
  expect(criteria.nullMaxima).toBe(null);
  expect(criteria.verdict).toContain('not tested against a null');
});

test('each of the three measures must exceed the largest value of the null', async () => {
  const { criteria: free } = await judge(model, sounds, ['conv3']);
  const { spearman, pearson, snrDb } = free;
  const below = { spearman: spearman - 1e-6, pearson: pearson - 1e-6, snrDb: snrDb - 1e-6 };
  const verdict = async (maxima: typeof below) =>
    (await judge(model, sounds, ['conv3'], { nullDistribution: nullOf(maxima) })).criteria;
  const sameClass = free.passed;
  expect((await verdict(below)).passed).toBe(sameClass);
  for (const measure of ['spearman', 'pearson', 'snrDb'] as const) {
    const criteria = await verdict({ ...below, [measure]: free[measure] });
    expect(criteria.passed).toBe(false);
    expect(criteria.verdict).toContain(`${measure} at conv3 within the null`);
  }
});

test('the classifiers behind a stage are its branch, or both for a shared stage', async () => {
  const tasks = async (stage: string) =>
    Object.keys((await judge(model, sounds, [stage])).criteria.predictedClasses);
  expect(await tasks('conv3')).toEqual(['word', 'genre']);
  expect(await tasks('conv4.word')).toEqual(['word']);
  expect(await tasks('fc6.music')).toEqual(['genre']);
});

test('earlier stages are those that lead to the matched one', async () => {
  const { difference } = await judge(model, sounds, ['conv5.music']);
  expect(Object.keys(difference.earlierStages)).toEqual([
    ...['cochleagram', 'conv1', 'norm1', 'pool1', 'conv2', 'norm2', 'pool2', 'conv3', 'conv4.music'],
  ]);
});

test('a null of another model, or without the stage, is refused', async () => {
  const path = join(temporaryFolder(), 'null.json');
  writeFileSync(path, JSON.stringify(nullOf({ spearman: 0, pearson: 0, snrDb: 0 })));
  expect(() => readNullDistribution(path, 'other')).toThrow(/must belong to the model with hash other/);
  const nullDistribution = readNullDistribution(path, 'tiny');
  await expect(judge(model, sounds, ['conv1'], { nullDistribution })).rejects.toThrow(
    /must hold stage 'conv1'/,
  );
});

test('findNull: the file beside the weights unless another or none is asked for; of another model it is refused', () => {
  const folder = temporaryFolder();
  const ofModel = { nameOrFolder: folder, hash: 'tiny' };
  expect(findNull(undefined, ofModel)).toBe(undefined);
  const [beside, other] = [join(folder, 'null.json'), join(folder, 'other.json')];
  writeFileSync(beside, JSON.stringify(nullOf({ spearman: 0.1, pearson: 0.2, snrDb: 3 })));
  writeFileSync(other, JSON.stringify(nullOf({ spearman: 0.4, pearson: 0.5, snrDb: 6 })));
  expect(findNull(undefined, ofModel)).toMatchObject({
    path: beside,
    stages: { conv3: { snrDb: { max: 3 } } },
  });
  expect(findNull(other, ofModel)).toMatchObject({ path: other, stages: { conv3: { snrDb: { max: 6 } } } });
  expect(findNull('none', ofModel)).toBe(undefined);
  expect(() => findNull(undefined, { ...ofModel, hash: 'else' })).toThrow(
    /null.json must belong to the model with hash else.*set null: 'none'/,
  );
  expect(findNull(undefined, { nameOrFolder: 'branched-random', hash: 'any' })).toBe(undefined);
});
