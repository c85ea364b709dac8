import type { Tensor } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { defaultOversampling } from '../../../cochlea/parameters.ts';
import { createSpectrum } from '../../../cochlea/spectrum.ts';
import { createRandom } from '../../../src/base/random.ts';
import { constant, tf } from '../../../src/engine/tf.ts';
import type { DriveObjective } from '../../../src/experiments/drive/driveObjective.ts';
import { raised } from '../../../src/experiments/drive/driveProgram.ts';
import { driveSound } from '../../../src/experiments/drive/driveSound.ts';
import {
  channelTarget,
  classTarget,
  type DriveTarget,
  unitTarget,
} from '../../../src/experiments/drive/driveTarget.ts';
import type { AuditoryModel } from '../../../src/model/auditoryModel.ts';
import { computeActivations } from '../../../src/model/computeActivations.ts';
import { createAuditoryModel, networkOf } from '../../../src/model/createAuditoryModel.ts';
import { randomWeights } from '../../../src/model/weightStore.ts';
import { compileGradient } from '../../../src/synthesis/gradientProgram.ts';
import { rms } from '../../../stimuli/level.ts';
import { expectAllClose, relativeError } from '../../expectAllClose.ts';
import { tinyDescription, tinyModel } from '../../tinyModel.ts';
import { hasWebgpu } from '../../webgpuDevice.ts';

const samples = 600;
const units = 4;
const random = createRandom(7);
const filters = Array.from({ length: units }, () =>
  Float32Array.from({ length: samples }, () => random.normal()),
);

/** A model whose one stage is linear in the waveform, so that the best sound is known. */
const linear: AuditoryModel = {
  ...tinyModel(),
  ...{ name: 'linear', samples, takesWaveform: true, classifiers: [] },
  stages: [{ name: 'filters', inputs: [], shape: [units], parameters: 0, macs: 0 }],
  activations: (waveform: Tensor) => [
    tf.matMul(
      waveform,
      constant(Float32Array.from(filters.flatMap((each) => [...each])), [units, samples]),
      false,
      true,
    ),
  ],
};
const natural = Array.from({ length: 5 }, (_, i) => ({
  sound: `noise ${i}`,
  waveform: Float32Array.from({ length: samples }, () => random.normal()),
}));

/** Part of a waveform between two frequencies: the circular convolution with the sum of the band's cosines. */
function inBand(waveform: Float32Array, lowHz: number, highHz: number): Float32Array {
  const kernel = Float64Array.from({ length: samples }, (_, lag) => {
    let sum = 0;
    for (let bin = 0; bin <= samples / 2; bin++) {
      const frequency = (bin * linear.sampleRateHz) / samples;
      const twins = bin === 0 || bin === samples / 2 ? 1 : 2;
      if (frequency >= lowHz && frequency <= highHz)
        sum += (twins / samples) * Math.cos((2 * Math.PI * bin * lag) / samples);
    }
    return sum;
  });
  return waveform.map((_, t) =>
    waveform.reduce((sum, value, s) => sum + kernel[(t - s + samples) % samples]! * value, 0),
  );
}

const cosine = (a: Float32Array, b: Float32Array) => {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

test('stretching a linear unit ends at its matched filter, of the level and within the band', async () => {
  const limits = { rms: 0.05, lowHz: 500, highHz: 2500 };
  const { waveform, driven, best } = await driveSound(linear, {
    ...{ target: unitTarget(linear, 'filters', '2'), natural, limits, steps: 300, threads: 1 },
  });
  const optimum = inBand(filters[2]!, limits.lowHz, limits.highHz);
  expect(cosine(waveform, optimum)).toBeGreaterThan(0.995);
  expect(rms(waveform)).toBeCloseTo(0.05, 6);
  // The largest response that any sound of the level and band can give: level · √samples · ‖filter in the band‖.
  const largest = 0.05 * Math.sqrt(samples) * Math.hypot(...optimum);
  expect(driven.value / largest).toBeGreaterThan(0.995);
  expect(driven.value / largest).toBeLessThanOrEqual(1 + 1e-5);
  expect(driven.z).toBeGreaterThan(best.z);
  const { forward } = createSpectrum(samples, samples);
  const bins = forward(waveform);
  const energy = (isCounted: (hz: number) => boolean) =>
    bins.reduce((sum, value, i) => {
      const hz = ((i >> 1) * linear.sampleRateHz) / samples;
      return isCounted(hz) ? sum + value * value : sum;
    }, 0);
  expect(energy((hz) => hz < 500 || hz > 2500)).toBeLessThan(1e-9 * energy(() => true));
});

test('one-hot raises the softmax of the driven unit above what stretching it gives, and lowers its neighbors', async () => {
  const target = unitTarget(linear, 'filters', '1');
  const options = { target, natural, limits: { rms: 0.01, lowHz: 0, highHz: 4000 }, steps: 150, threads: 1 };
  const stretched = await driveSound(linear, { ...options, objective: 'stretch' });
  const oneHot = await driveSound(linear, { ...options, objective: 'one-hot' });
  expect(oneHot.driven.neighbors!).toBeLessThan(stretched.driven.neighbors!);
  expect(oneHot.driven.score).toBeLessThan(0);
  expect(oneHot.driven.z).toBeLessThan(stretched.driven.z);
  expect(oneHot.driven.score).toBeGreaterThan(oneHot.best.score);
});

test('the record of natural sounds: scales, best, and a seed that gives the same bits', async () => {
  const target = unitTarget(linear, 'filters', '0');
  const options = { target, natural, steps: 5, threads: 1, seed: 3 };
  const { natural: heard, best, waveform } = await driveSound(linear, options);
  const zs = heard.map(({ z }) => z);
  expect(zs.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 5);
  expect(zs.reduce((a, b) => a + b * b, 0) / (zs.length - 1)).toBeCloseTo(1, 5);
  expect(best).toEqual(heard[zs.indexOf(Math.max(...zs))]);
  expect((await driveSound(linear, options)).waveform).toEqual(waveform);
  expect((await driveSound(linear, { ...options, seed: 4 })).waveform).not.toEqual(waveform);
});

test.skipIf(!hasWebgpu)(
  'driveSound ends at the same sound on WebGPU as on the processor (skipped where there is no WebGPU device)',
  async () => {
    const options = { target: unitTarget(linear, 'filters', '1'), natural, steps: 4, threads: 1 };
    // So loud that peaks are clipped.
    const limits = { rms: 0.5, lowHz: 500, highHz: 2500 };
    const on = (device: 'cpu' | 'webgpu') =>
      driveSound(linear, { ...options, objective: 'one-hot', limits, device });
    const [expected, actual] = [await on('cpu'), await on('webgpu')];
    expect(relativeError(actual.waveform, expected.waveform)).toBeLessThan(1e-4);
    expectAllClose(actual.losses, expected.losses, { rtol: 1e-4 });
  },
);

const model = tinyModel();
/** The same without the published limit of the compression's slope, which makes the ear's gradient another than the true one. */
const unclipped = (() => {
  const description = { ...tinyDescription, cochleagram: { ...tinyDescription.cochleagram, slopeClip: 1e6 } };
  const plan = networkOf(description);
  const weights = randomWeights(plan, 1);
  return createAuditoryModel(description, {
    plan,
    weights,
    oversampling: defaultOversampling,
    hash: 'unclipped',
  });
})();
/** Loud in every channel, so that no envelope is near zero. */
const loud = Float32Array.from({ length: unclipped.samples }, () => 0.1 * random.normal());
const scaled = (count: number) => ({
  means: Float32Array.from({ length: count }, (_, i) => 0.1 * i),
  deviations: Float32Array.from({ length: count }, (_, i) => 0.5 + 0.1 * i),
});

/** Place of the unit that the sound of the next test drives most. */
async function mostActive(stage: string): Promise<number> {
  const [[values]] = (await computeActivations(unclipped, [loud], [stage], { form: 'fast' })) as [
    [Float32Array],
  ];
  return values.indexOf(values.reduce((a, b) => Math.max(a, b), 0));
}

test.each<[string, DriveTarget, DriveObjective[]]>([
  ['a channel of a convolution', channelTarget(unclipped, 'conv3', 4), ['stretch', 'one-hot']],
  [
    'an active unit of a convolution',
    unitTarget(unclipped, 'conv3', String(await mostActive('conv3'))),
    ['stretch'],
  ],
  ['a cochleagram channel', channelTarget(unclipped, 'cochleagram', 12), ['stretch', 'one-hot']],
  ['a unit of the cochleagram', unitTarget(unclipped, 'cochleagram', '12/30'), ['stretch', 'one-hot']],
  ['a class', classTarget(unclipped, 'yes'), ['stretch', 'one-hot']],
])('the gradient of %s agrees with central differences', async (_, target, objectives) => {
  for (const objective of objectives) {
    const scales = scaled(target.names.length);
    const program = await compileGradient(unclipped, raised({ target, objective, scales }), { threads: 1 });
    const { gradient } = await program.evaluate(loud, []);
    // Half along the gradient, half anywhere, a thousandth of the sound.
    const norm = Math.hypot(...gradient);
    const direction = gradient.map(
      (value) => 1e-4 * ((Math.sqrt(loud.length) * value) / norm + random.normal()),
    );
    const at = async (step: number) =>
      (
        await program.evaluate(
          loud.map((value, i) => value + step * direction[i]!),
          [],
        )
      ).loss;
    const slope = ((await at(1)) - (await at(-1))) / 2;
    const expected = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
    expectAllClose([slope], [expected], { rtol: 0.05, atol: 0 });
    await program.release();
  }
});

test.each<[string, () => unknown, string]>([
  [
    'places outside the stage',
    () => unitTarget(model, 'norm1', '99/0/0'),
    'unit must be a whole number below',
  ],
  [
    'channels outside it',
    () => channelTarget(model, 'conv3', 999),
    'channel must be a whole number from 0 to',
  ],
  ['unknown stages', () => channelTarget(model, 'conv9', 0), "stage 'conv9' is not a stage of tiny"],
  [
    'unknown classes',
    () => classTarget(model, 'maybe'),
    "class 'maybe' must be one that tiny names: __null__, yes",
  ],
  ['classes of two tasks', () => classTarget(model, '__null__'), 'it is of word and genre; name the task'],
])('targets refuse %s', (_, make, message) => {
  expect(make).toThrow(message);
});

test.each<[string, object, string]>([
  [
    'a band beyond the rate',
    { limits: { highHz: 5000 } },
    'the band must lie between 0 and half of the rate, 4000 Hz',
  ],
  ['an empty band', { limits: { lowHz: 3000, highHz: 2000 } }, 'got 3000 to 2000 Hz'],
  ['a level that does not fit', { limits: { rms: 0.8 } }, 'rms must be > 0 and ≤ 0.5'],
  ['one natural sound', { natural: natural.slice(0, 1) }, 'there must be ≥ 2 natural sounds'],
])('driveSound refuses %s', async (_, wrong, message) => {
  const target = unitTarget(linear, 'filters', '0');
  await expect(driveSound(linear, { target, natural, steps: 1, threads: 1, ...wrong })).rejects.toThrow(
    message,
  );
});

test('two natural sounds are enough', async () => {
  const target = unitTarget(linear, 'filters', '0');
  const options = { target, natural: natural.slice(0, 2), steps: 1, threads: 1 };
  expect((await driveSound(linear, options)).natural).toHaveLength(2);
});

test('the best natural sound is best at what is raised, not at the driven response alone', async () => {
  const found = [];
  for (const place of ['0', '1', '2', '3']) {
    const target = unitTarget(linear, 'filters', place);
    const options = { target, natural, objective: 'one-hot', steps: 1, threads: 1 } as const;
    found.push(await driveSound(linear, options));
  }
  for (const { best, natural: heard } of found)
    expect(best.score).toBe(Math.max(...heard.map(({ score }) => score)));
  expect(found.some(({ best, natural: heard }) => heard.some(({ z }) => z > best.z))).toBe(true);
});
