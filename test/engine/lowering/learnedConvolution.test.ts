import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor4D } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { compile } from '../../../src/engine/compile.ts';
import { convolutionBlock } from '../../../src/engine/convolutionBlock.ts';
import type { EngineName } from '../../../src/engine/engine.ts';
import { addNode, createGraph } from '../../../src/engine/graph.ts';
import { learnedConvolution } from '../../../src/engine/lowering/learnedConvolution.ts';
import { lower } from '../../../src/engine/lowering/lowering.ts';
import { saveOnnx } from '../../../src/engine/saveOnnx.ts';
import { tf } from '../../../src/engine/tf.ts';
import { expectAllClose } from '../../expectAllClose.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const inBlocks = ['Reorder weights', 'Conv', 'ReorderOutput'];
const imageToo = ['ReorderInput', ...inBlocks];

test.each<[block: number | undefined, outputs: number, inputs: number, ops: string[]]>([
  [16, 32, 32, imageToo],
  [16, 16, 16, imageToo],
  [8, 8, 24, imageToo],
  [16, 32, 15, inBlocks],
  [8, 32, 1, inBlocks],
  [16, 32, 24, ['Conv']],
  [16, 24, 32, ['Conv']],
  [16, 24, 1, ['Conv']],
  [undefined, 32, 32, ['Conv']],
  [undefined, 32, 1, ['Conv']],
])('learnedConvolution(%s) of %i outputs and %i inputs is %j', (block, outputs, inputs, ops) => {
  const graph = createGraph();
  const shape = [outputs, inputs, 3, 2];
  addNode(graph, 'LearnedConv', ['x', 'w'], {
    strides: [1, 2],
    dilations: [1, 1],
    pads: [0, 1, 2, 3],
    shape,
  });
  const { nodes } = lower(graph, { LearnedConv: learnedConvolution(block) }).graph;
  const named = nodes.map(({ opType }) =>
    opType === 'Transpose' ? 'Reorder weights' : opType.split('::').at(-1)!,
  );
  expect(named.filter((op) => op !== 'Reshape')).toEqual(ops);
  const convolution = nodes.find(({ opType }) => /(^|::)Conv$/.test(opType))!;
  expect(convolution.attributes).toMatchObject({ strides: [1, 2], dilations: [1, 1], pads: [0, 1, 2, 3] });
});

const shapes = {
  'a few input channels': [
    [2, 9, 11, 3],
    [4, 3, 3, 32],
  ],
  'whole blocks': [
    [2, 9, 11, 16],
    [4, 3, 16, 48],
  ],
} as const;

for (const [name, [xShape, filterShape]] of Object.entries(shapes))
  for (const strides of [1, [2, 3]] as const)
    test(`a convolution by given weights of ${name}, strides ${strides}, and its gradients are those of TensorFlow.js`, async () => {
      const results = (engine: EngineName) =>
        convolved(engine, { xShape, filterShape, strides: strides as never });
      const [traced, eager] = [await results('onnxruntime'), await results('tfjs')];
      for (const key of ['y', 'dx', 'dw'] as const)
        expectAllClose(traced[key], eager[key], { atol: 2e-4, rtol: 1e-4 });
    });

interface Sizes {
  xShape: readonly number[];
  filterShape: readonly number[];
  strides: number | [number, number];
}

async function convolved(engine: EngineName, { xShape, filterShape, strides }: Sizes) {
  const convolve = (x: Tensor4D, w: Tensor4D) => tf.conv2d(x, w, strides, 'same');
  const program = await compile(
    ({ x, w }) => {
      const y = convolve(x as Tensor4D, w as Tensor4D);
      const weights = tf.reshape(tf.cos(tf.range(0, y.size)), y.shape);
      const loss = (a: Tensor4D, b: Tensor4D) => tf.sum(tf.mul(convolve(a, b), weights));
      const [dx, dw] = tf.grads(loss as never)([x!, w!]);
      return { y, dx: dx!, dw: dw! };
    },
    { x: { shape: xShape }, w: { shape: filterShape } },
    { engine },
  );
  const random = createRandom(1);
  const noise = (shape: readonly number[]) =>
    Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => random.normal());
  const result = await program.run({ x: noise(xShape), w: noise(filterShape) });
  await program.release();
  return result;
}

test('a saved model has no blocks, which other processors lack', () => {
  const path = join(temporaryFolder(), 'model.onnx');
  const inputs = { x: { shape: [1, 4, 5, 32] }, w: { shape: [3, 3, 32, 32] } };
  saveOnnx(({ x, w }) => ({ y: tf.conv2d(x as Tensor4D, w as Tensor4D, 1, 'same') }), inputs, { path });
  expect(readFileSync(path, 'latin1')).toContain('Conv');
  expect(readFileSync(path, 'latin1')).not.toContain('nchwc');
});

test.runIf(process.arch === 'x64')('a processor of x64 has blocks of 8 or 16 channels', async () => {
  expect([8, 16]).toContain(await convolutionBlock());
});

test.runIf(process.arch === 'x64')(
  'convolutionBlock takes no block whose convolutions come out wrong',
  async () => {
    const right = await convolutionBlock();
    const [wrong] = [8, 16].filter((block) => block !== right);
    expect(await convolutionBlock([wrong!])).toBeUndefined();
    expect(await convolutionBlock([wrong!, right!])).toBe(right);
  },
);
