import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InputError } from '../../../src/base/inputError.ts';
import { packagePath } from '../../../src/base/packagePath.ts';
import { compile } from '../../../src/engine/compile.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import type { AuditoryModel } from '../../../src/model/auditoryModel.ts';
import { computeActivations } from '../../../src/model/computeActivations.ts';
import { loadModel, modelNames } from '../../../src/model/loadModel.ts';
import { expectAllClose } from '../../expectAllClose.ts';

const reference = JSON.parse(
  readFileSync(new URL('../../reference/baselines.json', import.meta.url), 'utf8'),
) as {
  texture: Record<string, number[]>;
  spectemp: { filters: number; atCell: number[]; power: number[] };
};

/** The cochleagram of test/reference/baselines.py. */
function madeUp(channels: number, frames: number): Float32Array {
  return Float32Array.from({ length: channels * frames }, (_, i) => {
    const [c, t] = [Math.floor(i / frames), i % frames];
    const wave = 0.5 + 0.2 * Math.sin(0.7 * c + 0.05 * t);
    const faster = 0.15 * Math.sin(0.9 * c * c + 0.37 * t * (1 + 0.01 * c));
    return wave + faster + 0.1 * Math.cos(((0.011 * t * t) / frames) * (c + 3));
  });
}

async function activationsOf(
  model: AuditoryModel,
  stages: readonly string[],
  cochleagramOf: (channels: number, frames: number) => Float32Array = madeUp,
) {
  const [channels, frames] = model.stages[0]!.shape as [number, number];
  const program = await compile(
    ({ cochleagram }) =>
      Object.fromEntries(
        model.activationsOfCochleagram(cochleagram, stages).map((tensor, i) => [`out/${stages[i]}`, tensor]),
      ),
    { cochleagram: { shape: [1, channels, frames] } },
    { threads: 1 },
  );
  const outputs = await program.run({ cochleagram: cochleagramOf(channels, frames) });
  await program.release();
  return (stage: string) => outputs[`out/${stage}`]!;
}

test('texture: every class of statistics is what numpy computes', async () => {
  const model = loadModel('texture', { durationSeconds: (502 + 159 * 50) / 20000 });
  expect(model.stages[0]!.shape).toEqual([32, 160]);
  const stages = ['marginals', 'correlations', 'modulationPower', 'modulationCorrelations', 'statistics'];
  const of = await activationsOf(model, stages);
  for (const stage of stages.slice(0, 4))
    expectAllClose(of(stage), Float64Array.from(reference.texture[stage]!), { atol: 2e-5, rtol: 2e-5 });
  const moment = (m: number) => of('marginals').filter((_, i) => i % 4 === m);
  const correlations = of('modulationCorrelations');
  // What the stored readout was fitted to: each kind over its typical norm.
  const kinds = [
    ...[[moment(0), 1] as const, [moment(1), 0.73] as const, [moment(2), 4.5] as const],
    ...[[moment(3), 20] as const, [of('correlations'), 7.4] as const],
    ...[[of('modulationPower'), 1.9] as const],
    ...[[correlations.slice(0, 366), 10] as const, [correlations.slice(366), 4.2] as const],
  ];
  const expected = kinds.flatMap(([values, norm]) => Array.from(values, (value) => value / norm));
  expect(expected.length).toBe(32 * 4 + 189 + 640 + 366 + 320);
  expectAllClose(of('statistics'), expected, { rtol: 1e-6, atol: 1e-9 });
});

test('texture: envelopes that are alike correlate fully in a modulation band with a millionth of the power', async () => {
  const model = loadModel('texture', { durationSeconds: (502 + 159 * 50) / 20000 });
  const turns = (hz: number, frame: number) => Math.sin((2 * Math.PI * hz * frame) / 400);
  const alike = (channels: number, frames: number) =>
    Float32Array.from({ length: channels * frames }, (_, i) => {
      const frame = i % frames;
      return 1 + 0.5 * turns(5, frame) + 0.0005 * turns(50, frame);
    });
  const of = await activationsOf(model, ['modulationCorrelations'], alike);
  // The fifth of six octave bands is that around 50 Hz; neighbors come first.
  const around50 = of('modulationCorrelations').filter((_, i) => i < 31 * 6 && i % 6 === 4);
  expectAllClose(around50, new Float64Array(31).fill(1), { atol: 1e-2 });
});

test('spectemp: its 111 filters are the published ones, built quadrant by quadrant in numpy', async () => {
  const model = loadModel('spectemp', { durationSeconds: (1002 + 59 * 100) / 20000 });
  expect(model.stages[0]!.shape).toEqual([211, 60]);
  const of = await activationsOf(model, ['filtered', 'power', 'avgpool']);
  const { filters, atCell, power } = reference.spectemp;
  expect(filters).toBe(111);
  const scale = Math.max(...atCell.map(Math.abs));
  expectAllClose(of('filtered').slice((7 * 60 + 30) * 111, (7 * 60 + 31) * 111), Float64Array.from(atCell), {
    // The one bin at half of both rates counts twice in filters that move, here at the sharpest corner.
    atol: 1e-4 * scale,
    rtol: 1e-4,
  });
  const sums = new Float64Array(filters);
  of('power').forEach((value, i) => {
    sums[i % filters]! += value;
  });
  expectAllClose(sums, Float64Array.from(power), { atol: 1e-2, rtol: 1e-3 });
  const means = new Float64Array(filters);
  of('avgpool').forEach((value, i) => {
    means[i % filters]! += 60 * value;
  });
  expectAllClose(means, sums, { atol: 1e-3, rtol: 1e-4 });
});

test('modelNames lists the baselines, and loadModel refuses other weights for them', () => {
  expect(modelNames()).toEqual(expect.arrayContaining(['spectemp', 'texture']));
  expect(() => loadModel('texture', { weights: 'permuted' })).toThrow(InputError);
});

test('a baseline hears through an impaired ear, which makes another model of it', async () => {
  const given = { durationSeconds: (502 + 9 * 50) / 20000 };
  const audiogram = [{ frequencyHz: 1000, thresholdDbHl: 40 }];
  const models = [loadModel('texture', given), loadModel('texture', { ...given, ear: { audiogram } })];
  expect(models[1]!.hash).not.toBe(models[0]!.hash);
  const sound = Float32Array.from({ length: 952 }, (_, i) => 0.1 * Math.sin(i * i * 1e-3));
  const [normal, impaired] = await Promise.all(
    models.map(
      async (model) => (await computeActivations(model, [sound], ['cochleagram'], { form: 'fast' }))[0]![0]!,
    ),
  );
  // 40 dB of attenuation under an exponent of 0.3.
  const levels = [normal!, impaired!].map((values) => Math.max(...values));
  expect(20 * Math.log10(levels[1]! / levels[0]!)).toBeCloseTo(-12, 0);
});

test('texture: its logits are the stored weights applied to its statistics', async () => {
  const model = loadModel('texture', { durationSeconds: (502 + 159 * 50) / 20000 });
  expect(model.classifiers.map(({ task, stage }) => [task, stage])).toEqual([
    ['word', 'top.word'],
    ['genre', 'top.genre'],
  ]);
  const of = await activationsOf(model, ['statistics', 'top.word']);
  const arrays = readSafetensors(packagePath('src/model/weights/texture/readout.safetensors'));
  const [weights, bias] = ['word.weights', 'word.bias'].map((name) => arrays.get(name)!.values);
  const classes = bias!.length;
  expect(model.classifiers[0]!.labels).toHaveLength(classes);
  const logits = Float64Array.from(bias!, (start, c) =>
    of('statistics').reduce((sum, value, f) => sum + value * weights![f * classes + c]!, start),
  );
  expectAllClose(of('top.word'), logits, { atol: 1e-3, rtol: 1e-3 });
});

test('spectemp: its logits are the stored weights applied to means of eight channels of each filter', async () => {
  const model = loadModel('spectemp', { durationSeconds: (1002 + 9 * 100) / 20000 });
  const of = await activationsOf(model, ['avgpool', 'top.genre']);
  const arrays = readSafetensors(packagePath('src/model/weights/spectemp/readout.safetensors'));
  const [weights, bias] = ['genre.weights', 'genre.bias'].map((name) => arrays.get(name)!.values);
  const [filters, classes] = [111, bias!.length];
  const averages = of('avgpool');
  const logits = Float64Array.from(bias!, (start, c) => {
    let sum = start;
    for (let channel = 0; channel < 211; channel++)
      for (let filter = 0; filter < filters; filter++) {
        const group = Math.floor(channel / 8);
        const members = Math.min(8, 211 - 8 * group);
        const weight = weights![(group * filters + filter) * classes + c]!;
        sum += (averages[channel * filters + filter]! / members) * weight;
      }
    return sum;
  });
  expectAllClose(of('top.genre'), logits, { atol: 1e-3, rtol: 1e-3 });
});
