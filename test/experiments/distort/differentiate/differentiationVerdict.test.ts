import { expect, test } from 'vitest';
import { differentiationPull } from '../../../../src/experiments/distort/differentiate/differentiationPull.ts';
import {
  differentiationVerdict,
  isDifferentiated,
} from '../../../../src/experiments/distort/differentiate/differentiationVerdict.ts';
import { dot } from '../../../../src/experiments/distort/vectors.ts';

test.each([
  ['most', 1, 1.1, true],
  ['most', 1, 0.9, false],
  ['most', 1, 1, false],
  ['least', 1, 0.9, true],
  ['least', 1, 1.1, false],
  ['least', 1, 1, false],
  ['most', 1.0019, 1.1, true],
  ['most', 0.9981, 1.1, true],
  ['most', 1.0021, 1.1, false],
  ['most', 0.9979, 1.1, false],
] as const)('isDifferentiated: %s, held at %d of it, pushed to %d: %j', (push, held, pushed, expected) => {
  const sound = { start: { held: 2, pushed: 3 }, end: { held: 2 * held, pushed: 3 * pushed } };
  const told = { ...sound, push, changeDb: -20, held: 'ear', pushed: 'conv3', levelDb: -20 };
  expect(isDifferentiated(told)).toBe(expected);
  const words = differentiationVerdict({ ...told, passed: expected });
  expect(words).toContain(expected ? 'passed' : 'failed');
  expect(words).toContain(`${pushed.toPrecision(3)} times as far as noise for conv3`);
});

test.each([
  ['most', 0],
  ['least', 0],
  ['most', 1],
  ['least', 1],
] as const)(
  'differentiationPull %s, observer %i held: the held one does not notice the step',
  (push, held) => {
    const own = { value: 0.5, gradient: Float32Array.of(1, 2, 0) };
    const other = { value: 0.25, gradient: Float32Array.of(1, -1, 1) };
    const pair = held === 0 ? ([own, other] as const) : ([other, own] as const);
    const { loss, gradient } = differentiationPull(pair, { held, push, at: 0.5 });
    const away = push === 'most' ? -1 : 1;
    expect(loss).toBe(away * 0.25);
    expect(dot(gradient, own.gradient)).toBeCloseTo(0, 6);
    // A descent goes against the gradient.
    expect(away * dot(gradient, other.gradient)).toBeGreaterThan(1);
  },
);

test.each([
  [0.6, 1],
  [0.4, -1],
])('differentiationPull leads back from %d to the held .5', (value, sign) => {
  const pair = [
    { value, gradient: Float32Array.of(2, 0) },
    { value: 1, gradient: Float32Array.of(0, 3) },
  ] as const;
  const { gradient } = differentiationPull(pair, { held: 0, push: 'least', at: 0.5 });
  // A tenth off, the way back weighs as much as the way on.
  expect(gradient[0]).toBeCloseTo(sign * 3, 5);
  expect(gradient[1]).toBeCloseTo(3, 5);
});
