import { expect, test } from 'vitest';
import { checkFinite } from '../../src/synthesis/checkFinite.ts';

test('checkFinite names the step, and whether loss or gradient is none', () => {
  checkFinite(0.5, true, 3);
  expect(() => checkFinite(Number.NaN, true, 3)).toThrow('at step 3 the loss is NaN, the gradient finite;');
  expect(() => checkFinite(0.5, false, 4)).toThrow('at step 4 the loss is 0.5, the gradient not;');
});
