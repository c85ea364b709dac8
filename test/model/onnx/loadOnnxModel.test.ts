import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createExactCochleagram } from '../../../cochlea/exactCochleagram.ts';
import { InputError } from '../../../src/base/inputError.ts';
import { createRandom } from '../../../src/base/random.ts';
import { compile } from '../../../src/engine/compile.ts';
import { tf } from '../../../src/engine/tf.ts';
import { readOnnx } from '../../../src/formats/onnx/readOnnx.ts';
import { computeActivations } from '../../../src/model/computeActivations.ts';
import { loadModel } from '../../../src/model/loadModel.ts';
import { measureOnnxGraph } from '../../../src/model/onnx/measureOnnxGraph.ts';
import { runOnnxGraph } from '../../../src/model/onnx/runOnnxGraph.ts';
import { recognize } from '../../../src/model/recognize.ts';
import { classifiersBehind, earlierStages } from '../../../src/model/stageGraph.ts';
import { findNull } from '../../../src/synthesis/null/nullDistribution.ts';
import { expectAllClose, relativeError } from '../../expectAllClose.ts';
import references from '../../reference/onnxModels.json' with { type: 'json' };
import { temporaryFolder } from '../../temporaryFolder.ts';

const folder = temporaryFolder();
const referencePath = (name: string) => join(import.meta.dirname, '../../reference', name);
const cases = Object.entries(references).flatMap(([name, reference]) =>
  (['onnxruntime', 'tfjs'] as const).map((engine) => ({ name, reference, engine })),
);

test.each(cases)(
  '$name: outputs and gradient are those of PyTorch on $engine',
  async ({ name, reference, engine }) => {
    const graph = readOnnx(referencePath(`${name}.onnx`));
    const objective = (x: Tensor) =>
      tf.sum(tf.sin(runOnnxGraph(graph, x, [reference.differentiated])[0]!)) as Tensor;
    const names = Object.keys(reference.outputs);
    const program = await compile(
      ({ x }) => {
        const tensors = runOnnxGraph(graph, x, names);
        const gradient = tf.grad(objective)(x);
        return Object.fromEntries([...names.map((name, i) => [name, tensors[i]!]), ['gradient', gradient]]);
      },
      { x: { shape: reference.input.shape } },
      { engine },
    );
    const results = await program.run({ x: Float32Array.from(reference.input.values) });
    for (const [name, { values, shape }] of Object.entries(reference.outputs)) {
      expect(program.outputShapes[name], name).toEqual(shape);
      expectAllClose(results[name]!, values, { atol: 2e-5, rtol: 2e-5 });
    }
    expect(relativeError(results['gradient']!, reference.gradient.values)).toBeLessThan(1e-4);
    await program.release();
  },
);

function placed(name: string, description?: object): string {
  const path = join(folder, `${name}${description ? '-described' : ''}.onnx`);
  copyFileSync(referencePath(`${name}.onnx`), path);
  if (description) writeFileSync(path.replace('.onnx', '.json'), JSON.stringify(description));
  return path;
}

function noise(samples: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: samples }, () => 0.1 * random.normal());
}

test.each(Object.entries(references))(
  '%s: shapes without computing are those of PyTorch',
  (name, { input, outputs }) => {
    const graph = readOnnx(referencePath(`${name}.onnx`));
    const measured = measureOnnxGraph(graph, input.shape, Object.keys(outputs));
    expect(measured.map(({ shape }) => shape)).toEqual(Object.values(outputs).map(({ shape }) => shape));
  },
);

test('measureOnnxGraph counts multiply-accumulates and numbers stage by stage', () => {
  const graph = readOnnx(referencePath('waveformNetwork.onnx'));
  const counted = measureOnnxGraph(graph, [1, 1500], ['energy', 'relu1', 'top']);
  expect(counted.map(({ macs }) => macs)).toEqual([5 * 184 * 32, 6 * 46 * 5 * 5, 18]);
  expect(counted.map(({ parameters }) => parameters)).toEqual([165, 156, 21]);
});

const described = {
  version: 1,
  name: 'mine',
  cochleagram: { sampleRateHz: 8000, filters: 11, highHz: 4000, overcomplete: 1 },
  samples: 2000,
  stages: [
    { name: 'conv1', tensor: 'relu0' },
    { name: 'top', tensor: 'top' },
  ],
  classifiers: [{ task: 'word', stage: 'top', labels: ['__null__', 'tea', 'coffee', 'milk'] }],
};

test('loadModel(net.onnx) with a description runs our cochleagram into the graph, in batches, and recognizes', async () => {
  const model = loadModel(placed('cochleagramNetwork', described));
  expect(model.stages.map(({ name, shape }) => [name, shape])).toEqual([
    ['cochleagram', [13, 25]],
    ['conv1', [7, 9, 6]],
    ['top', [4]],
  ]);
  const sounds = [noise(2000, 1), noise(2000, 2), noise(2000, 3)];
  const together = await computeActivations(model, sounds, ['top', 'conv1'], { form: 'exact' });
  const [alone] = await computeActivations(model, sounds.slice(1, 2), ['top', 'conv1'], { form: 'exact' });
  expect(relativeError(together[1]![0]!, alone![0]!)).toBeLessThan(1e-5);
  expect(relativeError(together[1]![1]!, alone![1]!)).toBeLessThan(1e-5);
  const [first] = await recognize(model, sounds, { form: 'fast' });
  expect(first!.word.map(({ label }) => label).sort()).toEqual(described.classifiers[0]!.labels.toSorted());
  expect(Object.keys(first!)).toEqual(['word']);
});

test('the stages of an ONNX model say what feeds them, dots in their names or not', () => {
  const stages = [
    ...['relu0', 'relu1', 'pooled'].map((tensor) => ({ name: `layer.${tensor}`, tensor })),
    { name: 'top', tensor: 'top' },
  ];
  const model = loadModel(placed('cochleagramNetwork', { ...described, stages }));
  expect(model.stages.map(({ inputs }) => inputs)).toEqual([
    ...[[], ['cochleagram'], ['layer.relu0'], ['layer.relu1'], ['layer.pooled']],
  ]);
  expect(earlierStages(model.stages, ['layer.pooled'])).toEqual([
    'cochleagram',
    'layer.relu0',
    'layer.relu1',
  ]);
  expect(classifiersBehind(model, ['layer.relu1']).map(({ stage }) => stage)).toEqual(['top']);
});

test('identityGradient passes gradients through the asked rectifier of an ONNX model', async () => {
  const model = loadModel(placed('cochleagramNetwork', described));
  const reached = async (identityGradient: boolean) => {
    const objective = (x: Tensor) =>
      tf.sum(model.activationsOfCochleagram(x, ['conv1'], { identityGradient })[0]!) as Tensor;
    const program = await compile(({ x }) => ({ gradient: tf.grad(objective)(x) }), {
      x: { shape: [1, 13, 25] },
    });
    const values = Float32Array.from(references.cochleagramNetwork.input.values);
    return (await program.run({ x: values })).gradient;
  };
  // With the true rectifier silent units pass nothing, so the two gradients differ.
  expect(relativeError(await reached(false), await reached(true))).toBeGreaterThan(0.1);
});

test.each([
  [
    { ...described, samples: 4000 },
    /the cochleagram is \[13, 75\], the graph takes \[13, 25\]; set cochleagram/,
  ],
  [
    { ...described, stages: [{ name: 'a', tensor: 'b' }], classifiers: [] },
    /stage 'a' must be a result of the graph, 'b' is none; its outputs are relu0, relu1, pooled, top/,
  ],
  [
    { ...described, classifiers: [{ task: 'word', stage: 'x', labels: ['a'] }] },
    /classifier of 'word' must name a stage/,
  ],
  [{ ...described, input: 'image' }, /field 'input' must be one of cochleagram, waveform, got "image"/],
])('a description that does not fit is refused: %j', (description, message) => {
  expect(() => loadModel(placed('cochleagramNetwork', description))).toThrow(message);
});

test('a missing file, another format and a cut-off file are refused by name', () => {
  expect(() => loadModel(join(folder, 'none.onnx'))).toThrow(/none.onnx must be an ONNX model/);
  const path = join(folder, 'text.onnx');
  writeFileSync(path, 'not a model');
  expect(() => loadModel(path)).toThrow(/text.onnx must be an ONNX model/);
  const cut = join(folder, 'cut.onnx');
  writeFileSync(cut, readFileSync(referencePath('cochleagramNetwork.onnx')).subarray(0, 9000));
  expect(() => loadModel(cut)).toThrow(/cut.onnx must be an ONNX model/);
});

test('an ONNX model with no description has the graph’s outputs as stages and takes the waveform it was made for', async () => {
  const model = loadModel(placed('waveformNetwork'));
  expect(model.name).toBe('waveformNetwork');
  expect(() => loadModel(placed('waveformNetwork'), { ear: { filterBroadening: 2 } })).toThrow(
    /must be left out for .*waveformNetwork.onnx, which takes the waveform: no ear of ours stands before it/,
  );
  expect([model.samples, model.takesWaveform]).toEqual([1500, true]);
  expect(model.stages.map(({ name, shape, parameters }) => [name, shape, parameters])).toEqual([
    ['cochleagram', [211, 5], 0],
    ['energy', [5, 184], 5 * 32 + 5],
    ['relu1', [6, 46], 6 * 5 * 5 + 6],
    ['top', [3], 21],
  ]);
  const { input, outputs } = references.waveformNetwork;
  const sounds = [noise(1500, 1), Float32Array.from(input.values)];
  const [, activations] = await computeActivations(model, sounds, ['top', 'cochleagram', 'energy'], {
    form: 'exact',
  });
  expectAllClose(activations![0]!, outputs.top.values, { atol: 2e-5 });
  expectAllClose(activations![2]!, outputs.energy.values, { atol: 2e-5, rtol: 2e-5 });
  const ear = createExactCochleagram({}, 1500);
  expect(relativeError(activations![1]!, ear.analyze(sounds[1]!))).toBeLessThan(0.01);
});

test('a waveform model gives its rate and length alone, whatever the ear beside it would need', () => {
  for (const [sampleRateHz, frames] of [
    [16000, 9],
    [44100, 1],
    [22050, 4],
  ] as const) {
    const model = loadModel(placed('waveformNetwork', { version: 1, sampleRateHz }));
    expect([model.sampleRateHz, model.samples]).toEqual([sampleRateHz, 1500]);
    expect(model.stages[0]!.shape[1], String(sampleRateHz)).toBe(frames);
    expect(model.cochleagram.highHz).toBe(Math.min(10000, sampleRateHz / 2));
  }
});

test('a model of fixed length says so', () => {
  const path = placed('waveformNetwork', { version: 1, sampleRateHz: 16000 });
  expect(() => loadModel(path, { durationSeconds: 0.5 })).toThrow(
    'durationSeconds must be left out for waveformNetwork-described, which was exported for sounds of 0.09375 s alone',
  );
  expect(loadModel(path, { durationSeconds: 1500 / 16000 }).samples).toBe(1500);
});

test('a task of any name, several classes at once, is recognized by each class’s own probability', async () => {
  const labels = ['rain', 'wind', 'bells', 'steps'];
  const classifiers = [{ task: 'scene', stage: 'top', labels, several: true, recognized: { top: 2 } }];
  const model = loadModel(placed('cochleagramNetwork', { ...described, classifiers }));
  const [[logits]] = (await computeActivations(model, [noise(2000, 1)], ['top'], { form: 'fast' })) as [
    [Float32Array],
  ];
  const [heard] = await recognize(model, [noise(2000, 1)], { form: 'fast' });
  const expected = labels
    .map((label, i) => ({ label, probability: 1 / (1 + Math.exp(-logits[i]!)) }))
    .sort((a, b) => b.probability - a.probability);
  expect(heard!['scene']).toEqual(expected);
});

test('findNull finds net.null.json beside net.onnx, and a null.json there that is of the model', () => {
  const path = placed('waveformNetwork', { version: 1, name: 'nulled' });
  const { hash } = loadModel(path);
  const distribution = (modelHash: string) =>
    JSON.stringify({ model: 'm', modelHash, pairs: 10, stages: {} });
  const find = () => findNull(undefined, { nameOrFolder: path, hash });
  expect(find()).toBeUndefined();
  writeFileSync(join(folder, 'null.json'), distribution('of another model in the folder'));
  expect(find()).toBeUndefined();
  writeFileSync(join(folder, 'null.json'), distribution(hash));
  expect(find()).toMatchObject({ path: join(folder, 'null.json') });
  const own = path.replace('.onnx', '.null.json');
  writeFileSync(own, distribution(hash));
  expect(find()).toMatchObject({ path: own });
  writeFileSync(own, distribution('of other weights'));
  expect(find).toThrow(InputError);
});
