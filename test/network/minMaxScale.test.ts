import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { tf } from '../../src/engine/tf.ts';
import { minMaxScale } from '../../src/network/minMaxScale.ts';
import { expectAllClose } from '../expectAllClose.ts';

await tf.setBackend('cpu');

const image = (values: number[][]) =>
  tf.tensor(values.flat(), [values.length, values[0]!.length, 1, 1]) as Tensor4D;

test('minMaxScale takes each clip from its own minimum and maximum to 0 and the largest value', () => {
  const scaled = minMaxScale(
    image([
      [1, 2, 5],
      [-4, 0, -2],
    ]),
    255,
  );
  expectAllClose(scaled.dataSync(), [0, 63.75, 255, 0, 255, 127.5], { atol: 1e-4 });
  expect([...minMaxScale(image([[3, 3]]), 255).dataSync()]).toEqual([0, 0]);
});

test('minMaxScale: its gradient agrees with central differences, the extremes included', () => {
  const random = createRandom(2);
  const x = Array.from({ length: 12 }, () => random.uniform());
  const weights = image([x.map(() => random.normal())]);
  const objective = (y: Tensor) => tf.sum(tf.mul(minMaxScale(y as Tensor4D, 10), weights)) as Tensor;
  const gradient = tf
    .grad(objective)(image([x]))
    .dataSync();
  const numeric = x.map((_, place) => {
    const at = (step: number) =>
      objective(image([x.map((value, i) => (i === place ? value + step : value))])).dataSync()[0]!;
    return (at(1e-3) - at(-1e-3)) / 2e-3;
  });
  expectAllClose(gradient, numeric, { rtol: 1e-2, atol: 0.1 });
});

test('minMaxScale: the gradient of a clip without contrast is a number', () => {
  const sum = (y: Tensor) => tf.sum(minMaxScale(y as Tensor4D, 255)) as Tensor;
  const gradient = tf
    .grad(sum)(image([[3, 3]]))
    .dataSync();
  expectAllClose(gradient, [0, 0], { atol: 1e-6 });
});

test('minMaxScale: places that share an extreme share its gradient', () => {
  // y = (x − lowest)/(highest − lowest) of the third place is 1/4: it loses 3/16 by the lowest, 1/16 by the highest.
  const third = (y: Tensor) =>
    tf.sum(tf.slice(minMaxScale(y as Tensor4D, 1), [0, 2, 0, 0], [1, 1, 1, 1])) as Tensor;
  expectAllClose(
    tf
      .grad(third)(image([[0, 0, 1, 4]]))
      .dataSync(),
    [-3 / 32, -3 / 32, 1 / 4, -1 / 16],
    {
      atol: 1e-6,
    },
  );
});
