import { expect, it } from 'vitest';
import { chanceLevel } from '../../src/analysis/chance.ts';

const demo = { choices: { word: 64, genre: 20 } };

it.each([
  ['the configuration’s', { word: 0.1 }, [demo], 0.1],
  ['one in the study’s answers', {}, [demo], 1 / 64],
  ['the same in two studies that agree', {}, [demo, demo], 1 / 64],
  ['unknown where studies differ', {}, [demo, { choices: { word: 32 } }], Number.NaN],
  ['unknown where the study lacks the task', {}, [{ choices: { genre: 20 } }], Number.NaN],
  ['unknown without study and configuration', {}, [], Number.NaN],
  ['0 where that is stated', { word: 0 }, [demo], 0],
])('chanceLevel is %s', (_, stated, studies, expected) => {
  expect(chanceLevel('word', { stated, studies })).toBe(expected);
});
