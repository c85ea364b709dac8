import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { compareBranchPoints, type StudyRun } from '../../../src/training/branchStudy/compareBranchPoints.ts';
import { verdictOf } from '../../../src/training/branchStudy/verdict.ts';
import type { HeardExcerpt } from '../../../src/training/evaluation/hearExcerpts.ts';

function excerpt(i: number, snrDb: number | null, isRight: boolean): HeardExcerpt {
  return {
    ...{
      task: 'word',
      target: 'up',
      response: isRight ? 'up' : 'no',
      probability: 0.9,
      targetProbability: 0.9,
      rank: isRight ? 0 : 1,
    },
    ...{ background: snrDb === null ? 'none' : 'scene', snrDb },
    ...{ entryId: String(i), source: 's', group: `talker ${i % 40}` },
  };
}

/** 80 clean excerpts and 160 at 0 dB, each right with a given probability; random numbers are shared between runs. */
function run(branchPoint: number, seed: number, share: { clean: number; noise: number }): StudyRun {
  const random = createRandom(seed);
  return {
    branchPoint,
    seed,
    heard: [
      ...Array.from({ length: 80 }, (_, i) => excerpt(i, null, random.uniform() < share.clean)),
      ...Array.from({ length: 160 }, (_, i) => excerpt(i, 0, random.uniform() < share.noise)),
    ],
  };
}

const shareOf = ({ heard }: StudyRun, snrDb: number | null) => {
  const level = heard.filter((each) => each.snrDb === snrDb);
  return level.filter(({ rank }) => rank === 0).length / level.length;
};

test('compareBranchPoints weighs levels evenly, and the interval holds the value', () => {
  const runs = [1, 2].flatMap((seed) => [
    run(0, seed, { clean: 0.8, noise: 0.5 }),
    run(7, seed, { clean: 0.8, noise: 0.5 }),
  ]);
  const { accuracy, ofSeeds } = compareBranchPoints(runs, 'word', 7);
  const [clean, noise] = [null, 0].map((snrDb) => (shareOf(runs[1]!, snrDb) + shareOf(runs[3]!, snrDb)) / 2);
  expect(accuracy[7]!['clean']!.value).toBeCloseTo(clean!, 12);
  expect(accuracy[7]!['0 dB']!.value).toBeCloseTo(noise!, 12);
  expect(accuracy[7]!['mean']!.value).toBeCloseTo((clean! + noise!) / 2, 12);
  expect(ofSeeds[7]![2]!['clean']).toBeCloseTo(shareOf(runs[3]!, null), 12);
  const { low, high } = accuracy[7]!['clean']!.interval;
  // Two seeds of 80 excerpts: a standard error of about √(0.8·0.2/160) = 0.032.
  expect(high - low).toBeGreaterThan(0.06);
  expect(high - low).toBeLessThan(0.25);
  expect(low).toBeLessThan(clean!);
  expect(high).toBeGreaterThan(clean!);
});

test('differences are paired: models that hear alike differ by nothing, with no interval', () => {
  const runs = [run(0, 1, { clean: 0.7, noise: 0.4 }), run(7, 1, { clean: 0.7, noise: 0.4 })];
  const comparison = compareBranchPoints(runs, 'word', 7);
  expect(comparison.againstSeparate).toEqual({ value: 0, interval: { low: 0, high: 0 } });
  expect(verdictOf('word', comparison, 1)[0]).toMatch(
    /^words: branch point 7 holds its own\. Its accuracy is \+0\.0 points \[\+0\.0, \+0\.0\] .*\(separate networks; .*one seed/,
  );
});

test('a branch point that is worse for sure is said to be worse than the best', () => {
  const runs = [1, 2, 3].flatMap((seed) => [
    run(0, seed, { clean: 0.6, noise: 0.3 }),
    run(3, seed, { clean: 0.9, noise: 0.7 }),
    run(7, seed, { clean: 0.6, noise: 0.3 }),
  ]);
  const comparison = compareBranchPoints(runs, 'word', 7);
  expect(comparison.againstBest!.branchPoint).toBe(3);
  expect(comparison.againstBest!.interval.high).toBeLessThan(0);
  expect(verdictOf('word', comparison, 3)[0]).toMatch(
    /^words: branch point 7 is worse\. Its accuracy is −3\d\.\d points .*\(branch point 3; .*below zero/,
  );
});

test('without the tested branch point there is no verdict', () => {
  const comparison = compareBranchPoints([run(3, 1, { clean: 1, noise: 1 })], 'word', 7);
  expect(comparison.againstBest).toBeUndefined();
  expect(verdictOf('word', comparison, 1)).toEqual([]);
});
