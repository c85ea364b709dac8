import { expect, test } from 'vitest';
import type { CurveAnswers } from '../../../src/analysis/byStage/curveAnswers.ts';
import { waldInteraction } from '../../../src/analysis/byStage/waldInteraction.ts';
import { createRandom } from '../../../src/base/random.ts';
import { logUpperTailF } from '../../../src/statistics/special/distributions.ts';
import { simulateAnswers } from './simulateAnswers.ts';

/** Answers of two listeners who heard every source at both levels. */
function table(human: number[][]): CurveAnswers {
  const rows = human.flatMap((own, source) =>
    own.map((right, k) => ({ listener: Math.floor(k / 2), source, level: k % 2, observer: 0, right })),
  );
  const column = (key: 'listener' | 'source' | 'level' | 'observer') =>
    Int32Array.from(rows, (row) => row[key]);
  return {
    levels: ['natural', 'late'],
    listener: column('listener'),
    source: column('source'),
    level: column('level'),
    observer: column('observer'),
    right: Float64Array.from(rows, ({ right }) => right),
    listeners: 2,
    sources: human.length,
  };
}

/** Variance of late − natural: over sources and listeners, and what both count. */
function stepVariance({ listener, source, level, right }: CurveAnswers) {
  const rows = [...right.keys()];
  const atLevel = (k: number) => rows.filter((i) => level[i] === k);
  const means = [0, 1].map((k) => atLevel(k).reduce((sum, i) => sum + right[i]!, 0) / atLevel(k).length);
  const share = (i: number) =>
    ((right[i]! - means[level[i]!]!) / atLevel(level[i]!).length) * (level[i] === 1 ? 1 : -1);
  const squares = (codes: ArrayLike<number>) => {
    const sums = new Map<number, number>();
    for (const i of rows) sums.set(codes[i]!, (sums.get(codes[i]!) ?? 0) + share(i));
    return { sums: [...sums.values()].reduce((sum, value) => sum + value * value, 0), size: sums.size };
  };
  const ofClusters = (codes: ArrayLike<number>) => {
    const { sums, size } = squares(codes);
    return (sums * size) / (size - 1);
  };
  return {
    both: ofClusters(source) + ofClusters(listener),
    shared: squares(rows).sums,
    step: means[1]! - means[0]!,
  };
}

test('waldInteraction of two levels is the squared step over its variance over listeners and sources', () => {
  const answers = humansOf(
    simulateAnswers({ listeners: 12, sources: 20, curve: [1, 0], difficulty: 'shared' }, createRandom(2)),
  );
  const { both, shared, step } = stepVariance(answers);
  const [stage] = waldInteraction(answers);
  expect(stage).toMatchObject({ effect: 'stage', degreesOfFreedom: 1, denominator: 11, converged: true });
  expect(stage!.statistic).toBeCloseTo(step ** 2 / (both - shared), 10);
  expect(stage!.p).toBeCloseTo(Math.exp(logUpperTailF(stage!.statistic, 1, 11)), 12);
});

test('waldInteraction leaves shared noise in where the variance would not be positive without it', () => {
  // Of each source: listener 0 natural, late, listener 1 natural, late.
  const answers = table([
    [1, 0, 1, 0],
    [1, 1, 1, 0],
    [1, 1, 1, 0],
    [0, 0, 1, 1],
  ]);
  const { both, step } = stepVariance(answers);
  expect(waldInteraction(answers)[0]!.statistic).toBeCloseTo(step ** 2 / both, 10);
});

/** The humans' answers alone. */
function humansOf(answers: CurveAnswers): CurveAnswers {
  const own = [...answers.right.keys()].filter((i) => answers.observer[i] === 0);
  const codes = (column: Int32Array) => Int32Array.from(own, (i) => column[i]!);
  return {
    ...answers,
    listener: codes(answers.listener),
    source: codes(answers.source),
    level: codes(answers.level),
    observer: codes(answers.observer),
    right: Float64Array.from(own, (i) => answers.right[i]!),
  };
}

test('waldInteraction gives observer × stage and observer where a model answered', () => {
  const answers = simulateAnswers(
    { listeners: 20, sources: 40, curve: [1, 0, -1], difficulty: 'shared' },
    createRandom(3),
  );
  const tests = waldInteraction(answers);
  expect(
    tests.map(({ effect, degreesOfFreedom, denominator }) => [effect, degreesOfFreedom, denominator]),
  ).toEqual([
    ['observer × stage', 2, 18],
    ['observer', 1, 19],
  ]);
});

test('waldInteraction sees a model that keeps what listeners lose', () => {
  const answers = simulateAnswers(
    { listeners: 20, sources: 40, curve: [2, 0, -2], difficulty: 'shared' },
    createRandom(4),
  );
  const kept = {
    ...answers,
    right: answers.right.map((right, i) => (answers.observer[i] === 1 ? 1 : right)),
  };
  const [interaction, observer] = waldInteraction(kept);
  expect(interaction!.p).toBeLessThan(1e-4);
  expect(observer!.p).toBeLessThan(1e-4);
});

test('waldInteraction tests a model that would be always right if it fell as listeners do', () => {
  const study = { listeners: 40, sources: 40, curve: [1.5, 1.5, 1, -4], difficulty: 'shared' } as const;
  const answers = simulateAnswers(study, createRandom(1));
  // Two of three right at every stage: as much better than listeners as on average, it would be above 1 at the first three.
  const right = answers.right.map((own, i) =>
    answers.observer[i] === 1 ? Number((answers.source[i]! + answers.level[i]!) % 3 > 0) : own,
  );
  const [interaction] = waldInteraction({ ...answers, right });
  expect(interaction!.converged).toBe(true);
  expect(interaction!.p).toBeLessThan(1e-4);
});

test('waldInteraction rejects about 5 % of 100 studies where nothing differs', () => {
  const random = createRandom(4);
  const study = { listeners: 20, sources: 40, curve: [0, 0, 0], difficulty: 'shared' } as const;
  const rejected = { stage: 0, interaction: 0 };
  for (let i = 0; i < 100; i++) {
    const answers = simulateAnswers(study, random);
    rejected.stage += Number(waldInteraction(humansOf(answers))[0]!.p < 0.05);
    rejected.interaction += Number(waldInteraction(answers)[0]!.p < 0.05);
  }
  // Binomial, 100 × .05: 1 to 12 in 99 % of seeds.
  expect(rejected.stage).toBeLessThanOrEqual(12);
  expect(rejected.interaction).toBeLessThanOrEqual(12);
  expect(rejected.stage + rejected.interaction).toBeGreaterThan(0);
});

test('waldInteraction rejects about 5 % of 100 studies without an effect where the model is hardly ever right', () => {
  const random = createRandom(1);
  const study = { listeners: 100, sources: 24, curve: [2, 0, -2, -4], difficulty: 'shared' } as const;
  let rejected = 0;
  for (let i = 0; i < 100; i++)
    rejected += Number(waldInteraction(simulateAnswers(study, random))[0]!.p < 0.05);
  // 11 with the variance of the model's own answers.
  expect(rejected).toBeLessThanOrEqual(8);
  expect(rejected).toBeGreaterThan(0);
});

test('waldInteraction without any variance is not defined, and says so', () => {
  const [stage] = waldInteraction(
    table([
      [1, 0, 1, 0],
      [1, 0, 1, 0],
      [1, 0, 1, 0],
    ]),
  );
  expect(stage!.p).toBeNaN();
  expect(stage!.converged).toBe(false);
});
