import { expect, test } from 'vitest';
import { createPace } from '../../src/engine/pace.ts';

test('createPace begins with one step, and takes as many as fit into the time, one at least', () => {
  const pace = createPace(20, 250);
  expect(pace.steps).toBe(1);
  pace.took(1, 40);
  expect(pace.steps).toBe(6);
  pace.took(6, 60);
  expect(pace.steps).toBe(20);
  pace.took(20, 1000);
  expect(pace.steps).toBe(5);
  pace.took(5, 9000);
  expect(pace.steps).toBe(1);
});
