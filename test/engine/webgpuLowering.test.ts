import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import type { TensorFunction } from '../../src/engine/engine.ts';
import { tf } from '../../src/engine/tf.ts';
import { traceFunction } from '../../src/engine/traceFunction.ts';
import { relativeError } from '../expectAllClose.ts';
import { runAsForGpu } from '../runAsForGpu.ts';

type Four = [number, number, number, number];

const noise = (count: number, seed = 5) => {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal());
};
const kernel = (shape: Four) => tf.tensor4d(noise(shape.reduce((a, b) => a * b)), shape);
const slope = (fn: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) =>
  tf.grad((y) => tf.sum(tf.mul(fn(y), tf.cos(tf.range(0, fn(y).size).reshape(fn(y).shape)))))(x);
const convolved = (shape: Four, steps: [number, number], pad: 'same' | 'valid') => (x: tf.Tensor) =>
  tf.conv2d(x as tf.Tensor4D, kernel(shape), steps, pad);
const ofWeights =
  (image: Four, shape: Four, steps: [number, number], pad: 'same' | 'valid') => (x: tf.Tensor) =>
    slope((weights) =>
      tf.conv2d(tf.reshape(x, image) as tf.Tensor4D, tf.reshape(weights, shape) as tf.Tensor4D, steps, pad),
    )(tf.mul(tf.mean(x), tf.ones(shape)));

const ofImage =
  (image: Four, shape: Four, steps: [number, number], pad: 'same' | 'valid') => (x: tf.Tensor) =>
    slope((given) => tf.conv2d(given as tf.Tensor4D, tf.reshape(x, shape) as tf.Tensor4D, steps, pad))(
      kernel(image),
    );

/** Graphs that are written in other ops for a GPU: shape of the input, the function, and an op that shows the writing. */
const graphs: Record<string, { shape: number[]; fn: (x: tf.Tensor) => tf.Tensor; op: string }> = {
  'a long kernel at few places': {
    ...{ shape: [2, 5, 7, 64], fn: convolved([3, 4, 64, 33], [1, 1], 'same'), op: 'Gather' },
  },
  'a long kernel in steps, without a border': {
    ...{ shape: [1, 9, 12, 64], fn: convolved([3, 2, 64, 8], [2, 3], 'valid'), op: 'Gather' },
  },
  'the gradient of a long kernel at few places': {
    ...{
      shape: [1, 9, 12, 40],
      fn: slope((x) => tf.square(convolved([3, 3, 40, 64], [2, 1], 'same')(x))),
      op: 'Gather',
    },
  },
  'a row by a long matrix': {
    shape: [1, 2048],
    fn: (x) => tf.matMul(x as tf.Tensor2D, tf.tensor2d(noise(2048 * 9), [2048, 9])),
    op: 'MatMul',
  },
  'weights of an image in several chunks': {
    shape: [7, 90, 90, 2],
    fn: ofWeights([7, 90, 90, 2], [20, 20, 2, 3], [1, 1], 'same'),
    op: 'Split',
  },
  'weights of an image in chunks of which the last has one clip': {
    shape: [6, 90, 90, 2],
    fn: ofWeights([6, 90, 90, 2], [20, 20, 2, 3], [1, 1], 'same'),
    op: 'Split',
  },
  'weights of which the products are larger than the patches': {
    shape: [17, 2, 2, 1024],
    fn: ofWeights([17, 2, 2, 1024], [1, 1, 1024, 2048], [1, 1], 'same'),
    op: 'Split',
  },
  'weights in steps': {
    shape: [3, 16, 20, 2],
    fn: ofWeights([3, 16, 20, 2], [3, 5, 2, 4], [1, 2], 'valid'),
    op: 'Gather',
  },
  'the gradient of an image by weights that are given': {
    ...{ shape: [3, 5, 2, 4], fn: ofImage([2, 7, 9, 2], [3, 5, 2, 4], [1, 1], 'same'), op: 'Gemm' },
  },
  'the gradient of an image by weights that are given, in steps that these do not fill': {
    ...{ shape: [3, 5, 2, 4], fn: ofImage([2, 7, 9, 2], [3, 5, 2, 4], [2, 3], 'valid'), op: 'Gemm' },
  },
  'a sum over all': { shape: [30, 41, 12], fn: (x) => tf.sum(x), op: 'ReduceSum' },
  'a mean over the first axes': { shape: [6, 50, 7, 3], fn: (x) => tf.mean(x, [0, 1, 2]), op: 'MatMul' },
  'a mean over all but the second axis, kept': {
    shape: [5, 3, 70, 8],
    fn: (x) => tf.mean(x, [0, 2, 3], true),
    op: 'MatMul',
  },
  'a sum of squares in rows': { shape: [7, 12], fn: (x) => tf.sum(tf.square(x), 1), op: 'ReduceSumSquare' },
  'a sum of many squares': { shape: [30, 41, 12], fn: (x) => tf.sum(tf.square(x)), op: 'ReduceSumSquare' },
  'lengths over a middle axis': {
    shape: [9, 2, 40],
    fn: (x) => tf.sqrt(tf.sum(tf.square(x), 1)),
    op: 'ReduceL2',
  },
  'a length over many': { shape: [60, 71], fn: (x) => tf.sqrt(tf.sum(tf.square(x))), op: 'ReduceSumSquare' },
  'squares that are summed over the first axis alone': {
    ...{ shape: [600, 3], fn: (x) => tf.sum(tf.square(x), 0), op: 'MatMul' },
  },
  'a sum over a middle axis of a prime length': { shape: [2, 787, 3], fn: (x) => tf.sum(x, 1), op: 'MatMul' },
};

for (const [name, { shape, fn, op }] of Object.entries(graphs))
  test(`traceFunction: ${name}, in the ops for a GPU, gives what the processor's give`, async () => {
    const graph: TensorFunction<'x'> = ({ x }) => ({ y: fn(x) });
    const x = noise(
      shape.reduce((a, b) => a * b),
      6,
    );
    const program = await compile(graph, { x: { shape } });
    const { y: expected } = await program.run({ x });
    await program.release();
    const { results, model } = await runAsForGpu(graph, { x: { shape } }, { x });
    expect(model.nodes.map(({ opType }) => opType)).toContain(op);
    expect(expected!.some((value) => value !== 0)).toBe(true);
    expect(relativeError(results['y']!, expected!)).toBeLessThan(1e-5);
  });

for (const [name, shape, fn, op, isShared] of [
  [
    'a convolution of many places',
    [1, 200, 200, 64],
    convolved([3, 3, 64, 8], [1, 1], 'same'),
    'Gather',
    false,
  ],
  ['a convolution by short kernels', [1, 5, 5, 8], convolved([3, 3, 8, 4], [1, 1], 'same'), 'Gather', false],
  [
    'a row by a short matrix',
    [1, 200],
    (x) => tf.matMul(x as tf.Tensor2D, kernel([1, 1, 200, 9]).reshape([200, 9]) as tf.Tensor2D),
    'Reshape',
    false,
  ],
  [
    'a matrix by a long one',
    [2, 2048],
    (x) => tf.matMul(x as tf.Tensor2D, kernel([1, 1, 2048, 9]).reshape([2048, 9]) as tf.Tensor2D),
    'Reshape',
    false,
  ],
  ['sums over a first axis', [25, 4], (x) => tf.sum(x, 0), 'MatMul', true],
  ['sums of 1024 in a row', [4, 1024], (x) => tf.sum(x, 1), 'Reshape', false],
  ['sums of 1025 in a row', [4, 1025], (x) => tf.sum(x, 1), 'Reshape', true],
  ['sums of two parts', [3, 2, 5], (x) => tf.sum(x, 1), 'Split', false],
  ['2^15 long sums', [2 ** 15, 1025], (x) => tf.sum(x, 1), 'Reshape', false],
] satisfies [string, number[], (x: tf.Tensor) => tf.Tensor, string, boolean][])
  test(`traceFunction: ${name} ${isShared ? 'are shared out' : 'stay one op'} for a GPU`, () => {
    const { nodes } = traceFunction(({ x }) => ({ y: fn(x!) }), { x: { shape } }, { device: 'webgpu' });
    expect(nodes.some(({ opType }) => opType === op)).toBe(isShared);
  });
