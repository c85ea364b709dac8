import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { compile } from '../../../src/engine/compile.ts';
import { tf } from '../../../src/engine/tf.ts';
import type { Message } from '../../../src/formats/onnx/protobufWriter.ts';
import { readOnnx } from '../../../src/formats/onnx/readOnnx.ts';
import { runOnnxGraph } from '../../../src/model/onnx/runOnnxGraph.ts';
import { expectAllClose } from '../../expectAllClose.ts';
import { node, onnxBytes, packedFloats, type TestNode, tensor } from '../../formats/onnx/onnxBytes.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const folder = temporaryFolder();
const random = createRandom(5);

const floats = (name: string, shape: number[], values: number[]) =>
  tensor(name, 1, shape, [9, packedFloats(...values)]);
const noise = (name: string, ...shape: number[]) =>
  floats(
    name,
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
  );
const wholes = (name: string, ...values: number[]) =>
  tensor(name, 7, [values.length], [9, new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer)]);
const whole = (name: string, value: number) =>
  tensor(name, 7, [], [9, new Uint8Array(BigInt64Array.of(BigInt(value)).buffer)]);

/** A graph, another of the same results and slopes, and the constants of both. */
interface Equivalents {
  shape: number[];
  nodes: TestNode[];
  others: TestNode[];
  tensors: Message[];
  opset?: number;
}

// Four heads of queries, two of keys and values; places 3 × 4.
const attention = {
  tensors: [
    noise('key', 1, 2, 4, 5),
    noise('value', 1, 2, 4, 6),
    floats('order', [3, 4], [1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0]),
    floats('mask', [3, 4], [1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1]),
    noise('bias', 4, 3, 4),
    floats('scale', [], [0.3]),
    floats('cap', [], [2]),
    floats('usual', [], [1 / Math.sqrt(5)]),
    floats('none', [], [-1e30]),
    wholes('byHead', 1, 2, 1, 4, -1),
    wholes('twice', 1, 2, 2, 4, 1),
    wholes('four', 1, 4, 4, -1),
    wholes('one', 1),
    wholes('two', 2),
    wholes('packed', 1, 3, 20),
    wholes('unpacked', 1, 3, 24),
    wholes('heads', 1, 3, 4, 5),
    wholes('packedKey', 1, 4, 10),
    wholes('packedValue', 1, 4, 12),
  ],
  /** Keys and values, a copy for each head. */
  shared: ['key', 'value'].flatMap((name) => [
    node('Unsqueeze', `${name} two`, `${name}1`),
    node('Expand', `${name}1 ${name === 'key' ? 'twiceKey' : 'twiceValue'}`, `${name}2`),
    node('Reshape', `${name}2 four`, `${name}3`),
  ]),
};
const sizes = [wholes('twiceKey', 1, 2, 2, 4, 5), wholes('twiceValue', 1, 2, 2, 4, 6)];
const turned = { perm: [0, 1, 3, 2] };

const equivalents: Record<string, Equivalents> = {
  'Attention with a mask of flags, in order, heads sharing keys': {
    shape: [1, 4, 3, 5],
    nodes: [
      node('Cast', 'mask', 'flags', { to: 9 }),
      node('Attention', 'x key value flags', 'y', { is_causal: 1 }),
    ],
    others: [
      ...attention.shared,
      node('Transpose', 'key3', 'k', turned),
      node('MatMul', 'x k', 'raw'),
      node('Mul', 'raw usual', 'scores'),
      node('Mul', 'mask order', 'open'),
      node('Cast', 'open', 'isOpen', { to: 9 }),
      node('Where', 'isOpen scores none', 'masked'),
      node('Softmax', 'masked', 'weights', { axis: -1 }),
      node('MatMul', 'weights value3', 'y'),
    ],
    tensors: [...attention.tensors, ...sizes],
    opset: 23,
  },
  'Attention with a bias, a cap and a scale, heads side by side': {
    shape: [1, 3, 20],
    nodes: [
      node('Transpose', 'key', 'key1', { perm: [0, 2, 1, 3] }),
      node('Reshape', 'key1 packedKey', 'key2'),
      node('Transpose', 'value', 'value1', { perm: [0, 2, 1, 3] }),
      node('Reshape', 'value1 packedValue', 'value2'),
      node('Attention', 'x key2 value2 bias', 'y', {
        ...{ q_num_heads: 4, kv_num_heads: 2, scale: { float: 0.3 }, softcap: { float: 2 } },
      }),
    ],
    others: [
      ...attention.shared,
      node('Reshape', 'x heads', 'x1'),
      node('Transpose', 'x1', 'x2', { perm: [0, 2, 1, 3] }),
      node('Transpose', 'key3', 'k', turned),
      node('MatMul', 'x2 k', 'raw'),
      node('Mul', 'raw scale', 'scaled'),
      node('Div', 'scaled cap', 'part'),
      node('Tanh', 'part', 'bent'),
      node('Mul', 'bent cap', 'capped'),
      node('Add', 'capped bias', 'scores'),
      node('Softmax', 'scores', 'weights', { axis: -1 }),
      node('MatMul', 'weights value3', 'mixed'),
      node('Transpose', 'mixed', 'moved', { perm: [0, 2, 1, 3] }),
      node('Reshape', 'moved unpacked', 'y'),
    ],
    tensors: [...attention.tensors, ...sizes],
    opset: 23,
  },
  ...Object.fromEntries(
    [
      ['IsNaN', {}, [0, 1, 0]],
      ['IsInf', {}, [1, 0, 1]],
      ['IsInf', { detect_negative: 0 }, [0, 0, 1]],
      ['IsInf', { detect_positive: 0 }, [1, 0, 0]],
    ].map(([opType, attributes, found]) => [
      `${opType} ${JSON.stringify(attributes)} of −1/0, 0/0 and 1/0`,
      {
        shape: [3],
        nodes: [
          node('Div', 'signs zero', 'quotients'),
          node(opType as string, 'quotients', 'isFound', attributes as TestNode['attributes']),
          node('Cast', 'isFound', 'found', { to: 1 }),
          node('Mul', 'x found', 'y'),
        ],
        others: [node('Mul', 'x expected', 'y')],
        tensors: [
          floats('signs', [3], [-1, 0, 1]),
          floats('zero', [], [0]),
          floats('expected', [3], found as number[]),
        ],
      },
    ]),
  ),
  ...Object.fromEntries(
    [8, 9].map((length) => [
      `a spectrum of half of ${length} points and back`,
      {
        shape: [2, length, 1],
        nodes: [
          node('DFT', 'x length', 'half', { axis: 1, onesided: 1 }),
          node('DFT', 'half length', 'y', { axis: 1, inverse: 1, onesided: 1 }),
        ],
        others: [node('Identity', 'x', 'y')],
        tensors: [whole('length', length)],
      },
    ]),
  ),
};

test.each(Object.entries(equivalents))('%s is what its parts are', async (_, each) => {
  const { shape, tensors, opset = 18 } = each;
  const [one, other] = await Promise.all(
    [each.nodes, each.others].map((nodes) => computed({ nodes, tensors, shape, opset })),
  );
  expect(one!.shape).toEqual(other!.shape);
  expectAllClose(one!.y, other!.y, { atol: 2e-6, rtol: 2e-6 });
  expectAllClose(one!.gradient, other!.gradient, { atol: 2e-6, rtol: 2e-6 });
});

test('what stands where a sound is largest has the slope of what is taken, the place none', async () => {
  const { y, gradient } = await computed({
    shape: [2, 3],
    nodes: [
      node('ArgMax', 'x', 'place', { axis: 1, keepdims: 0 }),
      node('Exp', 'x', 'table'),
      node('Gather', 'table place', 'y', { axis: 1 }),
    ],
    tensors: [],
    opset: 18,
    values: Float32Array.of(0.1, 0.5, 0.2, 0.3, 0.1, 0.9),
  });
  // Columns 1 and 2 of both rows.
  const taken = [0.5, 0.2, 0.1, 0.9].map(Math.exp);
  expectAllClose(y, taken, { rtol: 1e-6 });
  const slopes = taken.map((value) => Math.cos(value) * value);
  expectAllClose(gradient, [0, slopes[0]!, slopes[1]!, 0, slopes[2]!, slopes[3]!], { atol: 1e-6 });
});

/** Result of a graph and the gradient of the sum of its sines. */
async function computed({
  nodes,
  tensors,
  shape,
  opset,
  values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(3 * i)),
}: Pick<Equivalents, 'nodes' | 'tensors' | 'shape'> & { opset: number; values?: Float32Array }) {
  const path = join(folder, 'net.onnx');
  writeFileSync(path, onnxBytes({ nodes, tensors, inputs: [{ name: 'x', shape }], outputs: ['y'], opset }));
  const graph = readOnnx(path);
  const result = (x: Tensor) => runOnnxGraph(graph, x, ['y'])[0]!;
  const program = await compile(
    ({ x }) => ({ y: result(x), gradient: tf.grad((z) => tf.sum(tf.sin(result(z))) as Tensor)(x) }),
    { x: { shape } },
  );
  const { y, gradient } = await program.run({ x: values });
  await program.release();
  return { y: y!, gradient: gradient!, shape: program.outputShapes['y'] };
}
