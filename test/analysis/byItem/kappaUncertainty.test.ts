import { expect, test } from 'vitest';
import type { Items } from '../../../src/analysis/byItem/items.ts';
import {
  kappaOverSounds,
  pOfIndependentModel,
  pOfIndependentPeople,
} from '../../../src/analysis/byItem/kappaUncertainty.ts';
import { createRandom, type Random } from '../../../src/base/random.ts';

const joint = (first: number, second: number) => ({
  bothRight: first * second,
  onlyFirst: first * (1 - second),
  onlySecond: (1 - first) * second,
  bothWrong: (1 - first) * (1 - second),
});

test('kappaOverSounds is the percentile interval of resampled trials of Klein et al. (2025)', () => {
  // 100 trials as in their example: observers right in 83 and 93, both wrong in 5. Delta-method standard error of κ .12.
  const counts = [
    ...Array.from({ length: 81 }, () => joint(1, 1)),
    ...Array.from({ length: 12 }, () => joint(0, 1)),
    ...Array.from({ length: 2 }, () => joint(1, 0)),
    ...Array.from({ length: 5 }, () => joint(0, 0)),
  ];
  const { low, high } = kappaOverSounds(counts, createRandom(1));
  expect(low).toBeGreaterThan(0.02);
  expect(low).toBeLessThan(0.14);
  expect(high).toBeGreaterThan(0.52);
  expect(high).toBeLessThan(0.66);
});

test('kappaOverSounds is undefined with one sound, or where κ mostly is', () => {
  expect(kappaOverSounds([joint(1, 1)], createRandom(1)).low).toBeNaN();
  expect(
    kappaOverSounds(
      Array.from({ length: 20 }, () => joint(1, 1)),
      createRandom(1),
    ).low,
  ).toBeNaN();
});

const sounds = (random: Random, sharing: number) =>
  Array.from({ length: 40 }, () => {
    const hard = random.normal();
    const right = (shift: number) => Number(random.uniform() < 1 / (1 + Math.exp(-2 * shift)));
    const correct = Array.from({ length: 5 }, () => right(hard)).reduce((a, b) => a + b);
    return { trials: 5, correct, score: right(sharing * hard + (1 - sharing) * random.normal()) };
  });

test('pOfIndependentModel rejects 5 % of models whose errors are their own, though people share theirs', () => {
  const random = createRandom(2);
  let rejected = 0;
  for (let i = 0; i < 100; i++)
    rejected += Number(pOfIndependentModel(sounds(random, 0), createRandom(i)) < 0.05);
  expect(rejected).toBeGreaterThanOrEqual(1);
  expect(rejected).toBeLessThanOrEqual(12);
});

test('pOfIndependentModel sees errors in common; (b + 1) / (B + 1) of 1,000 is never 0', () => {
  expect(pOfIndependentModel(sounds(createRandom(3), 1), createRandom(1))).toBeLessThan(0.05);
  const alike = Array.from({ length: 40 }, (_, k) => ({
    trials: 2,
    correct: k < 20 ? 2 : 0,
    score: Number(k < 20),
  }));
  expect(pOfIndependentModel(alike, createRandom(1))).toBeCloseTo(1 / 1001, 12);
  expect(pOfIndependentModel([{ trials: 2, correct: 2, score: 1 }], createRandom(1))).toBeNaN();
});

/** Eight listeners of unlike ability on 30 sounds, which are hard for all of them alike or for each by itself. */
function people(random: Random, sharing: number): Items {
  const [listeners, count] = [8, 30];
  const ability = Array.from({ length: listeners }, () => random.normal());
  const rows = Array.from({ length: count }, (_, item) => {
    const hard = 2 * sharing * random.normal();
    return ability.map((own, listener) => ({
      ...{ item, listener },
      share: Number(random.uniform() < 1 / (1 + Math.exp(-own - hard))),
    }));
  }).flat();
  return {
    level: new Int32Array(count),
    answers: {
      listener: Int32Array.from(rows, ({ listener }) => listener),
      item: Int32Array.from(rows, ({ item }) => item),
      share: Float64Array.from(rows, ({ share }) => share),
    },
  } as unknown as Items;
}

test('pOfIndependentPeople rejects 5 % of people who differ in ability alone, and sees sounds hard for all', () => {
  const random = createRandom(5);
  let rejected = 0;
  for (let i = 0; i < 60; i++)
    rejected += Number(pOfIndependentPeople(people(random, 0), 0, createRandom(i)) < 0.05);
  expect(rejected).toBeLessThanOrEqual(9);
  expect(pOfIndependentPeople(people(createRandom(6), 1), 0, createRandom(1))).toBeLessThan(0.01);
});
