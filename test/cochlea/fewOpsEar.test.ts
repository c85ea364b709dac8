import { expect, test } from 'vitest';
import { anyLengthDft } from '../../cochlea/anyLengthDft.ts';
import type { BandGrouping } from '../../cochlea/channelBands.ts';
import { compress } from '../../cochlea/compression.ts';
import { decimatedBank, evenBank } from '../../cochlea/decimatedBank.ts';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import {
  type CochleagramParameters,
  cochleagramParameters,
  cochleagramShape,
  cochleagramSize,
  kellCochleagramParameters,
} from '../../cochlea/parameters.ts';
import { mapped, type SparseMap } from '../../cochlea/sparseMap.ts';
import { envelopesOfBins } from '../../cochlea/subbandEnvelopes.ts';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import type { TensorFunction } from '../../src/engine/engine.ts';
import { tf } from '../../src/engine/tf.ts';
import { expectAllClose, relativeError } from '../expectAllClose.ts';
import { runAsForGpu } from '../runAsForGpu.ts';
import { hasWebgpu } from '../webgpuDevice.ts';
import { smallEar } from './smallEar.ts';

const noise = (length: number, seed: number) => {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => 0.1 * random.normal());
};

/** Values, gradient and derivative along a direction of a function, which is taken as a gradient of a gradient. */
const derivatives =
  (fn: (x: tf.Tensor) => tf.Tensor): TensorFunction<'x' | 'direction' | 'cotangent'> =>
  ({ x, direction, cotangent }) => {
    const pullBack = (u: tf.Tensor) => tf.grad((z) => tf.sum(tf.mul(fn(z), u)))(x);
    const along = tf.grad((u) => tf.sum(tf.mul(pullBack(u), direction)));
    return { values: fn(x), gradient: pullBack(cotangent), along: along(cotangent) };
  };

type Shapes = readonly [input: readonly number[], output: readonly number[]];

/** Runs it in the ops for a GPU. */
function asForGpu(fn: (x: tf.Tensor) => tf.Tensor, shapes: Shapes) {
  const { inputs, given } = inputsOf(shapes);
  return runAsForGpu(derivatives(fn), inputs, given);
}

/** Relative errors of what the ops for a GPU give against what those for a processor give. */
async function errorsInFewOps(fn: (x: tf.Tensor) => tf.Tensor, shapes: Shapes) {
  const { inputs, given } = inputsOf(shapes);
  const program = await compile(derivatives(fn), inputs);
  const expected = await program.run(given);
  await program.release();
  const { results } = await asForGpu(fn, shapes);
  return outputs.map((name) => relativeError(results[name]!, expected[name]!));
}

const outputs = ['values', 'gradient', 'along'] as const;

function inputsOf([shape, outputShape]: Shapes) {
  const size = (of: readonly number[]) => of.reduce((a, b) => a * b, 1);
  return {
    inputs: { x: { shape }, direction: { shape }, cotangent: { shape: outputShape } },
    given: {
      ...{ x: noise(size(shape), 4), direction: noise(size(shape), 5) },
      cotangent: noise(size(outputShape), 6),
    },
  };
}

for (const [name, map] of [
  ['with weights', { inputs: 5, terms: 2, places: [4, 0, 1, 3, 3, 0], weights: [2, -1, 0, 3, 0.5, 0] }],
  ['without', { inputs: 5, terms: 2, places: [4, 0, 5, 3, 3, 5] }],
] as const)
  test(`mapped: sums of a few terms, ${name}, are those of the matrix, and so are their gradients`, async () => {
    const { inputs, terms } = map;
    const places = Int32Array.from(map.places);
    const weights = 'weights' in map ? { weights: Float32Array.from(map.weights) } : {};
    const sparse: SparseMap = { inputs, terms, places, ...weights };
    const matrix = new Float32Array(15);
    for (const [i, place] of places.entries())
      if (place < 5) matrix[place * 3 + Math.floor(i / 2)]! += 'weights' in map ? map.weights[i]! : 1;
    const byMatrix = (x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, tf.tensor2d(matrix, [5, 3]));
    const inParts = (x: tf.Tensor) => mapped(tf.split(x, [2, 3], 1), sparse);
    const shapes = [
      [2, 5],
      [2, 3],
    ] as const;
    const { results, model } = await asForGpu(inParts, shapes);
    const { results: expected } = await asForGpu(byMatrix, shapes);
    for (const name of outputs) expect(relativeError(results[name]!, expected[name]!)).toBeLessThan(1e-6);
    expect(model.nodes.some(({ opType }) => opType === 'ScatterElements')).toBe(false);
    expect(await errorsInFewOps(inParts, shapes)).toEqual([0, 0, 0]);
  });

for (const samples of [4000, 4001, 4004, 9999, 4 * 2053])
  for (const isCareful of [false, true])
    test(`anyLengthDft: ${samples} samples, ${isCareful ? 'with care, ' : ''}are transformed in few ops as in more`, async () => {
      const { transform, layout } = anyLengthDft(samples, { isCareful });
      const errors = await errorsInFewOps(transform, [
        [3, samples],
        [3, layout.size],
      ]);
      expect(Math.max(...errors)).toBeLessThan(2e-6);
    });

const manyBands = { ...smallEar, filters: 70, overcomplete: 2 };
const kellEar = { ...kellCochleagramParameters, filters: 12 };

/** By name: parameters, samples, sounds, oversampling. */
const plans = {
  'half a second of many sounds': [smallEar, 4000, 33, 6],
  'an odd number of samples': [smallEar, 4001, 2, 6],
  'several groups': [manyBands, 16000, 2, 6],
  'several groups, segments that do not fit the frames': [manyBands, 6404, 2, 6],
  'ten seconds, segments with their twiddle apart': [manyBands, 80000, 1, 6],
  'every sample read': [manyBands, 4000, 1, Number.POSITIVE_INFINITY],
  'frames that begin before the clip': [kellEar, 8000, 2, 6],
  'frames that begin before the clip, without segments': [kellEar, 5001, 2, 6],
  'the published ear': [{}, 40000, 1, 6],
} as const;

/** From spectra to frames, by bands in a grouping, with the shapes of both. */
function planned(given: Partial<CochleagramParameters>, samples: number, oversampling: number) {
  const parameters = cochleagramParameters(given);
  const { layout } = anyLengthDft(cochleagramSize(parameters, samples).paddedSamples);
  const [channels, frames] = cochleagramShape(parameters, samples);
  const heardBy = (grouping: BandGrouping) => {
    const bank = decimatedBank(parameters, samples, oversampling, { layout, grouping });
    return (x: tf.Tensor) => envelopesOfBins(mapped([x], bank.bins), bank);
  };
  return {
    heardBy,
    shapes: (sounds: number) =>
      [
        [sounds, layout.size],
        [sounds, channels, frames],
      ] as const,
  };
}

for (const [name, [given, samples, sounds, oversampling]] of Object.entries(plans))
  test(`envelopesOfBins: ${name}, in few ops and in parts, are the same with gradients and gradients of these`, async () => {
    const { heardBy, shapes } = planned(given, samples, oversampling);
    expect(Math.max(...(await errorsInFewOps(heardBy('each'), shapes(sounds))))).toBeLessThan(2e-6);
    const { results: whole } = await asForGpu(heardBy('alike'), shapes(sounds));
    const { results: inParts } = await asForGpu(heardBy('all'), shapes(sounds));
    for (const name of outputs) expect(relativeError(inParts[name]!, whole[name]!)).toBeLessThan(2e-6);
  });

test('envelopesOfBins: a bank of one band, whose filters may move, is the same in few ops', async () => {
  const bank = evenBank(cochleagramParameters(smallEar), 4000, { bins: 90, oversampling: 2 });
  const [{ rows, channels }] = bank.groups;
  const numbers = 2 * rows * bank.segments * channels;
  const heard = (bins: tf.Tensor) => envelopesOfBins(bins, bank);
  const errors = await errorsInFewOps(heard, [
    [2, numbers],
    [2, channels, bank.frames],
  ]);
  expect(Math.max(...errors)).toBeLessThan(2e-6);
});

test.skipIf(!hasWebgpu)(
  'compress: powers on WebGPU, and their clipped slopes, are within 1e-6 of those in double precision (skipped where there is no WebGPU device)',
  async () => {
    const parameters = { power: 0.3, offset: 1e-8, slopeClip: 5 };
    const x = Float32Array.from({ length: 1100 }, (_, i) => 10 ** (i / 100 - 10));
    const fn: TensorFunction<'x'> = ({ x: envelope }) => ({
      values: compress(envelope, parameters),
      slopes: tf.grad((y) => tf.sum(compress(y, parameters)))(envelope),
    });
    const program = await compile(fn, { x: { shape: [x.length] } }, { device: 'webgpu' });
    const { values, slopes } = await program.run({ x });
    await program.release();
    const [power, offset] = [Math.fround(0.3), Math.fround(1e-8)];
    const bases = Array.from(x, (envelope) => Math.fround(envelope + offset));
    expectAllClose(
      values!,
      bases.map((base) => base ** power),
      { rtol: 1e-6 },
    );
    const expectedSlopes = bases.map((base) => Math.min(power * base ** (power - 1), 5));
    expectAllClose(slopes!, expectedSlopes, { rtol: 1e-6 });
  },
);

test.skipIf(!hasWebgpu)(
  'createFastCochleagram: the ear on WebGPU gives what its graph gives on the processor (skipped where there is no WebGPU device)',
  async () => {
    const ear = createFastCochleagram(cochleagramParameters(smallEar));
    const fn: TensorFunction<'x'> = ({ x }) => ({
      cochleagram: ear(x),
      gradient: tf.grad((y) => tf.sum(tf.square(ear(y))))(x),
    });
    const inputs = { x: { shape: [1, 4000] } };
    const x = noise(4000, 7);
    const program = await compile(fn, inputs, { device: 'webgpu' });
    const actual = await program.run({ x });
    await program.release();
    const { results } = await runAsForGpu(fn, inputs, { x });
    expect(relativeError(actual['cochleagram']!, results['cochleagram']!)).toBeLessThan(1e-6);
    expect(relativeError(actual['gradient']!, results['gradient']!)).toBeLessThan(1e-5);
  },
);
