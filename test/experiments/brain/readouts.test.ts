import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { decomposeGram } from '../../../src/experiments/brain/gramDecomposition.ts';
import { fitReadouts, readReadouts, writeReadouts } from '../../../src/experiments/brain/readouts.ts';
import { ridgePredictions } from '../../../src/experiments/brain/ridgePredictions.ts';
import type { StageFeatures } from '../../../src/experiments/stageFeatures.ts';
import { expectAllClose } from '../../expectAllClose.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const random = createRandom(8);
const [sounds, width] = [30, 7];
const features = (stage: string): StageFeatures => ({
  ...{ stage, width },
  values: Float64Array.from({ length: sounds * width }, () => 2 + random.normal()),
});
const [early, late] = [features('early'), features('late')];
const names = ['a', 'b', 'c'];
/** Two measurements of three responses; `b` is exactly 3 + 2·(first feature of the late stage). */
const values = Float64Array.from({ length: 2 * sounds * 3 }, (_, i) =>
  i % 3 === 1 ? 3 + 2 * late.values[(Math.floor(i / 3) % sounds) * width]! : random.normal(),
);
const responses = { names, sounds, repeats: 2, values };
const penalties = [1e-6, 1e-2, 1, 100];
const bestStage = [{ stage: 'late' }, { stage: 'late' }, { stage: 'early' }];

test('a readout of a response that is linear in a stage has its coefficients and its intercept', async () => {
  const stages = await fitReadouts([early, late], responses, { bestStage, penalties });
  expect(stages.map(({ stage, names: own }) => [stage, own])).toEqual([
    ['early', ['c']],
    ['late', ['a', 'b']],
  ]);
  const { weights, intercepts } = stages[1]!;
  expectAllClose([...weights.subarray(width)], [2, 0, 0, 0, 0, 0, 0], { atol: 1e-5 });
  expect(intercepts[1]).toBeCloseTo(3, 5);
});

test('readouts of features are what ridge regression predicts of sounds it was trained on', async () => {
  const [{ weights, intercepts }] = (await fitReadouts([early], responses, {
    ...{ bestStage: [{ stage: 'early' }, { stage: 'late' }, { stage: 'late' }], penalties },
  })) as [Awaited<ReturnType<typeof fitReadouts>>[number]];
  const all = Array.from({ length: sounds }, (_, s) => s);
  const gram = decomposeGram(early.values, width, { train: all, test: all });
  const mean = Float64Array.from(all, (s) => (values[3 * s]! + values[3 * (sounds + s)]!) / 2);
  const { predictions } = await ridgePredictions(gram, { values: mean, responses: 1 }, penalties);
  const own = all.map((s) =>
    weights.reduce((sum, weight, j) => sum + weight * early.values[s * width + j]!, intercepts[0]!),
  );
  expectAllClose(own, [...predictions], { atol: 1e-5 });
});

test('readouts are read as they were written; other files are refused', async () => {
  const stages = await fitReadouts([early, late], responses, { bestStage, penalties });
  const path = join(temporaryFolder(), 'readouts.safetensors');
  writeReadouts(path, { model: 'm', modelHash: 'h', stages });
  const { hash, ...read } = readReadouts(path);
  expect(read).toEqual({ model: 'm', modelHash: 'h', stages });
  writeReadouts(path, { model: 'm', modelHash: 'h', stages: stages.slice(1) });
  expect(readReadouts(path).hash).not.toBe(hash);
  writeFileSync(path, 'no readouts');
  expect(() => readReadouts(path)).toThrow(path);
});
