import { expect, test } from 'vitest';
import { numericArraysOf, paramsOf, saysNothing, tellsOfNumbers } from './docComments.ts';

test.each([
  ['site', 'The site.', true],
  ['inputShape', 'Shape of its one input.', true],
  ['display', 'Where.', true],
  ['records', 'All records that are given.', true],
  ['frequencyHz', 'Frequency, Hz.', true],
  ['frequencyHz', 'Frequency, Hz; ≥ 0.', false],
  ['levelOfRow', 'Level of each row, 0 or 1.', false],
  ['shape', 'Shape, > 0.', false],
  ['site', 'Study, store and clock.', false],
  ['seconds', 'Length of the sound.', false],
])('saysNothing(%s - %s) is %s', (name, description, verdict) => {
  expect(saysNothing({ name, description })).toBe(verdict);
});

test('paramsOf(text) finds each description up to the next tag, on however many lines', () => {
  const text =
    '/**\n * Says.\n *\n * @param a - First,\n *   and more.\n * @param b.c - Second.\n * @returns d\n */\n';
  expect(paramsOf(text)).toMatchObject([
    { name: 'a', description: 'First,   and more.' },
    { name: 'b.c', description: 'Second.' },
  ]);
});

test.each([
  ['Shape [channels, samples].', true],
  ['Levels, dB.', true],
  ['Label indices, by task.', true],
  ['Row-major values, ≥ 0.', true],
  ['A sound.', false],
  ['The vector.', false],
  ['Changed in place.', false],
])('tellsOfNumbers(%s) is %s', (said, verdict) => {
  expect(tellsOfNumbers({ said })).toBe(verdict);
});

test('numericArraysOf(text) takes the @param, or the lead where there is none', () => {
  const text =
    '/**\n * Adds to x.\n *\n * @param y - Samples.\n */\nexport function add(x: Float32Array, { z }: { z: number[] }, y?: readonly number[]): void {}\n';
  expect(
    numericArraysOf(text).map(({ name, said }) => [name, said.replaceAll(/[\s*]+/g, ' ').trim()]),
  ).toEqual([
    ['x', 'Adds to x.'],
    ['y', 'Samples.'],
  ]);
});
