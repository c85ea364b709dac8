import { expect, test } from 'vitest';
import type { CurveAnswers } from '../../../src/analysis/byStage/curveAnswers.ts';
import { landmarks } from '../../../src/analysis/byStage/landmarks.ts';
import { createRandom } from '../../../src/base/random.ts';

const listeners = 20;
const levels = ['natural', 'early', 'middle', 'late'];

/** Each listener hears `trials` sources at each level and is right on a share of them; a model is always right. */
function answersOf(shares: readonly number[], trials = 20): CurveAnswers {
  const rows = Array.from({ length: listeners }, (_, listener) =>
    shares.flatMap((share, level) =>
      Array.from({ length: trials }, (_trial, source) => ({
        ...{ listener, source, level, observer: 0 },
        right: Number((source * 7 + listener * 3 + level) % trials < Math.round(share * trials)),
      })),
    ),
  ).flat();
  const model = shares.map((_, level) => ({ listener: -1, source: 0, level, observer: 1, right: 1 }));
  const all = [...rows, ...model];
  const column = (key: 'listener' | 'source' | 'level' | 'observer') =>
    Int32Array.from(all, (row) => row[key]);
  return {
    levels: levels.slice(0, shares.length),
    listener: column('listener'),
    source: column('source'),
    level: column('level'),
    observer: column('observer'),
    right: Float64Array.from(all, ({ right }) => right),
    listeners,
    sources: trials,
  };
}

const found = (shares: readonly number[], chance = 0) =>
  landmarks(answersOf(shares), chance, { random: createRandom(1), resamples: 200 });

test.each([
  { curve: [1, 0.95, 0.5, 0.02], leaves: 'middle', reaches: 'late', claim: 'a fall to nothing' },
  {
    curve: [1, 0.85, 0.95, 0.5],
    leaves: 'late',
    reaches: null,
    claim: 'a dip is no leaving, half is no chance',
  },
  { curve: [1, 0.8, 0.7, 0.6], leaves: 'early', reaches: null, claim: 'a fall from the first stage on' },
  { curve: [1, 1, 1, 1], leaves: null, reaches: null, claim: 'no fall' },
  {
    curve: [0.5, 0.05, 0, 0],
    leaves: 'early',
    reaches: 'middle',
    claim: 'marks are shares of the natural level',
  },
])('landmarks of $curve: $claim', ({ curve, leaves, reaches }) => {
  const [leaving, reaching] = found(curve);
  expect(leaving).toMatchObject({ name: 'leaves natural', share: 0.9, level: leaves });
  expect(reaching).toMatchObject({ name: 'reaches chance', share: 0.1, level: reaches });
});

test('landmarks count from chance: .55 is near a chance of .5 and far from one of 0', () => {
  const curve = [1, 0.9, 0.55, 0.5];
  expect(found(curve, 0.5).map(({ level }) => level)).toEqual(['early', 'late']);
  expect(found(curve, 0).map(({ level }) => level)).toEqual(['middle', null]);
});

test('landmarks have the levels that resamples of listeners and sources pass, and how often they do', () => {
  const [leaving, reaching] = found([0.75, 0.7, 0.35, 0]);
  // Natural .75 sets a mark of .675: early, at .7, falls below it in some resamples, middle in all.
  expect(leaving).toMatchObject({ earliest: 'early', level: 'middle', latest: 'middle', reached: 1 });
  expect(reaching).toMatchObject({ earliest: 'late', latest: 'late', reached: 1 });
  const [, never] = found([1, 1, 1, 1]);
  expect(never).toMatchObject({ earliest: null, latest: null, reached: 0 });
});

test('landmarks are none where the first level is at chance, whatever a model answers', () => {
  expect(found([0.5, 0.2, 0.1, 0], 0.5)).toEqual([]);
});
