import { expect, test } from 'vitest';
import { cochleagramParameters } from '../../../cochlea/parameters.ts';
import { calibrationOf } from '../../../src/training/evaluation/calibration.ts';
import { confusionsOf } from '../../../src/training/evaluation/confusions.ts';
import { evaluationOf } from '../../../src/training/evaluation/evaluation.ts';
import type { HeardExcerpt } from '../../../src/training/evaluation/hearExcerpts.ts';

function heard(change: Partial<HeardExcerpt>): HeardExcerpt {
  return {
    ...{ task: 'word', target: 'up', response: 'up', probability: 0.9, rank: 0, background: 'none' },
    ...{ snrDb: null, entryId: 'e', source: 'flite', group: 'talker' },
    ...change,
  } as HeardExcerpt;
}

const wrong = { response: 'no', rank: 2 };
const noisy = { background: 'scene', snrDb: 3 } as const;
const excerpts = [
  heard({}),
  heard({ ...wrong, rank: 7 }),
  heard({ source: 'people' }),
  heard({ ...noisy, source: 'people' }),
  heard({ ...noisy, ...wrong, source: 'people' }),
  heard({ ...noisy, ...wrong, background: 'music' }),
];
const model = {
  name: 'm',
  hash: 'h',
  cochleagram: cochleagramParameters(),
  classifiers: [{ task: 'word' as const, stage: 'top', labels: ['__null__', 'no', 'up'] }],
};

test('evaluationOf groups by level, background, source, and kind of talker at every level', () => {
  const { tasks } = evaluationOf(model, excerpts, { split: 'test', perLabel: 1, snrsDb: [3], seed: 1 });
  const top1 = Object.fromEntries(
    Object.entries(tasks.word!).map(([group, { top1, excerpts }]) => [group, [top1, excerpts]]),
  );
  expect(top1).toEqual({
    clean: [2 / 3, 3],
    'clean, real talkers': [1, 1],
    'clean, synthetic talkers': [1 / 2, 2],
    'clean, flite': [1 / 2, 2],
    'clean, people': [1, 1],
    '3 dB': [1 / 3, 3],
    'music@3 dB': [0, 1],
    'scene@3 dB': [1 / 2, 2],
    '3 dB, real talkers': [1 / 2, 2],
    '3 dB, synthetic talkers': [0, 1],
    '3 dB, flite': [0, 1],
    '3 dB, people': [1 / 2, 2],
  });
  expect(tasks.word!['clean']!.top5).toBeCloseTo(2 / 3, 12);
  expect(tasks.word!['3 dB']!.top5).toBe(1);
});

test('calibrationOf is 0 where shares are as told, else the weighted gap of the bins (Guo et al. 2017)', () => {
  const many = (count: number, right: number, probability: number) =>
    Array.from({ length: count }, (_, i) => heard({ probability, ...(i < right ? {} : wrong) }));
  expect(calibrationOf(many(10, 9, 0.9)).expectedCalibrationError).toBeCloseTo(0, 12);
  const { expectedCalibrationError, bins } = calibrationOf([...many(10, 5, 0.9), ...many(30, 18, 0.5)]);
  expect(bins.map(({ excerpts, accuracy }) => [excerpts, accuracy])).toEqual([
    [30, 0.6],
    [10, 0.5],
  ]);
  expect(bins[1]).toMatchObject({ from: 13 / 15, to: 14 / 15 });
  expect(bins[1]!.meanProbability).toBeCloseTo(0.9, 12);
  expect(expectedCalibrationError).toBeCloseTo((30 * 0.1 + 10 * 0.4) / 40, 12);
});

test('calibrationOf puts an edge into the lower bin, and certainty into the last', () => {
  const { bins } = calibrationOf([heard({ probability: 1 }), heard({ probability: 1 / 15 })]);
  expect(bins.map(({ to }) => to)).toEqual([1 / 15, 1]);
});

test('confusionsOf counts responses by target, clean and in noise apart', () => {
  const null_ = heard({ response: '__null__', rank: 1 });
  expect(confusionsOf([...excerpts, null_], model.classifiers[0]!.labels)).toEqual({
    labels: ['__null__', 'no', 'up'],
    clean: [
      [0, 0, 0],
      [0, 0, 0],
      [1, 1, 2],
    ],
    inNoise: [
      [0, 0, 0],
      [0, 0, 0],
      [0, 2, 1],
    ],
  });
});
