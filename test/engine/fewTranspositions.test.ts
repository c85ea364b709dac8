import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import { tf } from '../../src/engine/tf.ts';
import { relativeError } from '../expectAllClose.ts';
import { runAsForGpu } from '../runAsForGpu.ts';

const turned = (x: tf.Tensor) => tf.transpose(x, [0, 2, 3, 1]);
const back = (x: tf.Tensor) => tf.transpose(x, [0, 3, 1, 2]);

/** Graphs of an input [2, 3, 4, 5]: what they compute, and the transpositions that are left. */
const graphs: Record<string, [fn: (x: tf.Tensor) => tf.Tensor, left: number]> = {
  'there and back': [(x) => back(turned(x)), 0],
  'element by element between': [(x) => back(tf.relu(tf.mul(turned(x), 2))), 0],
  'one that a result needs': [(x) => tf.exp(turned(x)), 1],
  'one that several need is carried out once': [
    (x) => tf.add(tf.softmax(turned(x)), tf.cumsum(turned(x), 1)),
    1,
  ],
  'two of one kind': [(x) => back(tf.add(turned(x), turned(tf.exp(x)))), 0],
  'two of different kinds': [
    (x) => tf.add(tf.transpose(x, [0, 2, 3, 1]), tf.transpose(x.reshape([2, 4, 5, 3]), [0, 1, 2, 3])),
    1,
  ],
  'two orders of one value': [(x) => tf.add(tf.transpose(x, [1, 0, 2, 3]).reshape([2, 3, 4, 5]), x), 1],
  'a vector along the last axis': [(x) => back(tf.add(turned(x), tf.tensor1d([1, 2, 3]))), 0],
  'a vector along another axis': [(x) => back(tf.mul(turned(x), tf.tensor3d([1, 2, 3, 4], [4, 1, 1]))), 0],
  'a matrix beside it': [
    (x) => tf.mul(turned(x), tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [5, 3])),
    1,
  ],
  'a mask between': [(x) => back(tf.where(tf.greater(turned(x), 0), turned(x), turned(tf.neg(x)))), 0],
  'a mask that is needed turned': [
    (x) => tf.where(tf.greater(turned(x), 0), tf.softmax(turned(x)), tf.cumsum(turned(x), 1)),
    2,
  ],
  'sums of which one axis is left': [(x) => tf.sum(tf.square(turned(x)), [0, 1, 2]), 0],
  'sums of which two are left in order': [(x) => tf.sum(tf.square(turned(x)), [0, 3]), 0],
  'sums of which two are left out of order': [(x) => tf.sum(tf.square(turned(x)), [0, 1]), 1],
  'means that keep their axes': [(x) => back(tf.sub(turned(x), tf.mean(turned(x), [1, 2], true))), 0],
  'axes of length one that are moved': [
    (x) => tf.exp(tf.transpose(tf.cumsum(tf.reshape(x, [6, 1, 20, 1]), 2), [3, 0, 1, 2])),
    0,
  ],
  'axes of length one that come between': [
    (x) =>
      tf.reshape(back(tf.reshape(tf.mul(tf.reshape(turned(x), [2, 1, 4, 5, 3]), 2), [2, 4, 5, 3])), [120]),
    0,
  ],
  'lengths that change between': [(x) => back(tf.reshape(turned(x), [2, 5, 4, 3])), 2],
  'an order of axes that takes two moves on a processor': [(x) => tf.exp(tf.transpose(x, [3, 2, 1, 0])), 1],
  'moves that are not there and back': [(x) => tf.transpose(turned(x), [0, 2, 3, 1]), 1],
};

for (const [name, [fn, left]] of Object.entries(graphs))
  test(`traceFunction: for a GPU, of ${name} ${left} transpositions are left, with the same values`, async () => {
    const shape = [2, 3, 4, 5];
    const random = createRandom(8);
    const x = Float32Array.from({ length: 120 }, () => random.normal());
    const program = await compile(({ x }) => ({ y: fn(x!) }), { x: { shape } }, { threads: 1 });
    const { y: expected } = await program.run({ x });
    await program.release();
    const { model, results } = await runAsForGpu(({ x }) => ({ y: fn(x!) }), { x: { shape } }, { x });
    expect(relativeError(results['y']!, expected!)).toBeLessThan(1e-6);
    expect(model.nodes.filter(({ opType }) => opType === 'Transpose')).toHaveLength(left);
  });
