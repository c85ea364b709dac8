import { expect, test } from 'vitest';
import { cochleagramParameters } from '../../../cochlea/parameters.ts';
import type { OnnxDescription } from '../../../src/model/onnx/onnxDescription.ts';
import { forOtherLength } from '../../../src/model/onnx/otherLength.ts';

const own: OnnxDescription = {
  name: 'net',
  input: 'waveform',
  cochleagram: cochleagramParameters({ sampleRateHz: 20000 }),
  samples: 40000,
  stages: ['relu', 'dense', 'pooled'].map((name) => ({ name, tensor: `${name}_output` })),
  classifiers: ['relu', 'dense', 'cochleagram'].map((stage) => ({ task: stage, stage, labels: ['a'] })),
};
const graphOf = (size: number) =>
  ({ inputs: [{ name: 'x', shape: [1, 1, size] }] }) as unknown as Parameters<typeof forOtherLength>[0];
const takes = (tensor: string) => tensor !== 'dense_output';

test('forOtherLength leaves out the stages that cannot be computed then, with their classifiers, and names them', () => {
  const { described, ownLength } = forOtherLength(graphOf(0), own, {
    other: { ...own, samples: 20000 },
    takes: (tensor, { samples }) => samples === 20000 && takes(tensor),
  });
  expect(described.samples).toBe(20000);
  expect(described.stages.map(({ name }) => name)).toEqual(['relu', 'pooled']);
  expect(described.classifiers.map(({ stage }) => stage)).toEqual(['relu', 'cochleagram']);
  expect(ownLength).toEqual({ seconds: 2, stages: ['dense'] });
});

test('forOtherLength refuses a graph of one length with that length, and leaves its own alone', () => {
  const other = { ...own, samples: 39999 };
  expect(() => forOtherLength(graphOf(40000), own, { other, takes })).toThrow(
    'durationSeconds must be left out for net, which was exported for sounds of 2 s alone; export it with an open size along time to take others',
  );
  expect(forOtherLength(graphOf(40000), own, { other: { ...own }, takes })).toEqual({ described: own });
});
