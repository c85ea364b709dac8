import { describe, expect, test } from 'vitest';
import type { CurveAnswers } from '../../../src/analysis/byStage/curveAnswers.ts';
import { landmarks } from '../../../src/analysis/byStage/landmarks.ts';
import {
  levelProportions,
  lossFromFirst,
  observerDifferences,
} from '../../../src/analysis/byStage/stageClaims.ts';
import { createRandom } from '../../../src/base/random.ts';
import { simulateAnswers } from './simulateAnswers.ts';

const study = { listeners: 12, sources: 24, curve: [1, 0.2, -1], difficulty: 'own' } as const;
const answers = simulateAnswers(study, createRandom(3));

describe('observerDifferences', () => {
  test('observers are alike (p < .05) where the 90 % interval lies within the margin, and nowhere else', () => {
    const verdicts = [0.02, 0.1, 0.2, 0.25, 0.3, 0.4, 0.6].flatMap((margin) =>
      observerDifferences(answers, 'model', margin).map(({ interval90: { low, high }, pEquivalent }) => {
        const isWithin = -margin < low && high < margin;
        expect(pEquivalent < 0.05, `${margin}: ${low} to ${high}, p ${pEquivalent}`).toBe(isWithin);
        return isWithin;
      }),
    );
    expect(new Set(verdicts).size).toBe(2);
  });

  test('differences lie in their intervals, that of 90 % within that of 95 %, and p < .05 where 95 % leaves out 0', () => {
    for (const line of observerDifferences(answers, 'model', 0.1)) {
      const { difference, interval, interval90, p } = line;
      const inOrder = [interval.low, interval90.low, difference, interval90.high, interval.high];
      for (const [i, value] of inOrder.slice(1).entries()) expect(value).toBeGreaterThan(inOrder[i]!);
      expect(p < 0.05).toBe(interval.low > 0 || interval.high < 0);
    }
  });
});

describe('levelProportions', () => {
  /** Answers at one level. */
  const oneLevel = (listener: number[], right: number[]): CurveAnswers => ({
    levels: ['late'],
    listener: Int32Array.from(listener),
    source: Int32Array.from(right.keys()),
    level: new Int32Array(right.length),
    observer: new Int32Array(right.length),
    right: Float64Array.from(right),
    listeners: Math.max(...listener) + 1,
    sources: right.length,
  });

  test('every listener counts alike, however many sounds each heard', () => {
    const unequal = oneLevel([0, 1, 1, 1], [1, 0, 0, 0]);
    expect(levelProportions(unequal, { code: 0, name: 'human' }, 0.5)[0]!.proportion).toBe(0.5);
  });

  test('4 of 5 sounds against a chance of one half: t = .3 / √(.25 / 4) with 4 degrees of freedom', () => {
    const sounds = oneLevel([-1, -1, -1, -1, -1], [1, 1, 1, 1, 0]);
    const t = 0.3 / Math.sqrt(0.25 / 4);
    // Student's distribution function in closed form.
    const squared = t ** 2 / (1 + t ** 2 / 4);
    const p = 0.5 - (3 / 8) * Math.sqrt(squared) * (1 - squared / 12);
    expect(levelProportions(sounds, { code: 0, name: 'model' }, 0.5)[0]!.pAboveChance).toBeCloseTo(p, 10);
  });

  test.each([
    { chance: 0, isTested: false },
    { chance: Number.NaN, isTested: false },
    { chance: 1, isTested: false },
    { chance: 1 / 64, isTested: true },
  ])('people above a chance of $chance: tested $isTested', ({ chance, isTested }) => {
    for (const { pAboveChance } of levelProportions(answers, { code: 0, name: 'human' }, chance))
      expect(Number.isNaN(pAboveChance)).toBe(!isTested);
  });

  test('people are above a chance that they beat, and p is one half where they just reach it', () => {
    const at = (chance: number) => levelProportions(answers, { code: 0, name: 'human' }, chance)[0]!;
    const { proportion } = at(0.5);
    expect(at(proportion).pAboveChance).toBeCloseTo(0.5, 10);
    expect(at(proportion - 0.2).pAboveChance).toBeLessThan(0.05);
    expect(at(proportion + 0.2).pAboveChance).toBeGreaterThan(0.95);
  });
});

describe('200,000 answers, more than a call takes as arguments', () => {
  const count = 100_000;
  const many: CurveAnswers = {
    levels: ['natural', 'late'],
    listener: Int32Array.from({ length: 2 * count }, (_, i) => i % 500),
    source: Int32Array.from({ length: 2 * count }, (_, i) => Math.floor(i / 500) % 400),
    level: Int32Array.from({ length: 2 * count }, (_, i) => Number(i >= count)),
    observer: new Int32Array(2 * count),
    right: Float64Array.from({ length: 2 * count }, (_, i) => Number(i % 4 < (i < count ? 3 : 1))),
    listeners: 500,
    sources: 400,
  };

  test('lossFromFirst holds the levels against each other', () => {
    const [loss] = lossFromFirst(many);
    expect(loss!.difference).toBeCloseTo(0.5, 9);
    expect(loss!.interval.low).toBeLessThan(0.5);
    expect(loss!.interval.high).toBeGreaterThan(0.5);
  });

  test('landmarks finds the stage that leaves natural sounds', () => {
    const [leaves] = landmarks(many, 0, { random: createRandom(1), resamples: 2 });
    expect(leaves).toMatchObject({ level: 'late', reached: 1 });
  });
});
