import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import type { TensorFunction } from '../../src/engine/engine.ts';
import { tf } from '../../src/engine/tf.ts';
import { relativeError } from '../expectAllClose.ts';
import { hasWebgpu } from '../webgpuDevice.ts';

const noise = (count: number) => {
  const random = createRandom(5);
  return Float32Array.from({ length: count }, () => random.normal());
};

async function run(fn: TensorFunction<'x'>, shape: readonly number[], device: 'cpu' | 'webgpu') {
  const program = await compile(fn, { x: { shape } }, { device, threads: 1 });
  const values = await program.run({ x: noise(shape.reduce((a, b) => a * b, 1)) });
  await program.release();
  return values;
}

const slope = (fn: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) =>
  tf.grad((y) => tf.sum(tf.mul(fn(y), tf.cos(tf.range(0, fn(y).size).reshape(fn(y).shape)))))(x);
const ties = (x: tf.Tensor) => tf.relu(x);
const maxPool = (size: number, stride: number, pad: 'same' | 'valid' | number) => (x: tf.Tensor) =>
  tf.maxPool(ties(x) as tf.Tensor4D, size, stride, pad);
const convolved = (x: tf.Tensor, shape: [number, number, number, number], stride: number, pad: unknown) => {
  const kernel = tf.tensor4d(noise(shape.reduce((a, b) => a * b)), shape);
  return tf.conv2d(x as tf.Tensor4D, kernel, stride, pad as 'same');
};
const weightSlope = (
  x: tf.Tensor,
  shape: [number, number, number, number],
  steps: [number, number],
  pad: 'same' | 'valid',
) =>
  slope((kernel) => tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, steps, pad))(
    tf.mul(tf.mean(x), tf.ones(shape)),
  );
const whole = (x: tf.Tensor) => tf.cast(tf.mul(tf.sigmoid(x), 5), 'int32');

const ops: Record<string, { shape: number[]; fn: (x: tf.Tensor) => tf.Tensor }> = {
  'gradient of max pooling, windows apart': { shape: [2, 6, 8, 3], fn: slope(maxPool(2, 2, 'valid')) },
  'gradient of max pooling, windows overlapping over the edge': {
    shape: [2, 7, 9, 3],
    fn: slope(maxPool(3, 2, 'same')),
  },
  'gradient of max pooling, gaps between windows': { shape: [1, 7, 7, 2], fn: slope(maxPool(2, 3, 'valid')) },
  'gradient of max pooling over all': { shape: [2, 4, 4, 2], fn: slope(maxPool(4, 4, 'valid')) },
  'places of maxima': {
    shape: [2, 6, 6, 3],
    fn: (x) => tf.maxPoolWithArgmax(x as tf.Tensor4D, 3, 2, 'same', true)['indexes']!,
  },
  'gradient of average pooling': {
    shape: [2, 7, 9, 3],
    fn: slope((x) => tf.avgPool(x as tf.Tensor4D, 3, 2, 'same')),
  },
  'convolution of one tap, zeros after alone': {
    shape: [2, 5, 4, 3],
    fn: (x) =>
      convolved(x, [1, 1, 3, 2], 1, [
        [0, 0],
        [0, 1],
        [0, 2],
        [0, 0],
      ]),
  },
  'gradient of a convolution whose kernel fills its step, of an image that it does not fill': {
    shape: [2, 5, 7, 3],
    fn: slope((x) => convolved(x, [2, 2, 3, 4], 2, 'valid')),
  },
  'gradient of a gather': {
    shape: [6, 4],
    fn: slope((x) => tf.gather(x, tf.tensor1d([0, 0, 5, 3, 3, 3, 1], 'int32'))),
  },
  'sum over segments of very unlike sizes': {
    shape: [60, 2],
    fn: (x) => tf.unsortedSegmentSum(x, tf.tensor1d([...new Array(59).fill(1), 30], 'int32'), 40),
  },
  'concatenation of 17': {
    shape: [3, 4],
    fn: (x) =>
      tf.concat(
        Array.from({ length: 17 }, (_, i) => tf.mul(x, i + 2)),
        1,
      ),
  },
  'split into 13': {
    shape: [3, 40],
    fn: (x) => tf.concat(tf.split(x, [1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 1, 3, 2], 1).reverse(), 1),
  },
  'sum of 9': { shape: [5], fn: (x) => tf.addN(Array.from({ length: 9 }, (_, i) => tf.mul(x, i + 2))) },
  'logical or': {
    shape: [40],
    fn: (x) => tf.cast(tf.logicalOr(tf.greater(x, 0.5), tf.less(x, -0.5)), 'float32'),
  },
  sign: { shape: [40], fn: (x) => tf.sign(tf.relu(tf.sub(tf.abs(x), 0.5))) },
  'sign of negative numbers': { shape: [40], fn: (x) => tf.sign(x) },
  'rounding of halves': { shape: [40], fn: (x) => tf.round(tf.mul(tf.floor(tf.mul(x, 4)), 0.5)) },
  rounding: { shape: [40], fn: (x) => tf.round(tf.mul(x, 3)) },
  remainder: { shape: [40], fn: (x) => tf.mod(tf.mul(x, 7), 2.5) },
  'place of the largest': { shape: [3, 5, 4], fn: (x) => tf.cast(tf.argMax(ties(x), 1), 'float32') },
  'place of the smallest': { shape: [3, 5, 4], fn: (x) => tf.cast(tf.argMin(ties(x), 2), 'float32') },
  'one-hot': { shape: [4, 3], fn: (x) => tf.oneHot(whole(x), 5, 2, -1) },
  'sum over all': { shape: [30, 41, 12], fn: (x) => tf.sum(x) },
  'mean over the first axes': { shape: [6, 50, 7, 3], fn: (x) => tf.mean(x, [0, 1, 2]) },
  'mean over all but the second axis, kept': {
    shape: [5, 3, 70, 8],
    fn: (x) => tf.mean(x, [0, 2, 3], true),
  },
  'sum over a middle axis of a prime length': { shape: [2, 787, 3], fn: (x) => tf.sum(x, 1) },
  'gradient of the weights of a convolution in steps, with a border': {
    shape: [5, 7, 9, 3],
    fn: (x) => weightSlope(x, [3, 4, 3, 6], [2, 1], 'same'),
  },
  'gradient of the weights of a convolution without a border': {
    shape: [2, 20, 33, 2],
    fn: (x) => weightSlope(x, [3, 2, 2, 5], [1, 1], 'valid'),
  },
  'log softmax': { shape: [4, 7], fn: (x) => tf.logSoftmax(tf.mul(x, 30)) },
};

for (const [name, { shape, fn }] of Object.entries(ops))
  test.skipIf(!hasWebgpu)(
    `compile: ${name} is the same on WebGPU as on the processor (skipped where there is no WebGPU device)`,
    async () => {
      const graph: TensorFunction<'x'> = ({ x }) => ({ y: fn(x) });
      const [expected, actual] = [await run(graph, shape, 'cpu'), await run(graph, shape, 'webgpu')];
      expect(Math.max(...expected['y']!.map(Math.abs))).toBeGreaterThan(0);
      expect(relativeError(actual['y']!, expected['y']!)).toBeLessThan(1e-5);
    },
  );

test.skipIf(!hasWebgpu)(
  'compile: loss and gradient of a network agree between WebGPU and processor within 1e-4, and to the bit between two sessions on WebGPU (skipped where there is no WebGPU device)',
  async () => {
    const kernel = (shape: [number, number, number, number]) =>
      tf.tensor4d(noise(shape.reduce((a, b) => a * b)), shape);
    const network: TensorFunction<'x'> = ({ x }) => {
      const { value, grad } = tf.valueAndGrad((y) => {
        const first = tf.relu(tf.conv2d(y as tf.Tensor4D, kernel([5, 5, 1, 4]), 2, 'same'));
        const pooled = tf.maxPool(first as tf.Tensor4D, 3, 2, 'same');
        const second = tf.relu(tf.conv2d(pooled, kernel([3, 3, 4, 6]), 1, 'same'));
        return tf.norm(tf.mean(second, [1, 2])) as tf.Scalar;
      })(x);
      return { loss: value, gradient: grad };
    };
    const shape = [1, 20, 30, 1];
    const [expected, actual] = [await run(network, shape, 'cpu'), await run(network, shape, 'webgpu')];
    // Windows overlap: what they give back is summed in a fixed order, so a second session has the same bits.
    expect(await run(network, shape, 'webgpu')).toEqual(actual);
    expect(relativeError(actual['loss']!, expected['loss']!)).toBeLessThan(1e-4);
    expect(relativeError(actual['gradient']!, expected['gradient']!)).toBeLessThan(1e-4);
  },
);
