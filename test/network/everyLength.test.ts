import { expect, test } from 'vitest';
import { partOfEveryLength } from '../../src/network/everyLength.ts';
import { planNetwork } from '../../src/network/plan.ts';
import { presets } from '../../src/network/presets.ts';

const planFor = (frames: number) => planNetwork(presets.cochcnn9({ width: 0.05, cochleagram: [32, frames] }));

test('partOfEveryLength ends before the first layer that takes all places at once', () => {
  const part = partOfEveryLength(planFor(300), planFor(120));
  const names = ['relu0', 'relu1', 'relu2', 'relu3', 'relu4', 'avgpool'];
  expect(part.stages.map(({ name }) => name)).toEqual(names);
  expect(part.architecture.stages.map(({ name }) => name)).toEqual(names);
  expect(part.architecture.outputs).toEqual([]);
  expect(part.weights.some(({ name }) => name.startsWith('relufc'))).toBe(false);
  expect(part.weights.some(({ name }) => name.startsWith('relu4'))).toBe(true);
  expect(part.stages[0]!.shape[1]).toBe(100);
});

test('partOfEveryLength is the whole network at its own length', () => {
  const own = planFor(120);
  expect(partOfEveryLength(planFor(120), own)).toEqual(own);
});
