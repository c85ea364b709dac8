import { expect, test } from 'vitest';
import { tf } from '../../src/engine/tf.ts';
import { match } from '../../src/synthesis/objective.ts';

// Of the second sound the reference is silent.
const targets = [tf.tensor2d([3, 0, 4, 0, 0, 0], [2, 3]), tf.tensor2d([2, 0], [2, 1])];
const activations = [tf.tensor2d([3, 1, 2, 2, 0, 1], [2, 3]), tf.tensor2d([3, -1], [2, 1])];
const { losses } = match({ conv3: 1, top: 3 });

test('match gives the weighted mean of ‖a − b‖ / ‖b‖, and of the distance alone where the reference is silent', () => {
  const [first, second] = losses!(activations, targets).dataSync();
  expect(first).toBeCloseTo(0.25 * (Math.sqrt(5) / 5) + 0.75 * (1 / 2), 6);
  expect(second).toBeCloseTo(0.25 * Math.sqrt(5) + 0.75, 6);
});

test('the gradient of match is (a − b) / (‖a − b‖ ‖b‖), times the weight', () => {
  const slope = tf.grad((a: tf.Tensor) => tf.sum(losses!([a, activations[1]!], targets)))(activations[0]!);
  const [near, silent] = [0.25 / (5 * Math.sqrt(5)), 0.25 / Math.sqrt(5)];
  const expected = [0, near, -2 * near, 2 * silent, 0, silent];
  for (const [i, value] of slope.dataSync().entries()) expect(value).toBeCloseTo(expected[i]!, 6);
});

test('the gradient of match is zero at a perfect match', () => {
  const slope = tf.grad((a: tf.Tensor) => tf.sum(losses!([a, targets[1]!], targets)))(targets[0]!);
  expect([...slope.dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
});
