import { expect, test } from 'vitest';
import { runFuzz } from './runFuzz.ts';

test.each([2, 3, 4])('every reader holds against 1,000 changed files of seed %i', async (seed) => {
  const reports = await runFuzz(seed, 1000);
  const violations = reports.flatMap(({ reader, violations }) =>
    violations.map((found) => ({ reader, ...found })),
  );
  expect(violations).toEqual([]);
});
