import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { compile } from '../../../src/engine/compile.ts';
import { tf } from '../../../src/engine/tf.ts';
import { readOnnx } from '../../../src/formats/onnx/readOnnx.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { measureOnnxGraph } from '../../../src/model/onnx/measureOnnxGraph.ts';
import { runOnnxGraph } from '../../../src/model/onnx/runOnnxGraph.ts';
import { relativeError } from '../../expectAllClose.ts';

const folder = join(import.meta.dirname, '../../reference/architectures');
const exported = readdirSync(folder).filter((name) => name.endsWith('.onnx'));

test('there are thirteen architectures, each from both of PyTorch’s exporters', () => {
  expect(exported).toHaveLength(26);
});

test.each(exported)('%s: every stage and its gradient are those of PyTorch', async (file) => {
  const graph = readOnnx(join(folder, file));
  const arrays = readSafetensors(join(folder, file.replace(/(-traced)?\.onnx$/, '.safetensors')));
  const { shape, values } = arrays.get('input')!;
  const names = graph.outputs;
  const measured = measureOnnxGraph(graph, shape, names);
  expect(measured.map((each) => each.shape)).toEqual(names.map((name) => arrays.get(name)!.shape));
  const slope = (name: string) => (x: Tensor) => tf.sum(tf.sin(runOnnxGraph(graph, x, [name])[0]!)) as Tensor;
  const program = await compile(
    ({ x }) => {
      const stages = runOnnxGraph(graph, x, names);
      return Object.fromEntries(
        names.flatMap((name, i) => [
          [name, stages[i]!],
          [`gradient/${name}`, tf.grad(slope(name))(x)],
        ]),
      );
    },
    { x: { shape } },
  );
  const results: Record<string, Float32Array> = await program.run({ x: values });
  for (const name of names) {
    expect(relativeError(results[name]!, arrays.get(name)!.values), name).toBeLessThan(1e-5);
    const gradient = `gradient/${name}`;
    expect(relativeError(results[gradient]!, arrays.get(gradient)!.values), gradient).toBeLessThan(1e-4);
  }
  await program.release();
});
