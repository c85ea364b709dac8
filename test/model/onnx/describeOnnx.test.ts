import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeCommand } from '../../../src/cli/commands/describe.ts';
import { loadModel } from '../../../src/model/loadModel.ts';
import { describeOnnx } from '../../../src/model/onnx/describeOnnx.ts';
import { runCommand } from '../../cli/runCommand.ts';
import { onnxBytes } from '../../formats/onnx/onnxBytes.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const folder = temporaryFolder();
const architecture = (name: string) =>
  join(import.meta.dirname, `../../reference/architectures/${name}.onnx`);

test.each([
  [
    'efficientnet',
    ['stem', 'silu2', 'silu3', 'mish1', 'block1', 'silu4', 'silu5', 'mish2', 'block2', 'hardswish1', 'final'],
  ],
  ['efficientnet-traced', ['stem', 'silu2', 'silu3', 'block1', 'silu4', 'silu5', 'block2', 'final']],
  ['ast-traced', ['patches', 'gelu1', 'block1', 'gelu2', 'block2', 'final']],
  ['lstm', ['lstm1', 'lstm2', 'final']],
])('describeOnnx(%s) finds a stage at every activation and output', (name, stages) => {
  expect(describeOnnx(architecture(name)).description.stages.map((stage) => stage.name)).toEqual(
    expect.arrayContaining(stages),
  );
});

test('describeOnnx guesses input, rate and length, and measures every tensor', () => {
  const { description, tensors } = describeOnnx(architecture('m5'));
  expect(description).toMatchObject({ input: 'waveform', sampleRateHz: 16000, samples: 2000 });
  expect(tensors[0]).toEqual({
    ...{ stage: 'conv1', tensor: 'conv1', operation: 'Relu', shape: [1, 8, 121] },
    ...{ macs: 8 * 121 * 80, parameters: expect.any(Number) },
  });
});

test('describeOnnx leaves out what needs unsupported operations, and names all of them', () => {
  const path = join(folder, 'partly.onnx');
  const node = (opType: string, input: string, output: string) => ({
    opType,
    inputs: [input],
    outputs: [output],
  });
  const nodes = [
    node('Relu', 'x', 'a'),
    node('Zip', 'a', 'b'),
    node('Zap', 'b', 'c'),
    node('Relu', 'c', 'y'),
  ];
  writeFileSync(path, onnxBytes({ nodes, inputs: [{ name: 'x', shape: [1, 2000] }] }));
  expect(describeOnnx(path)).toMatchObject({
    description: { stages: [{ name: 'relu1', tensor: 'a' }] },
    unsupported: [{ tensor: 'y', operations: ['Zap', 'Zip'] }],
  });
});

test('describeOnnx refuses a file of which nothing can be computed, and names what is missing', () => {
  const path = join(folder, 'nothing.onnx');
  const nodes = [{ opType: 'Zip', inputs: ['x'], outputs: ['y'] }];
  writeFileSync(path, onnxBytes({ nodes, inputs: [{ name: 'x', shape: [1, 2000] }] }));
  expect(() => describeOnnx(path)).toThrow(
    /nothing\.onnx must have a tensor that can be a stage, but y needs Zip; /,
  );
});

test('describeOnnx walks a chain of 20,000 activations once, and counts what each adds', () => {
  const path = join(folder, 'chain.onnx');
  const nodes = Array.from({ length: 20000 }, (_, i) => ({
    opType: 'Relu',
    inputs: [i === 0 ? 'x' : `t${i - 1}`],
    outputs: [`t${i}`],
  }));
  writeFileSync(path, onnxBytes({ nodes, inputs: [{ name: 'x', shape: [1, 2000] }] }));
  const { tensors } = describeOnnx(path);
  expect(tensors).toHaveLength(20000);
  expect(tensors.at(-1)).toMatchObject({ tensor: 't19999', macs: 0, parameters: 0, shape: [1, 2000] });
});

test('metamer describe writes a description that loads, and replaces none unasked', async () => {
  const path = join(folder, 'm5.onnx');
  copyFileSync(architecture('m5'), path);
  const { code, stdout } = await runCommand(describeCommand, [path]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/conv2 +Relu +8 × 28/);
  expect(JSON.parse(readFileSync(path.replace('.onnx', '.json'), 'utf8')).samples).toBe(2000);
  expect(loadModel(path).stages.map(({ name }) => name)).toEqual([
    'cochleagram',
    'conv1',
    'conv2',
    'conv3',
    'final',
  ]);
  await expect(runCommand(describeCommand, [path])).rejects.toThrow(/m5.json/);
  await expect(runCommand(describeCommand, ['net.pt'])).rejects.toThrow(/must be an ONNX file/);
});
