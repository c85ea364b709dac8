import { expect, test } from 'vitest';
import { benchServer } from '../../src/bench/server/benchServer.ts';

test('benchServer with 5 participants saves 20 answers of each participant and times them', async () => {
  const start = performance.now();
  const timings = await benchServer({ participants: 5, thinkMs: [0, 0] });
  expect(timings).toMatchObject({ participants: 5, answers: 100 });
  // Those of the time in which they were given, which is a part of all of it.
  expect(timings.answersPerSecond).toBeGreaterThan(100_000 / (performance.now() - start));
  expect(timings.msSaveMedian).toBeGreaterThan(0);
  expect(timings.msSaveP99).toBeGreaterThanOrEqual(timings.msSaveMedian);
});
