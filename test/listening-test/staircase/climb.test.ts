import { describe, expect, test } from 'vitest';
import { climb, thresholdOf } from '../../../listening-test/staircase/climb.ts';
import { nextSound, type TrackAnswer, trackAfter } from '../../../listening-test/staircase/nextSound.ts';
import { convergenceOf, staircaseSettings } from '../../../listening-test/staircase/settings.ts';
import type { Stimulus } from '../../../listening-test/study/studySchema.ts';
import { createRandom } from '../../../src/base/random.ts';

const settings = (given: object = {}) => staircaseSettings.parse(given);
const answers = (text: string) => [...text].map((letter) => letter === 'r');

describe('climb', () => {
  test.each([
    ['', {}, 10, []],
    ['r', {}, 10, []],
    ['rr', {}, 8, []],
    ['rrrr', {}, 6, []],
    ['rrw', {}, 9, [8]],
    ['rrrw', {}, 9, [8]],
    ['rrwr', {}, 9, [8]],
    ['rrwrr', {}, 8, [8, 9]],
    ['rrwrwrr', {}, 9, [8, 10]],
    ['w', {}, 10, []],
    ['wrr', {}, 9, [10]],
    ['rrw', { down: 3 }, 10, []],
    ['rrr', { down: 3 }, 8, []],
    ['r', { down: 1 }, 8, []],
    ['rrrr', { start: 3 }, 1, []],
    ['rrrrw', { start: 3, steps: [2] }, 3, [1]],
    ['rrw', { steps: [4, 2, 1] }, 8, [6]],
    ['rrwrr', { steps: [4, 2, 1] }, 7, [6, 8]],
  ])('after %j with %j the next level is %i, reversals were at %j', (given, rule, level, reversalLevels) => {
    expect(climb(answers(given), settings(rule), { levels: 10, trials: given.length })).toMatchObject({
      level,
      reversalLevels,
    });
  });

  test.each([
    [{ reversals: 2, averaged: 2 }, 'rrwrr', 5, 'reversals'],
    [{ reversals: 3, averaged: 2 }, 'rrwrr', 5, null],
    [{ reversals: 3, averaged: 2, maxTrials: 5 }, 'rrwrr', 5, 'trials'],
    [{ reversals: 3, averaged: 2, maxTrials: 6 }, 'rrwrr', 5, null],
    [{ reversals: 3, averaged: 2, maxTrials: 6 }, 'rrwrr', 6, 'trials'],
  ])('with %j the answers %s in %i trials end it by %s', (rule, given, trials, isOver) => {
    expect(climb(answers(given), settings(rule), { levels: 10, trials }).isOver).toBe(isOver);
  });

  test('answers that would lead beyond an end are counted', () => {
    expect(climb(answers('wwrrrr'), settings({ start: 2, steps: [2] }), { levels: 2, trials: 6 })).toEqual({
      level: 1,
      reversalLevels: [2],
      atEnds: 4,
      isOver: null,
    });
  });
});

test('thresholdOf averages the last reversals, and tells nothing of a track that did not end by them', () => {
  const reversalLevels = [9, 5, 7, 4, 6, 5];
  expect(thresholdOf({ reversalLevels, isOver: 'reversals' }, 4)).toEqual({
    level: 5.5,
    sd: Math.sqrt(5 / 3),
  });
  expect(thresholdOf({ reversalLevels, isOver: 'trials' }, 4)).toBeNull();
});

test.each([
  [1, 0.5],
  [2, 1 / 2 ** 0.5],
  [3, 0.794],
  [4, 0.841],
])('convergenceOf(%i) is %f (Levitt 1971, table I)', (down, share) => {
  expect(convergenceOf(down)).toBeCloseTo(share, 3);
});

test.each([1, 2, 3])('%i-down tracks of a simulated listener settle where that share is right', (down) => {
  const slope = 4;
  const probability = (level: number) => 1 / (1 + Math.exp(-(level - 50) / slope));
  const rule = settings({ down, start: 70, steps: [8, 4, 1], reversals: 40, averaged: 34, maxTrials: 300 });
  const thresholds = Array.from({ length: 60 }, (_, listener) => {
    const random = createRandom(5, 'listener', listener);
    const given: boolean[] = [];
    for (;;) {
      const track = climb(given, rule, { levels: 100, trials: 0 });
      if (track.isOver) return thresholdOf(track, rule.averaged)!.level;
      given.push(random.uniform() < probability(track.level));
    }
  });
  const mean = thresholds.reduce((sum, value) => sum + value, 0) / thresholds.length;
  const target = convergenceOf(down);
  expect(mean).toBeGreaterThan(50 + slope * Math.log(target / (1 - target)) - 0.8);
  expect(mean).toBeLessThan(50 + slope * Math.log(target / (1 - target)) + 0.8);
});

const path = Array.from({ length: 6 }, (_, level) =>
  (level === 0 ? ['s'] : ['ov', 'vo']).map((order) => ({ id: `${level}${order}`, level }) as Stimulus),
);

describe('nextSound', () => {
  const run = (rule: object, count: number) => {
    const given: TrackAnswer[] = [];
    const heard: string[] = [];
    for (let trial = 0; trial < count; trial++) {
      const sound = nextSound(given, { settings: settings(rule), path, seed: 3, name: 'a' });
      heard.push(sound.id);
      given.push({ level: sound.level!, isRight: true, isValid: true });
    }
    return heard;
  };

  test.each([
    [0, 0],
    [0.25, 1],
    [0.5, 2],
    [0.75, 3],
  ])('a share of %f without a difference is %i of each four trials', (sameShare, each) => {
    const heard = run({ sameShare }, 40);
    for (let from = 0; from < 40; from += 4)
      expect(heard.slice(from, from + 4).filter((id) => id === '0s')).toHaveLength(each);
  });

  test('each order comes once in two trials with a difference', () => {
    const orders = run({}, 40)
      .filter((id) => id !== '0s')
      .map((id) => id.slice(1));
    for (let from = 0; from < orders.length; from += 2)
      expect(orders.slice(from, from + 2).sort()).toEqual(['ov', 'vo']);
  });

  test('a path whose task has no answer for no difference always has one', () => {
    const bare = [[], ...path.slice(1)];
    const sound = (trial: number) =>
      nextSound(Array(trial).fill({ level: 5, isRight: false, isValid: true }), {
        settings: settings(),
        path: bare,
        seed: 1,
        name: 'a',
      });
    for (let trial = 0; trial < 8; trial++) expect(sound(trial).level).toBe(5);
  });
});

test('trackAfter takes no step for sounds without a difference, nor for those that were not heard whole', () => {
  const step = (level: number, isRight: boolean, isValid = true) => ({ level, isRight, isValid });
  const moved = (...given: TrackAnswer[]) => trackAfter(given, settings(), path).level;
  expect(moved(step(5, true), step(0, false), step(5, true))).toBe(3);
  expect(moved(step(5, true), step(5, false, false), step(5, true))).toBe(3);
  expect(moved(step(5, true), step(5, true, false))).toBe(5);
});
