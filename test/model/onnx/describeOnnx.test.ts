import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeCommand } from '../../../src/cli/commands/describe.ts';
import { loadModel } from '../../../src/model/loadModel.ts';
import { describeOnnx } from '../../../src/model/onnx/describeOnnx.ts';
import { runCommand } from '../../cli/runCommand.ts';
import { node, onnxBytes, packedFloats, tensor } from '../../formats/onnx/onnxBytes.ts';
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

/** A graph of open length in which a matrix takes sounds of 1200 samples alone. */
function writeLengthInside(name: string): string {
  const nodes = [
    node('Relu', 'x', 'heard'),
    node('MatMul', 'heard matrix', 'product'),
    node('Relu', 'product', 'late'),
    node('Sigmoid', 'late', 'y'),
    node('Elu', 'heard', 'beside'),
  ];
  const matrix = tensor('matrix', 1, [1200, 3], [9, packedFloats(...Array<number>(3600).fill(0.01))]);
  const path = join(folder, name);
  writeFileSync(path, onnxBytes({ nodes, tensors: [matrix], inputs: [{ name: 'x', shape: [1, 0] }] }));
  return path;
}

test('describeOnnx leaves out what fits no sound of the length, and says why', () => {
  const path = writeLengthInside('inside.onnx');
  const { description, unsupported } = describeOnnx(path);
  expect(description).toMatchObject({ sampleRateHz: 16000, samples: 32000 });
  expect(description.stages.map(({ name }) => name)).toEqual(['relu1', 'elu1']);
  const reason = expect.stringMatching(/^MatMul 'product' must have matrices that fit, .*1200/);
  expect(unsupported).toEqual(['late', 'y'].map((name) => ({ tensor: name, operations: [], reason })));
  const known = describeOnnx(path, { sampleRateHz: 8000, durationSeconds: 0.15 });
  expect(known.description).toMatchObject({ sampleRateHz: 8000, samples: 1200 });
  expect(known.tensors.map(({ stage }) => stage)).toEqual(['relu1', 'relu2', 'y', 'elu1']);
});

test('describeOnnx tells of each tensor its own reason', () => {
  const nodes = [
    node('Relu', 'x', 'heard'),
    node('MatMul', 'heard matrix', 'product'),
    node('Relu', 'product', 'ofProduct'),
    node('Softmax', 'heard', 'share', { sharpness: 2 }),
    node('Relu', 'share', 'ofShare'),
  ];
  const path = join(folder, 'two-reasons.onnx');
  const tensors = [tensor('matrix', 1, [3, 1], [9, packedFloats(1, 2, 3)])];
  writeFileSync(path, onnxBytes({ nodes, tensors, inputs: [{ name: 'x', shape: [1, 2000] }] }));
  const { tensors: measured, unsupported } = describeOnnx(path);
  expect(measured.map((each) => each.tensor)).toEqual(['heard']);
  expect(unsupported).toEqual([
    { tensor: 'ofProduct', operations: [], reason: expect.stringMatching(/^MatMul 'product' must have/) },
    { tensor: 'ofShare', operations: [], reason: expect.stringMatching(/^attribute 'sharpness' of Softmax/) },
  ]);
});

test('outputs of any name are stages that can be named and have a folder of their own', () => {
  const path = join(folder, 'named.onnx');
  const outputs = ['Identity:0', 'head/out,1', '../up', 'y'];
  const nodes = outputs.map((output) => ({ opType: 'Relu', inputs: ['x'], outputs: [output] }));
  writeFileSync(path, onnxBytes({ nodes, inputs: [{ name: 'x', shape: [1, 2000] }], outputs }));
  const names = loadModel(path).stages.map(({ name }) => name);
  expect(names).toEqual(['cochleagram', 'Identity_0', 'head_out_1', 'up', 'y']);
  const json = path.replace('.onnx', '.json');
  for (const name of ['../up', 'a/b', 'a:0', 'a+b', 'a,b', '.']) {
    writeFileSync(json, JSON.stringify({ version: 1, stages: [{ name, tensor: 'y' }] }));
    expect(() => loadModel(path), name).toThrow(/a stage begins with no dot and has none of/);
  }
  writeFileSync(json, JSON.stringify({ version: 1, stages: [{ name: 'layer 1.wörter', tensor: 'y' }] }));
  expect(loadModel(path).stages[1]!.name).toBe('layer 1.wörter');
});

test('a graph of open length with another inside says so, to who describes and to who loads it', () => {
  const path = join(folder, 'inside-alone.onnx');
  const matrix = tensor('matrix', 1, [1200, 1], [9, packedFloats(...Array<number>(1200).fill(0.01))]);
  const nodes = [{ opType: 'MatMul', inputs: ['x', 'matrix'], outputs: ['y'] }];
  writeFileSync(path, onnxBytes({ nodes, tensors: [matrix], inputs: [{ name: 'x', shape: [1, 0] }] }));
  const length = /which its input leaves open; with \d+ samples MatMul 'y' must have matrices that fit/;
  expect(() => describeOnnx(path)).toThrow(/^durationSeconds must be the length that .*inside-alone.onnx/);
  expect(() => describeOnnx(path)).toThrow(length);
  expect(() => loadModel(path)).toThrow(/inside-alone.onnx: samples in the .json beside it must be/);
  expect(() => loadModel(path)).toThrow(length);
});

test.each([
  [[1, 1, 64, 100], 16000, { samples: 9000, cochleagram: { filters: 62, overcomplete: 1, highHz: 8000 } }],
  [[1, 128, 0], undefined, { samples: 40000, cochleagram: { filters: 126, overcomplete: 1 } }],
  [[1, 1, 211, 390], undefined, { samples: 40000 }],
] as const)('describeOnnx gives a graph of %j an ear that makes it', (shape, sampleRateHz, heard) => {
  const path = join(folder, 'ear.onnx');
  const nodes = [{ opType: 'Relu', inputs: ['x'], outputs: ['y'] }];
  writeFileSync(path, onnxBytes({ nodes, inputs: [{ name: 'x', shape }] }));
  const { description } = describeOnnx(path, { sampleRateHz });
  const stages = [{ name: 'y', tensor: 'y' }];
  expect(description).toEqual({
    ...{ version: 1, input: 'cochleagram', sampleRateHz: sampleRateHz ?? 20000 },
    ...{ stages, ...heard },
  });
  writeFileSync(path.replace('.onnx', '.json'), JSON.stringify(description));
  const [channels, frames] = [shape.at(-2), shape.at(-1) || 390];
  expect(loadModel(path).stages[0]!.shape).toEqual([channels, frames]);
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
