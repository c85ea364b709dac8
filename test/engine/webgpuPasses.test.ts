import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import { tf } from '../../src/engine/tf.ts';
import { relativeError } from '../expectAllClose.ts';
import { runAsForGpu } from '../runAsForGpu.ts';

const slope = (fn: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => tf.grad((y) => tf.sum(fn(y)))(x);
const squares = (x: tf.Tensor) => tf.square(x);

/** Graphs of an input [4, 300]: what they compute, and how many ops of some kinds are left. */
const graphs: Record<string, [fn: (x: tf.Tensor) => tf.Tensor, counts: Record<string, number>]> = {
  'the slope of a rectifier': [slope((x) => squares(tf.relu(x))), { Greater: 1, Where: 1, Cast: 0 }],
  'the slope of a maximum': [slope((x) => squares(tf.maximum(x, 0.1))), { Where: 1, Cast: 0 }],
  'a mask whose numbers are read too': [
    (x) => tf.add(tf.mul(tf.cast(tf.greater(x, 0), 'float32'), x), tf.cast(tf.greater(x, 0), 'float32')),
    { Where: 1, Cast: 1 },
  ],
  'a mask that is spread over an axis': [
    (x) => tf.mul(x, tf.cast(tf.greater(tf.sum(x, 1, true), 0), 'float32')),
    { Where: 0, Cast: 1 },
  ],
  'a mask of whole numbers': [
    (x) => tf.mul(tf.cast(tf.greater(x, 0), 'int32'), tf.cast(tf.mul(x, 3), 'int32')),
    { Where: 0, Mul: 2 },
  ],
  'a sum of squares': [(x) => tf.sum(squares(x)), { ReduceSumSquare: 1, ReduceSum: 1, Mul: 0 }],
  'sums of squares': [(x) => tf.sum(squares(x), 1), { ReduceSumSquare: 1, Mul: 0 }],
  'a mean of squares': [(x) => tf.mean(squares(x)), { ReduceSumSquare: 1, Mul: 1 }],
  'means of squares over the first axis': [
    (x) => tf.mean(squares(tf.reshape(x, [300, 4])), 0),
    { MatMul: 2 },
  ],
  'means over the first axis, longer and shorter': [
    (x) => tf.mul(tf.mean(tf.reshape(x, [300, 4]), 0), tf.mean(tf.reshape(x, [6, 50, 4]), [0, 1])),
    { MatMul: 4, Mul: 1 },
  ],
  'a sum of whole numbers over the first axis': [
    (x) => tf.sum(tf.cast(tf.mul(x, 3e7), 'int32'), 0),
    { ReduceSum: 1, WholeSum: 0, MatMul: 0 },
  ],
  'a count over the first axis': [
    (x) => tf.sum(tf.greater(tf.reshape(x, [300, 4]), 0), 0),
    { ReduceSum: 1, MatMul: 0 },
  ],
  'a concatenation of nine': [
    (x) => tf.concat(Array.from({ length: 9 }, (_, i) => tf.add(x, i + 1))),
    { Concat: 5 },
  ],
};

for (const [name, [fn, counts]] of Object.entries(graphs))
  test(`traceFunction: for a GPU, ${name} takes few ops, with the same values`, async () => {
    const random = createRandom(8);
    const x = Float32Array.from({ length: 1200 }, () => random.normal());
    const shape = [4, 300];
    const program = await compile(({ x }) => ({ y: fn(x!) }), { x: { shape } }, { threads: 1 });
    const { y: expected } = await program.run({ x });
    await program.release();
    const { model, results } = await runAsForGpu(({ x }) => ({ y: fn(x!) }), { x: { shape } }, { x });
    expect(expected!.some((value) => value !== 0)).toBe(true);
    expect(relativeError(results['y']!, expected!)).toBeLessThan(1e-6);
    const count = (opType: string) => model.nodes.filter((node) => node.opType === opType).length;
    expect(Object.fromEntries(Object.keys(counts).map((opType) => [opType, count(opType)]))).toEqual(counts);
  });

type Shape = [number, number, number, number];

const kernel = (seed: number, shape: Shape) => {
  const random = createRandom(seed);
  return tf.tensor4d(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
    shape,
  );
};
const convolved = (x: tf.Tensor, seed: number, padding: 'same' | 'valid' = 'same') =>
  tf.conv2d(x as tf.Tensor4D, kernel(seed, [3, 3, 64, 64]), 1, padding);
const squaresOf = (x: tf.Tensor) => tf.sum(tf.square(x));

/** Convolutions of images [1, 3, 7, 64] one after the other, and how often columns are cut and borders are given. */
const chains: Record<string, [fn: (x: tf.Tensor) => tf.Tensor, cuts: number, borders: number]> = {
  'a rectifier between': [(x) => convolved(tf.relu(convolved(x, 1)), 2), 1, 1],
  'a rectifier between that is asked for too': [
    (x) => {
      const between = tf.relu(convolved(x, 1));
      return tf.mul(convolved(between, 2), between);
    },
    2,
    1,
  ],
  'an addition between': [(x) => convolved(tf.add(convolved(x, 1), 1), 2), 2, 2],
  'a choice of another number between': [
    (x) => {
      const first = convolved(x, 1);
      return convolved(tf.where(tf.greater(first, 0), first, tf.fill(first.shape, 3)), 2);
    },
    2,
    2,
  ],
  'no border before it, and so no zero': [(x) => convolved(tf.relu(convolved(x, 1, 'valid')), 2), 2, 1],
  'no border after it': [(x) => convolved(tf.relu(convolved(x, 1)), 2, 'valid'), 2, 1],
  'their slopes': [
    (x) =>
      tf.grad((y: tf.Tensor) => squaresOf(convolved(tf.relu(convolved(tf.relu(convolved(y, 1)), 2)), 3)))(x),
    2,
    2,
  ],
};

for (const [name, [fn, cuts, borders]] of Object.entries(chains))
  test(`traceFunction: for a GPU, of convolutions with ${name} columns are cut ${cuts} times, and ${borders} borders are given, with the same values`, async () => {
    const random = createRandom(9);
    const shape = [1, 3, 7, 64];
    const x = Float32Array.from({ length: 3 * 7 * 64 }, () => random.normal());
    const program = await compile(({ x }) => ({ y: fn(x!) }), { x: { shape } }, { threads: 1 });
    const { y: expected } = await program.run({ x });
    await program.release();
    const { model, results } = await runAsForGpu(({ x }) => ({ y: fn(x!) }), { x: { shape } }, { x });
    expect(relativeError(results['y']!, expected!)).toBeLessThan(1e-5);
    const count = (opType: string) => model.nodes.filter((node) => node.opType === opType).length;
    expect([count('Slice'), count('Pad')]).toEqual([cuts, borders]);
  });

/** Images [1, channels, height, width], of as many columns as are computed at once and of fewer. */
const images: Shape[] = [
  [1, 64, 4, 7],
  [1, 64, 3, 7],
  [1, 128, 2, 10],
];

test.each(images)(
  'traceFunction: for a GPU, rows of [%i, %i, %i, %i] may become channels between convolutions',
  async (batch, channels, height, width) => {
    const filtered = (x: tf.Tensor, weights: tf.Tensor4D) =>
      tf.transpose(tf.conv2d(tf.transpose(x, [0, 2, 3, 1]) as tf.Tensor4D, weights, 1, 'same'), [0, 3, 1, 2]);
    const fn = (x: tf.Tensor) => {
      const first = tf.relu(filtered(x, kernel(1, [3, 3, channels, channels])));
      const ofRows = tf.reshape(first, [batch, channels * height, 1, width]);
      return filtered(ofRows, kernel(2, [1, 3, channels * height, 32]));
    };
    const random = createRandom(3);
    const shape = [batch, channels, height, width];
    const x = Float32Array.from({ length: channels * height * width }, () => random.normal());
    const program = await compile(({ x }) => ({ y: fn(x!) }), { x: { shape } }, { threads: 1 });
    const { y: expected } = await program.run({ x });
    await program.release();
    const { results } = await runAsForGpu(({ x }) => ({ y: fn(x!) }), { x: { shape } }, { x });
    expect(relativeError(results['y']!, expected!)).toBeLessThan(1e-5);
  },
);

test('traceFunction: for a GPU, what a mask hides may be infinite', async () => {
  const hidden = (x: tf.Tensor) => tf.mul(tf.div(1, tf.relu(x)), tf.cast(tf.greater(x, 0), 'float32'));
  const x = Float32Array.of(-1, 0, 2, 4);
  const { results } = await runAsForGpu(({ x }) => ({ y: hidden(x!) }), { x: { shape: [4] } }, { x });
  expect(results['y']).toEqual(Float32Array.of(0, 0, 0.5, 0.25));
});
