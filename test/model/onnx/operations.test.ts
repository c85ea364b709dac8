import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { compile } from '../../../src/engine/compile.ts';
import { ort } from '../../../src/engine/onnxRuntime.ts';
import { tf } from '../../../src/engine/tf.ts';
import { readOnnx } from '../../../src/formats/onnx/readOnnx.ts';
import { operations } from '../../../src/model/onnx/operations.ts';
import { runOnnxGraph } from '../../../src/model/onnx/runOnnxGraph.ts';
import { expectAllClose } from '../../expectAllClose.ts';
import { onnxBytes } from '../../formats/onnx/onnxBytes.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { caseTensor, type OperationCase, operationCases } from './operationCases.ts';

const folder = temporaryFolder();

/** A graph of one operation; the input it is differentiated by is the graph's, the others are constants. */
function graphBytes({ opType, inputs, attributes, opset = 18, outputs = 1 }: OperationCase): Uint8Array {
  const names = inputs.map((input, i) => (input === undefined ? '' : input.kind === 'sound' ? 'x' : `c${i}`));
  const results = Array.from({ length: outputs }, (_, i) => `y${i}`);
  return onnxBytes({
    nodes: [{ opType, inputs: names, outputs: results, attributes: attributes ?? {} }],
    tensors: inputs.flatMap((input, i) =>
      input === undefined || input.kind === 'sound' ? [] : [caseTensor(`c${i}`, input)],
    ),
    inputs: [{ name: 'x', shape: soundOf(inputs).shape }],
    outputs: results,
    opset,
  });
}

const soundOf = (inputs: OperationCase['inputs']) =>
  inputs.find((input) => input?.kind === 'sound') ?? { shape: [1], values: Float32Array.of(0) };

const title = ({ opType, inputs, attributes = {}, opset = 18 }: OperationCase) =>
  `${opType} ${opset} ${inputs.map((input) => (input ? `[${input.shape}]` : '-')).join(' ')} ${JSON.stringify(attributes)}`;

test.each(operationCases.map((each) => [title(each), each] as const))(
  '%s: values are those of ONNX Runtime, gradients those of central differences',
  async (_, operationCase) => {
    const { inputs, outputs = 1, hasSlope = true, atol = 1e-5 } = operationCase;
    const bytes = graphBytes(operationCase);
    const path = join(folder, 'net.onnx');
    writeFileSync(path, bytes);
    const names = Array.from({ length: outputs }, (_, i) => `y${i}`);
    const { shape, values } = soundOf(inputs);
    const session = await ort.InferenceSession.create(bytes);
    const forward = async (x: Float32Array) => {
      const results = await session.run(
        session.inputNames.length > 0 ? { x: new ort.Tensor('float32', x, [...shape]) } : {},
      );
      return names.map((name) => Float64Array.from(results[name]!.data as never, Number));
    };
    const graph = readOnnx(path);
    const all = (x: Tensor) => runOnnxGraph(graph, x, names);
    const objective = (x: Tensor) =>
      all(x)
        .map((y) => tf.sum(tf.sin(tf.div(y, 4))) as Tensor)
        .reduce((a, b) => tf.add(a, b));
    const program = await compile(
      ({ x }) => {
        const results = Object.fromEntries(all(x).map((y, i) => [names[i]!, y]));
        return hasSlope ? { ...results, gradient: tf.grad(objective)(x) } : results;
      },
      { x: { shape } },
    );
    const results: Record<string, Float32Array> = await program.run({ x: Float32Array.from(values) });
    const expected = await forward(Float32Array.from(values));
    for (const [i, each] of expected.entries()) {
      expectAllClose(results[names[i]!]!, each, { atol, rtol: 1e-5 });
    }
    if (hasSlope) await expectSlope(forward, Float32Array.from(values), results['gradient']!);
    await program.release();
    await session.release();
  },
);

/** Holds a gradient of Σ sin(y / 4) against differences along random directions. */
async function expectSlope(
  forward: (x: Float32Array) => Promise<Float64Array[]>,
  x: Float32Array,
  gradient: Float32Array,
): Promise<void> {
  const random = createRandom(3);
  const step = 1 / 512;
  const height = async (point: Float32Array) =>
    (await forward(point)).flatMap((y) => [...y]).reduce((sum, value) => sum + Math.sin(value / 4), 0);
  const size = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
  for (let i = 0; i < 3; i++) {
    const direction = Float32Array.from(x, () => (random.uniform() < 0.5 ? -1 : 1));
    const moved = (sign: number) => x.map((value, j) => value + sign * step * direction[j]!);
    const difference = ((await height(moved(1))) - (await height(moved(-1)))) / (2 * step);
    const predicted = gradient.reduce((sum, value, j) => sum + value * direction[j]!, 0);
    expect(Math.abs(predicted - difference)).toBeLessThan(3e-3 * (size + 1));
  }
}

test('every operation is among the cases', () => {
  const tested = new Set(operationCases.map(({ opType }) => opType));
  const untested = [...operations.keys()].filter((name) => !tested.has(name));
  // Not in this ONNX Runtime, or tested where graphs are.
  expect(untested.sort()).toEqual(['Attention', 'CastLike', 'Constant', 'If', 'RMSNormalization', 'Swish']);
});
