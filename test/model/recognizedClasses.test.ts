import { expect, test } from 'vitest';
import type { Classifier } from '../../src/model/auditoryModel.ts';
import { classProbabilities, recognizedAlike } from '../../src/model/recognizedClasses.ts';

const labels = ['rain', 'wind', 'bells'];
const one: Classifier = { task: 'scene', stage: 'top', labels };
const logits = (...values: number[]) => Float32Array.from(values);

test('classProbabilities are a softmax, or sigmoids where several classes may be true', () => {
  expect(classProbabilities(logits(0, Math.log(3)), {})).toEqual([
    expect.closeTo(0.25),
    expect.closeTo(0.75),
  ]);
  const sigmoids = classProbabilities(logits(0, Math.log(3)), { several: true });
  expect(sigmoids).toEqual([expect.closeTo(0.5), expect.closeTo(0.75)]);
});

test.each<[string, Partial<Classifier>, number[], number[], { reference: string; other: string }]>([
  ['the best class', {}, [2, 1, 0], [3, 2, 1], { reference: 'rain', other: 'rain' }],
  ['another best class', {}, [2, 1, 0], [1, 2, 0], { reference: 'rain', other: 'wind' }],
  [
    'each among two best',
    { recognized: { top: 2 } },
    [2, 1, 0],
    [1, 2, 0],
    { reference: 'rain', other: 'rain' },
  ],
  [
    'one not among two best',
    { recognized: { top: 2 } },
    [2, 1, 0],
    [0, 1, 2],
    { reference: 'rain', other: 'bells' },
  ],
  [
    'the other’s best not among two best',
    { recognized: { top: 2 } },
    [2, 1, 0],
    [1, 0, 2],
    { reference: 'rain', other: 'bells' },
  ],
  [
    'all above one half',
    { several: true },
    [1, 1, -1],
    [1, 2, -3],
    { reference: 'rain + wind', other: 'rain + wind' },
  ],
  [
    'one of them fewer',
    { several: true },
    [1, 1, -1],
    [1, -1, -1],
    { reference: 'rain + wind', other: 'rain' },
  ],
  ['none above', { several: true }, [-1, -1, -1], [-2, -1, -3], { reference: '__null__', other: '__null__' }],
  [
    'all above another bound',
    { several: true, recognized: { above: 0.9 } },
    [3, 1, -1],
    [3, 3, -1],
    { reference: 'rain', other: 'rain + wind' },
  ],
])('recognizedAlike compares %s', (_, options, reference, other, expected) => {
  expect(recognizedAlike({ ...one, ...options }, logits(...reference), logits(...other))).toEqual(expected);
});
