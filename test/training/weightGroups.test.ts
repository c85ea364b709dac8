import { expect, test } from 'vitest';
import { compile } from '../../src/engine/compile.ts';
import { prefixed, unprefixed } from '../../src/engine/names.ts';
import {
  joinedTensors,
  joinedValues,
  partedTensors,
  partedValues,
  weightGroups,
} from '../../src/training/weightGroups.ts';

const weights = [
  { name: 'kernel', shape: [2, 3], isLearned: true },
  { name: 'bias', shape: [3], isLearned: true },
  { name: 'mean', shape: [3], isLearned: false },
  { name: 'other kernel', shape: [1, 2, 2], isLearned: true },
].map((weight) => ({ ...weight, initial: { constant: 0 } })) as never;
const values = {
  kernel: Float32Array.of(1, 2, 3, 4, 5, 6),
  bias: Float32Array.of(7, 8, 9),
  mean: Float32Array.of(10, 11, 12),
  'other kernel': Float32Array.of(13, 14, 15, 16),
};

test('weightGroups: learned weights are one matrix, kernels first, since those alone decay, statistics a vector', () => {
  const [learned, running] = weightGroups(weights, true);
  expect(learned).toMatchObject({ shape: [13, 1], isLearned: true, ofKernels: 10 });
  expect(learned!.members.map(({ name }) => name)).toEqual(['kernel', 'other kernel', 'bias']);
  expect(running).toMatchObject({ shape: [3], isLearned: false, ofKernels: 0 });
  expect(weightGroups(weights, false).map(({ name, shape, ofKernels }) => [name, shape, ofKernels])).toEqual([
    ['kernel', [2, 3], 6],
    ['bias', [3], 0],
    ['mean', [3], 0],
    ['other kernel', [1, 2, 2], 4],
  ]);
});

for (const areJoined of [true, false])
  test(`joined and parted again, weights ${areJoined ? 'of a kind as one' : 'each by itself'} are what they were, arrays and tensors`, async () => {
    const groups = weightGroups(weights, areJoined);
    const joined = joinedValues(groups, values);
    expect(Object.keys(joined)).toEqual(groups.map(({ name }) => name));
    expect(partedValues(groups, joined)).toEqual(values);
    // Moments are there of learned weights alone.
    const { mean: _, ...learned } = values;
    expect(partedValues(groups, joinedValues(groups, learned))).toEqual(learned);
    const inputs = Object.fromEntries(groups.map(({ name, shape }) => [name, { shape }]));
    const program = await compile(
      (given) => {
        const parts = partedTensors(groups, unprefixed('group', given));
        const doubled = Object.fromEntries(Object.entries(parts).map(([name, x]) => [name, x.mul(2)]));
        return { ...prefixed('part', parts), ...prefixed('joined', joinedTensors(groups, doubled)) };
      },
      prefixed('group', inputs),
      { threads: 1 },
    );
    const results = await program.run(prefixed('group', joined));
    const doubled = Object.fromEntries(groups.map(({ name }) => [name, joined[name]!.map((x) => 2 * x)]));
    expect(unprefixed('part', results)).toEqual(values);
    expect(unprefixed('joined', results)).toEqual(doubled);
    await program.release();
  });

test('weightGroups: no group of several is larger than a buffer of 128 MiB', () => {
  const kernel = (name: string, size: number) => ({ name, shape: [size, 2 ** 10], isLearned: true });
  const large = [
    kernel('a', 2 ** 14),
    kernel('b', 2 ** 14),
    kernel('c', 1),
    kernel('d', 2 ** 16),
    kernel('e', 1),
  ];
  expect(weightGroups(large as never, true).map(({ members }) => members.map(({ name }) => name))).toEqual([
    ['a', 'b'],
    ['c'],
    ['d'],
    ['e'],
  ]);
});
