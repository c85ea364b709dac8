import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { crossedLevels } from '../../../src/statistics/mixed/design.ts';
import { cellEffects, testObservers } from '../../../src/statistics/mixed/observerTests.ts';

/** Six listeners and a model on 30 sources at three levels; exact shares of right answers, on sounds drawn at random. */
function study(rights: { human: number[]; model: number[] }) {
  const rows = [...Array(6).keys()]
    .flatMap((listener) =>
      [...Array(30).keys()].map((source) => ({
        listener,
        source,
        level: (listener + source) % 3,
        observer: 0,
      })),
    )
    .concat(
      [...Array(90).keys()].map((k) => ({
        listener: -1,
        source: k % 30,
        level: Math.floor(k / 30),
        observer: 1,
      })),
    );
  const random = createRandom(4);
  const successes = new Float64Array(rows.length);
  for (const observer of [0, 1])
    for (const level of [0, 1, 2]) {
      const cell = [...rows.keys()].filter((i) => rows[i]!.level === level && rows[i]!.observer === observer);
      const share = (observer === 0 ? rights.human : rights.model)[level]!;
      for (const i of random.shuffled(cell).slice(0, Math.round(share * cell.length))) successes[i] = 1;
    }
  const column = (name: 'listener' | 'source' | 'level' | 'observer') =>
    Int32Array.from(rows, (row) => row[name]);
  const levels = ['natural', 'early', 'late'];
  return testObservers(
    {
      levels,
      successes,
      trials: new Float64Array(rows.length).fill(1),
      fixed: cellEffects(levels, column('level'), column('observer')),
      random: [
        { name: 'participant', ...crossedLevels([column('listener')]) },
        { name: 'source', ...crossedLevels([column('source')]) },
      ],
    },
    { within: 58, between: 29 },
  );
}

const p = (result: ReturnType<typeof study>, effect: string) =>
  result.tests.find((test) => test.effect === effect)!.p;

test('testObservers finds nothing where both observers have one proportion everywhere', () => {
  const result = study({ human: [0.6, 0.6, 0.6], model: [0.6, 0.6, 0.6] });
  for (const { p: value } of result.tests) expect(value).toBeGreaterThan(0.9);
});

test('testObservers calls a fixed difference of proportions an effect of observer alone', () => {
  const result = study({ human: [0.2, 0.4, 0.6], model: [0.5, 0.7, 0.9] });
  expect(p(result, 'observer × stage')).toBeGreaterThan(0.9);
  expect(p(result, 'observer')).toBeLessThan(1e-3);
  expect(p(result, 'stage')).toBeLessThan(1e-4);
  expect(p(result, 'any difference')).toBeLessThan(1e-3);
});

test('testObservers sees people fall where the model is always right', () => {
  const result = study({ human: [0.9, 0.6, 0.2], model: [1, 1, 1] });
  expect(p(result, 'observer × stage')).toBeLessThan(1e-4);
  expect(result.tests.every(({ converged }) => converged)).toBe(true);
  result.proportions.forEach((value, cell) => {
    expect(value).toBeCloseTo([0.9, 0.6, 0.2, 1, 1, 1][cell]!, 2);
  });
});

test('testObservers takes the statistic over its degrees of freedom as F', () => {
  const { tests } = study({ human: [0.5, 0.5, 0.5], model: [0.5, 0.7, 0.5] });
  const [interaction] = tests;
  expect(tests.map(({ effect, denominator }) => [effect, denominator])).toEqual([
    ['observer × stage', 58],
    ['observer', 29],
    ['stage', 29],
    ['any difference', 58],
  ]);
  expect(interaction).toMatchObject({ degreesOfFreedom: 2, denominator: 58 });
  // P(F(2, 58) > f) = (1 + f / 29)^(−29)
  expect(interaction!.p).toBeCloseTo((1 + interaction!.statistic / 58) ** -29, 10);
});
