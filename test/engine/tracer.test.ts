import type { Tensor } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { tf } from '../../src/engine/tf.ts';
import { traceFunction, withoutComputing } from '../../src/engine/traceFunction.ts';
import { Tracer } from '../../src/engine/tracer.ts';
import { encodeOnnx } from '../../src/formats/onnx/writeOnnx.ts';

const weights = Float32Array.from({ length: 40 }, (_, i) => i / 7);
const layer = (x: Tensor) => tf.relu(tf.add(tf.mul(x, 2), tf.tensor1d(weights)));
const modelOf = (fn: (x: Tensor) => Tensor) =>
  encodeOnnx(traceFunction(({ x }) => ({ y: fn(x) }), { x: { shape: [40] } }));

test('two tracers beside each other keep their graphs and constants apart', () => {
  const [one, other] = [new Tracer(), new Tracer()];
  one.input('x', [2], 'float32');
  expect(one.node('Relu', ['x'])).toBe('node:0:0');
  expect(other.node('Abs', [other.constantTensor([2], Float32Array.of(1, 2))])).toBe('node:0:0');
  one.node('Neg', ['node:0:0']);
  expect(one.graph.nodes.map(({ opType }) => opType)).toEqual(['Relu', 'Neg']);
  expect(other.graph.nodes.map(({ opType }) => opType)).toEqual(['Abs']);
  expect([one.graph.inputs.length, other.graph.inputs.length]).toEqual([1, 0]);
  expect([one.graph.constants.size, other.graph.constants.size]).toEqual([0, 1]);
});

test('a trace within a trace leaves the outer one as it is without, and neither changes the backend', async () => {
  await tf.setBackend('cpu');
  const alone = modelOf(layer);
  let inner: Uint8Array | undefined;
  const around = modelOf((x) => {
    const doubled = tf.mul(x, 2);
    inner = modelOf(layer);
    expect(withoutComputing((symbol) => tf.sum(symbol([3, 4]), 1).shape)).toEqual([3]);
    return tf.relu(tf.add(doubled, tf.tensor1d(weights)));
  });
  expect(inner).toEqual(alone);
  expect(around).toEqual(alone);
  expect(tf.getBackend()).toBe('cpu');
});

test('a trace that fails leaves the backend as it was, and the next one is whole', async () => {
  await tf.setBackend('cpu');
  const alone = modelOf(layer);
  expect(() =>
    modelOf((x) => {
      tf.mul(x, 2);
      throw new Error('in between');
    }),
  ).toThrow('in between');
  expect(tf.getBackend()).toBe('cpu');
  expect(modelOf(layer)).toEqual(alone);
});

test('a tensor of one trace cannot be used in another', () => {
  let foreign: Tensor | undefined;
  modelOf((x) => {
    foreign = tf.keep(tf.mul(x, 2));
    return x;
  });
  expect(() => modelOf((x) => tf.add(x, foreign!))).toThrow(/a value is read/);
});

test('ones that the gradient of a mean is multiplied by are no constant of the graph, uneven numbers are', () => {
  const { constants } = traceFunction(
    ({ x, z }) => ({
      slope: tf.grad((y) => tf.sum(tf.square(tf.mean(y, 1))))(x!),
      weighted: tf.mul(z!, tf.tensor1d([2, 2, 3])),
    }),
    { x: { shape: [3, 50] }, z: { shape: [3] } },
  );
  const floats = constants.filter(({ type }) => type === 'float32');
  const values = floats.map(({ bytes }) => [
    ...new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4),
  ]);
  expect(values).toContainEqual([2, 2, 3]);
  expect(Math.max(...values.map(({ length }) => length))).toBe(3);
});

test('one number against many with a last axis of one is an operation of a vector', () => {
  const { nodes } = traceFunction(({ x, y }) => ({ z: tf.sub(x!, y!) }), {
    x: { shape: [5, 7, 1] },
    y: { shape: [1] },
  });
  expect(nodes.map(({ opType }) => opType)).toEqual(['Reshape', 'Reshape', 'Sub', 'Reshape']);
});

test('between two moves of a transposition the number of axes changes, so that they are not made one', () => {
  const { nodes } = traceFunction(({ x }) => ({ y: tf.transpose(x!, [3, 2, 0, 1]) }), {
    x: { shape: [3, 5, 6, 7] },
  });
  expect(nodes.map(({ opType }) => opType)).toEqual([
    ...['Reshape', 'Transpose', 'Reshape', 'Transpose', 'Reshape'],
  ]);
  const ranks = nodes.flatMap(({ attributes }) => (attributes['perm'] as number[] | undefined)?.length ?? []);
  expect(new Set(ranks).size).toBe(2);
});

test('the gradient of a rectifier multiplies by its mask, which is faster than a selection', () => {
  const { nodes } = traceFunction(({ x }) => ({ y: tf.grad((z) => tf.sum(tf.relu(z)))(x!) }), {
    x: { shape: [5, 7] },
  });
  expect(nodes.map(({ opType }) => opType)).not.toContain('Where');
});

test('an output that other ops read as well is not copied; one that is an input, a constant or another output is', () => {
  const { nodes, outputs } = traceFunction(
    ({ x }) => {
      const root = tf.sqrt(x!);
      return { root, twice: tf.add(root, root), again: root, given: x!, one: tf.ones([3]) };
    },
    { x: { shape: [3] } },
  );
  expect(outputs.map(({ name }) => name)).toEqual(['root', 'twice', 'again', 'given', 'one']);
  const made = Object.fromEntries(nodes.map((node) => [node.outputs[0]!, node]));
  expect(made['root']!.opType).toBe('Sqrt');
  expect(made['twice']).toMatchObject({ opType: 'Add', inputs: ['root', 'root'] });
  expect(made['again']).toMatchObject({ opType: 'Identity', inputs: ['root'] });
  expect(made['given']).toMatchObject({ opType: 'Identity', inputs: ['x'] });
  expect(made['one']!.opType).toBe('Identity');
  expect(nodes).toHaveLength(5);
});

test('a matrix whose transposition is asked for at each use stands in the graph twice, as it is and transposed', () => {
  const matrix = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));
  const state = (x: Tensor) => {
    const learned = tf.tensor(matrix, [2, 3, 4]);
    let y: Tensor = tf.reshape(tf.slice(x, [0], [6]), [2, 1, 3]);
    for (let step = 0; step < 5; step++) y = tf.matMul(tf.matMul(y, learned), learned, false, true);
    return y;
  };
  const { constants } = traceFunction(({ x }) => ({ y: state(x) }), { x: { shape: [40] } });
  expect(constants.filter(({ type }) => type === 'float32').map(({ shape }) => shape)).toEqual([
    [2, 3, 4],
    [2, 4, 3],
  ]);
});
