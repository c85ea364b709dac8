import { expect, test } from 'vitest';
import { anyLengthDft } from '../../cochlea/anyLengthDft.ts';
import type { BandGrouping } from '../../cochlea/channelBands.ts';
import { decimatedBank } from '../../cochlea/decimatedBank.ts';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { hearingImpairment } from '../../cochlea/impairment.ts';
import {
  cochleagramParameters,
  cochleagramSize,
  kellCochleagramParameters,
} from '../../cochlea/parameters.ts';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import type { TensorFunction } from '../../src/engine/engine.ts';
import { tf } from '../../src/engine/tf.ts';
import { traceFunction } from '../../src/engine/traceFunction.ts';
import { relativeError } from '../expectAllClose.ts';
import { runAsForGpu } from '../runAsForGpu.ts';
import { smallEar } from './smallEar.ts';

const manyBands = { ...smallEar, filters: 70, overcomplete: 2 };

const impairment = hearingImpairment({
  audiogram: [
    { frequencyHz: 500, thresholdDbHl: 20 },
    { frequencyHz: 3000, thresholdDbHl: 60 },
  ],
  ...{ outerHairCellShare: 0.7, filterBroadening: 1.5 },
});

/** By name: parameters, samples, sounds, oversampling. */
const ears = {
  'the published ear': [{}, 40000, 1],
  'the published ear for several sounds': [{}, 40000, 8],
  'one band': [smallEar, 6400, 2],
  'segments that do not fit the frames': [manyBands, 6404, 2],
  'segments with their twiddle apart': [manyBands, 8000 * 12, 1],
  'half a second of many sounds': [smallEar, 4000, 33],
  'an odd number of samples': [manyBands, 4001, 2],
  'an impaired ear': [{ ...manyBands, impairment }, 16000, 1],
  'the ear of Kell et al. (2018)': [
    { ...kellCochleagramParameters, filters: 12 },
    8000,
    2,
    Number.POSITIVE_INFINITY,
  ],
  'every sample read': [smallEar, 4000, 1, Number.POSITIVE_INFINITY],
} as const;

for (const [name, [given, samples, sounds, oversampling = 6]] of Object.entries(ears))
  test(`createFastCochleagram: ${name}, bands computed together as for a GPU, is the same in values and gradient`, async () => {
    const ear = createFastCochleagram(cochleagramParameters(given), { oversampling });
    const fn: TensorFunction<'x'> = ({ x }) => ({
      cochleagram: ear(x),
      gradient: tf.grad((y) => tf.sum(tf.square(ear(y))))(x),
    });
    const random = createRandom(4);
    const x = Float32Array.from({ length: sounds * samples }, () => 0.1 * random.normal());
    const inputs = { x: { shape: [sounds, samples] } };
    const program = await compile(fn, inputs);
    const expected = await program.run({ x });
    await program.release();
    const { results } = await runAsForGpu(fn, inputs, { x });
    // Bands differ where few channels are left, so that some are read more often.
    expect(relativeError(results['cochleagram']!, expected['cochleagram']!)).toBeLessThan(3e-5);
    expect(relativeError(results['gradient']!, expected['gradient']!)).toBeLessThan(2e-3);
  });

test('decimatedBank: bands are computed each by itself, with some of like size, or all together in parts', () => {
  const parameters = cochleagramParameters({});
  const { layout } = anyLengthDft(cochleagramSize(parameters, 40000).paddedSamples);
  const plan = (grouping: BandGrouping) =>
    decimatedBank(parameters, 40000, 6, { layout, grouping }).groups.map(({ parts }) => parts);
  expect(plan('each')).toEqual(new Array(10).fill([1]));
  expect(plan('alike').map(({ length }) => length)).toEqual([5, 3, 2, 2, 2]);
  expect(plan('alike').flat()).toEqual(new Array(14).fill(1));
  // Four parts of the longest band, 203 samples each: 25 blocks, 5075 samples, are the fewest of one to four parts.
  expect(plan('all')).toEqual([[1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 4]]);
});

test('createFastCochleagram: a graph for a GPU has five products, of many samples more', () => {
  const ear = createFastCochleagram(cochleagramParameters({}));
  const products = (sounds: number, device: 'cpu' | 'webgpu') =>
    traceFunction(({ x }) => ({ y: ear(x!) }), { x: { shape: [sounds, 40000] } }, { device }).nodes.filter(
      ({ opType }) => opType === 'MatMul',
    ).length;
  expect(products(1, 'webgpu')).toBe(5);
  expect(products(7, 'webgpu')).toBe(5);
  expect(products(8, 'webgpu')).toBe(3 + 5 * 3);
  expect(products(8, 'webgpu')).toBeLessThan(products(1, 'cpu'));
});
