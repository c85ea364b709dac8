import { expect, test } from 'vitest';
import { conditionLists } from '../../listening-test/assignment/conditionLists.ts';
import { orderTrials, spreadCatchTrials } from '../../listening-test/assignment/trialOrder.ts';
import { createRandom } from '../../src/base/random.ts';

const versions = (sources: number, conditions: number) =>
  Array.from({ length: sources }, (_, s) =>
    Array.from({ length: conditions }, (_, c) => ({
      id: `s${s}c${c}`,
      sourceId: `s${s}`,
      condition: `c${c}`,
    })),
  ).flat();

test.each([
  [400, 18],
  [7, 3],
  [3, 10],
])(
  'conditionLists(%i sources, %i conditions): each source once a list, conditions equal within one, each cell once over the lists',
  (sources, conditions) => {
    const cells = versions(sources, conditions);
    const byId = new Map(cells.map((cell) => [cell.id, cell]));
    const lists = conditionLists(cells, { seed: 5, sourcesPerParticipant: null });
    expect(lists).toHaveLength(conditions);
    for (const list of lists) {
      expect(new Set(list.map((id) => byId.get(id)!.sourceId)).size).toBe(sources);
      expect(list).toHaveLength(sources);
      const counts = new Map<string, number>();
      for (const id of list)
        counts.set(byId.get(id)!.condition, (counts.get(byId.get(id)!.condition) ?? 0) + 1);
      const held = [...Array(conditions).keys()].map((c) => counts.get(`c${c}`) ?? 0);
      expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1);
    }
    expect(lists.flat().sort()).toEqual(cells.map(({ id }) => id).sort());
  },
);

test('conditionLists with sourcesPerParticipant 4 of 10 sources makes groups of at most 4, each with a list a condition', () => {
  const cells = versions(10, 3);
  const lists = conditionLists(cells, { seed: 5, sourcesPerParticipant: 4 });
  expect(lists.map((list) => list.length)).toEqual([4, 4, 4, 3, 3, 3, 3, 3, 3]);
  expect(lists.flat().sort()).toEqual(cells.map(({ id }) => id).sort());
});

test('conditionLists leaves the place of a missing version empty and repeats from its seed', () => {
  const cells = versions(6, 3).filter(({ id }) => id !== 's2c1');
  const lists = conditionLists(cells, { seed: 9, sourcesPerParticipant: null });
  expect(lists.map((list) => list.length).sort()).toEqual([5, 6, 6]);
  expect(conditionLists(cells, { seed: 9, sourcesPerParticipant: null })).toEqual(lists);
  expect(conditionLists(cells, { seed: 10, sourcesPerParticipant: null })).not.toEqual(lists);
});

const longestRun = (trials: readonly { condition: string }[]) => {
  let longest = 0;
  let run = 0;
  trials.forEach((trial, i) => {
    run = i > 0 && trials[i - 1]!.condition === trial.condition ? run + 1 : 1;
    longest = Math.max(longest, run);
  });
  return longest;
};

test('orderTrials never puts a condition more than twice in a row, in 300 random orders, and keeps every trial', () => {
  const trials = versions(6, 4).map(({ id, condition }) => ({ id, condition }));
  for (let seed = 0; seed < 300; seed++) {
    const ordered = orderTrials(trials, { random: createRandom(seed), maxRun: 2 });
    expect(longestRun(ordered)).toBeLessThanOrEqual(2);
    expect(ordered.map(({ id }) => id).sort()).toEqual(trials.map(({ id }) => id).sort());
  }
});

test('orderTrials manages the tightest case, eight of one condition among three others, and lets an impossible one pass', () => {
  const uneven = (a: number, b: number) => [
    ...Array.from({ length: a }, (_, i) => ({ id: `a${i}`, condition: 'a' })),
    ...Array.from({ length: b }, (_, i) => ({ id: `b${i}`, condition: 'b' })),
  ];
  for (let seed = 0; seed < 100; seed++)
    expect(longestRun(orderTrials(uneven(8, 3), { random: createRandom(seed), maxRun: 2 }))).toBe(2);
  expect(orderTrials(uneven(3, 0), { random: createRandom(1), maxRun: 2 })).toHaveLength(3);
});

test('orderTrials gives every trial every place about equally often (chi-square over 2000 orders)', () => {
  const trials = versions(2, 4).map(({ id, condition }) => ({ id, condition }));
  const counts = trials.map(() => new Array<number>(trials.length).fill(0));
  for (let seed = 0; seed < 2000; seed++)
    orderTrials(trials, { random: createRandom(seed), maxRun: 2 }).forEach(({ id }, place) => {
      counts[trials.findIndex((trial) => trial.id === id)]![place]!++;
    });
  const expected = 2000 / trials.length;
  const chiSquare = counts.flat().reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 49 degrees of freedom: the 99.9 % quantile is 85.4.
  expect(chiSquare).toBeLessThan(85.4);
});

test('spreadCatchTrials puts one catch trial into each equal part and keeps both orders', () => {
  const main = Array.from({ length: 40 }, (_, i) => `m${i}`);
  const catches = ['c0', 'c1', 'c2', 'c3'];
  for (let seed = 0; seed < 50; seed++) {
    const mixed = spreadCatchTrials(main, catches, createRandom(seed));
    expect(mixed.filter((trial) => trial.startsWith('m'))).toEqual(main);
    expect(mixed.filter((trial) => trial.startsWith('c'))).toEqual(catches);
    catches.forEach((caught, part) => {
      const before = mixed.slice(0, mixed.indexOf(caught)).filter((trial) => trial.startsWith('m')).length;
      expect(before).toBeGreaterThanOrEqual(10 * part);
      expect(before).toBeLessThanOrEqual(10 * part + 10);
    });
  }
});
