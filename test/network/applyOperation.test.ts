import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { tf } from '../../src/engine/tf.ts';
import { applyOperation } from '../../src/network/applyOperation.ts';
import type { Operation } from '../../src/network/architecture.ts';
import type { BatchStatistics } from '../../src/network/batchNormOfBatch.ts';
import { planOperation } from '../../src/network/planOperation.ts';
import { expectAllClose } from '../expectAllClose.ts';
import references from '../reference/network.json' with { type: 'json' };

await tf.setBackend('cpu');

test.each(
  references.map((reference) => ({
    name: `${JSON.stringify(reference.operation)}${reference.training ? ' in training' : ''}`,
    reference,
  })),
)('$name agrees with PyTorch, resizing with Pillow', ({ reference }) => {
  const { input, output, training } = reference;
  const weights = Object.entries(reference.weights);
  const step = planOperation(reference.operation as unknown as Operation, input.shape.slice(1), {
    stage: 's',
    gain: 2,
  });
  const batchStatistics: BatchStatistics[] = [];
  const y = applyOperation(step, tf.tensor(input.values, input.shape), {
    stage: 's',
    weight: (name) => {
      const [, { values, shape }] = weights.find(([key]) => `s.${key}` === name)!;
      return tf.tensor(values, shape);
    },
    ...(training ? { training: { dropoutMask: () => tf.scalar(1) } } : {}),
    batchStatistics,
  });
  expect(y.shape).toEqual(output.shape);
  expect(step.outputShape).toEqual(output.shape.slice(1));
  expect(step.weights.map(({ name }) => name)).toEqual(weights.map(([key]) => `s.${key}`));
  expectAllClose(y.dataSync(), output.values, { atol: 3e-5, rtol: 3e-5 });
  expect(batchStatistics.map(({ name }) => name)).toEqual(training ? ['s.batchNorm'] : []);
});

test('batchNorm in training hands back mean and biased variance of the batch', () => {
  const step = planOperation({ kind: 'batchNorm' }, [2], { stage: 's', gain: 2 });
  const batchStatistics: BatchStatistics[] = [];
  const one = tf.ones([2]);
  applyOperation(step, tf.tensor([1, 10, 3, 10, 5, 16], [3, 2]), {
    stage: 's',
    weight: () => one,
    training: { dropoutMask: () => one },
    batchStatistics,
  });
  expectAllClose(batchStatistics[0]!.mean.dataSync(), [3, 12], { rtol: 1e-6 });
  expectAllClose(batchStatistics[0]!.variance.dataSync(), [8 / 3, 8], { rtol: 1e-6 });
});

test('relu in training passes images and rows, and gradients where they are positive', () => {
  const step = planOperation({ kind: 'relu' }, [1, 2, 2], { stage: 's', gain: 2 });
  const context = {
    ...{ stage: 's', weight: () => tf.scalar(1), batchStatistics: [] },
    training: { dropoutMask: () => tf.scalar(1) },
  };
  for (const shape of [
    [2, 1, 2, 2],
    [2, 4],
  ]) {
    const x = tf.tensor([1, -2, 3, -4, 5, 6, -7, 8], shape);
    const y = applyOperation(step, x, context);
    expect(y.shape).toEqual(shape);
    expect([...y.dataSync()]).toEqual([1, 0, 3, 0, 5, 6, 0, 8]);
    const weighed = tf.tensor([1, 2, 3, 4, 5, 6, 7, 8], shape);
    const slope = tf.grad((given) => tf.sum(tf.mul(applyOperation(step, given, context), weighed)))(x);
    expect([...slope.dataSync()]).toEqual([1, 0, 3, 0, 5, 6, 0, 8]);
  }
});

test.each([
  { isFixed: false, shape: [3, 2] },
  { isFixed: true, shape: [3, 2] },
  { isFixed: false, shape: [3, 1, 2] },
  { isFixed: true, shape: [1, 3, 2] },
])(
  'the gradient of batchNorm in training is that of central differences ($shape, fixed: $isFixed)',
  ({ isFixed, shape }) => {
    const step = planOperation({ kind: 'batchNorm', isFixed }, shape, { stage: 's', gain: 2 });
    const size = isFixed ? 24 : 28;
    const point = Float32Array.from({ length: size }, (_, i) => Math.sin(7 * i) + (i > 24 ? 2 : 0));
    // What all weigh differently, so that no part of the gradient vanishes.
    const weighed = tf.tensor(
      Array.from({ length: 24 }, (_, i) => Math.cos(3 * i)),
      [4, ...shape],
    );
    const loss = (values: Tensor): Scalar => {
      const part = (begin: number) => tf.slice(values, [begin], [2]);
      const y = applyOperation(step, tf.reshape(tf.slice(values, [0], [24]), [4, ...shape]), {
        stage: 's',
        weight: (name) => part(name.endsWith('.scale') ? 24 : 26),
        training: { dropoutMask: () => tf.scalar(1) },
        batchStatistics: [],
      });
      return tf.sum(tf.mul(y, weighed));
    };
    const gradient = tf.grad(loss)(tf.tensor(point)).dataSync();
    const differences = point.map((_, i) => {
      const at = (offset: number) => loss(tf.tensor(point.with(i, point[i]! + offset))).dataSync()[0]!;
      return (at(0.02) - at(-0.02)) / 0.04;
    });
    expectAllClose(gradient, differences, { atol: 3e-3, rtol: 3e-3 });
  },
);

test('dropout multiplies by its mask in training and does nothing otherwise', () => {
  const step = planOperation({ kind: 'dropout', rate: 0.5 }, [3], { stage: 's', gain: 2 });
  const x = tf.tensor([1, 2, 3], [1, 3]);
  const context = { stage: 's', weight: () => x, batchStatistics: [] };
  const masked = applyOperation(step, x, {
    ...context,
    training: { dropoutMask: (name) => (name === 's.dropout' ? tf.tensor([[2, 0, 2]]) : x) },
  });
  expect([...masked.dataSync()]).toEqual([2, 0, 6]);
  expect([...applyOperation(step, x, context).dataSync()]).toEqual([1, 2, 3]);
});
