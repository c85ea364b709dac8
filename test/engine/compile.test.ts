import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { compile } from '../../src/engine/compile.ts';
import { saveOnnx } from '../../src/engine/saveOnnx.ts';
import { tf } from '../../src/engine/tf.ts';
import { compileGradient, saveGradient } from '../../src/synthesis/gradientProgram.ts';
import { match } from '../../src/synthesis/objective.ts';
import { relativeError } from '../expectAllClose.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { tinyModel, tinySound } from '../tinyModel.ts';

const hasTfjsNode = existsSync(
  new URL('../../node_modules/@tensorflow/tfjs-node/package.json', import.meta.url),
);
const model = tinyModel();

/** Loss and gradient of a whole model at a stage. */
async function evaluation(engine: 'onnxruntime' | 'tfjs' | 'tfjs-node', stage: string) {
  const { shape } = model.stages.find(({ name }) => name === stage)!;
  const target = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.1);
  const program = await compileGradient(model, match({ [stage]: 1 }), { engine, threads: 1 });
  const result = await program.evaluate(tinySound(2), [target]);
  await program.release();
  return result;
}

for (const engine of ['tfjs', 'tfjs-node'] as const)
  for (const stage of ['norm1', 'top.word'])
    test.skipIf(engine === 'tfjs-node' && !hasTfjsNode)(
      `loss and gradient at ${stage} agree between onnxruntime and ${engine} within 1e-4 (tfjs-node: skipped where it is not installed)`,
      async () => {
        const [traced, eager] = [await evaluation('onnxruntime', stage), await evaluation(engine, stage)];
        expect(Math.abs(traced.loss / eager.loss - 1)).toBeLessThan(1e-4);
        expect(relativeError(traced.gradient, eager.gradient)).toBeLessThan(1e-4);
      },
    );

test.skipIf(hasTfjsNode)(
  'engine tfjs-node without its package is an error that says how to get it',
  async () => {
    await expect(
      compile(({ x }) => ({ y: x }), { x: { shape: [1] } }, { engine: 'tfjs-node' }),
    ).rejects.toThrow(
      "run 'npm install --no-save --save-prod @tensorflow/tfjs-node', or set engine: 'onnxruntime'",
    );
  },
);

test('on tfjs the gradient of a gather sums what each place was read for, without a mask for each of 40,000 places', async () => {
  const [places, width] = [40_000, 2];
  const indices = Int32Array.from({ length: places }, (_, i) => (i * 7) % (places / 2));
  const program = await compile(
    ({ x }) => ({
      gradient: tf.grad((y) => tf.sum(tf.square(tf.gather(y, tf.tensor1d(indices, 'int32')))))(x),
    }),
    { x: { shape: [places, width] } },
    { engine: 'tfjs' },
  );
  const values = Float32Array.from({ length: places * width }, (_, i) => (i % 13) - 6);
  const { gradient } = await program.run({ x: values });
  // Each of the first half is read twice: d(2·x²) = 4·x.
  expect(gradient).toEqual(values.map((value, i) => (i < (places / 2) * width ? 4 * value : 0)));
});

test('a device that is not there is an error that names it', async () => {
  const compiled = compile(({ x }) => ({ y: tf.square(x) }), { x: { shape: [1] } }, { device: 'cuda' });
  await expect(compiled).rejects.toThrow(/device cuda must be on this machine/);
});

test('repeated runs, and runs of a second session, give the same bits', async () => {
  const [first, second] = [
    await evaluation('onnxruntime', 'conv3'),
    await evaluation('onnxruntime', 'conv3'),
  ];
  expect(second.gradient).toEqual(first.gradient);
});

test('matrices of 16 MiB are fed, not stored, and the saved model is whole', async () => {
  const size = 2100;
  const values = Float32Array.from({ length: size * size }, (_, i) => Math.fround(Math.sin(i)));
  const path = join(temporaryFolder(), 'model.onnx');
  const fn = ({ x }: { x: Tensor }) => ({ row: tf.matMul(x as never, tf.tensor2d(values, [size, size])) });
  const inputs = { x: { shape: [1, size] } };
  saveOnnx(fn, inputs, { path });
  const program = await compile(fn, inputs);
  const unit = new Float32Array(size);
  unit[7] = 2;
  const { row } = await program.run({ x: unit });
  expect(
    relativeError(
      row!,
      values.slice(7 * size, 8 * size).map((value) => 2 * value),
    ),
  ).toBeLessThan(1e-6);
  const ort = await import('onnxruntime-node');
  const session = await ort.InferenceSession.create(path);
  expect(session.inputNames).toEqual(['x']);
  const outputs = await session.run({ x: new ort.Tensor('float32', unit, [1, size]) });
  expect(outputs['row']!.data).toEqual(row);
});

test('only what the outputs need is in the graph', () => {
  const folder = temporaryFolder();
  const graphOf = (stage: string) => {
    const path = join(folder, `${stage}.onnx`);
    saveGradient(model, match({ [stage]: 1 }), { path });
    return readFileSync(path);
  };
  const [early, late] = [graphOf('conv1'), graphOf('top.word')];
  const convolutions = (bytes: Buffer) => bytes.toString('latin1').split('Conv').length - 1;
  expect(convolutions(early)).toBe(2);
  expect(convolutions(late)).toBe(10);
});

test('a gradient holds no ScatterND, whose threads add in any order, so that busy cores give the same bits too', () => {
  const path = join(temporaryFolder(), 'gradient.onnx');
  saveGradient(model, match({ cochleagram: 1 }), { path });
  const graph = readFileSync(path, 'latin1');
  expect(graph).toContain('ScatterElements');
  expect(graph).not.toContain('ScatterND');
});
