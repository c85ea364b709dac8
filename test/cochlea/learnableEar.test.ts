import { expect, test } from 'vitest';
import { downsamplingFilter } from '../../cochlea/downsamplingFilter.ts';
import { createExactCochleagram } from '../../cochlea/exactCochleagram.ts';
import { createLearnableEar, erbSpacedFilters } from '../../cochlea/learnableEar.ts';
import { cochleagramParameters } from '../../cochlea/parameters.ts';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import { tf } from '../../src/engine/tf.ts';
import { expectAllClose, relativeError } from '../expectAllClose.ts';

const ends = { overcomplete: 1, lowpass: false, highpass: false };
const parameters = cochleagramParameters({
  ...{ sampleRateHz: 4000, filters: 6, lowHz: 60, highHz: 1800 },
  ...{ envelopeRateHz: 100, downsamplingTaps: 161, slopeClip: 1e6, ...ends },
});
const samples = 2000;
const limits = { narrowestHz: 20, widestHz: 600, oversampling: 2 };
const erb = erbSpacedFilters(parameters);

function noise(seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: samples }, () => 0.1 * random.normal());
}

async function earOf(filters: { centersHz: readonly number[]; halfWidthsHz: readonly number[] }) {
  const ear = createLearnableEar(parameters, samples, limits);
  const shape = [parameters.filters];
  const program = await compile(
    ({ x, centers, widths, cotangent }) => {
      const movable = { centersHz: centers, halfWidthsHz: widths };
      const bins = ear.bins(x, movable);
      const hear = (centersHz: tf.Tensor, halfWidthsHz: tf.Tensor) =>
        tf.sum(tf.mul(ear.cochleagram(bins, { centersHz, halfWidthsHz }), cotangent)) as tf.Scalar;
      const [ofCenters, ofWidths] = tf.grads(hear)([centers, widths]) as [tf.Tensor, tf.Tensor];
      return { y: ear.cochleagram(bins, movable), ofCenters, ofWidths };
    },
    {
      ...{ x: { shape: [1, samples] }, centers: { shape }, widths: { shape } },
      cotangent: { shape: [1, ear.channels, ear.frames] },
    },
    { threads: 1 },
  );
  const cotangent = Float32Array.from({ length: ear.channels * ear.frames }, (_, i) => Math.sin(1.3 * i));
  return async (x: Float32Array, { centersHz, halfWidthsHz } = filters) => {
    const given = { centers: Float32Array.from(centersHz), widths: Float32Array.from(halfWidthsHz) };
    return { cotangent, ...(await program.run({ x, ...given, cotangent })) };
  };
}

/** Each subband by a sum over all its bins in float64, at every sample, as the definition of the ear has it. */
function heardByDefinition(
  x: Float32Array,
  { centersHz, halfWidthsHz }: { centersHz: readonly number[]; halfWidthsHz: readonly number[] },
): number[] {
  const { downsamplingTaps, sampleRateHz, envelopeRateHz, power, offset } = parameters;
  const stride = sampleRateHz / envelopeRateHz;
  const { taps: lowpass } = downsamplingFilter({ downsamplingTaps }, stride);
  return centersHz.flatMap((centerHz, channel) => {
    const [re, im] = [new Float64Array(samples), new Float64Array(samples)];
    for (let bin = 0; bin <= samples / 2; bin++) {
      const place = ((bin * sampleRateHz) / samples - centerHz) / halfWidthsHz[channel]!;
      if (Math.abs(place) >= 1) continue;
      const weight = Math.cos((Math.PI / 2) * place) / samples;
      let [cosines, sines] = [0, 0];
      for (let n = 0; n < samples; n++) {
        cosines += x[n]! * Math.cos((2 * Math.PI * bin * n) / samples);
        sines -= x[n]! * Math.sin((2 * Math.PI * bin * n) / samples);
      }
      for (let n = 0; n < samples; n++) {
        const [c, s] = [
          Math.cos((2 * Math.PI * bin * n) / samples),
          Math.sin((2 * Math.PI * bin * n) / samples),
        ];
        re[n]! += weight * (cosines * c - sines * s);
        im[n]! += weight * (cosines * s + sines * c);
      }
    }
    const envelope = re.map((value, n) => Math.hypot(value, im[n]!));
    const frames = Math.floor((samples - downsamplingTaps) / stride) + 1;
    return Array.from({ length: frames }, (_, frame) => {
      const value = lowpass.reduce((sum, tap, t) => sum + tap * envelope[frame * stride + t]!, 0);
      return (Math.max(0, value) + offset) ** power;
    });
  });
}

test('createLearnableEar hears what its definition says, to 0.1 %, wherever the filters are', async () => {
  const filters = {
    centersHz: [70, 1790, 400.3, 401, 999.9, 1500],
    halfWidthsHz: [100, 300, 20, 399, 55.5, 150],
  };
  const hear = await earOf(filters);
  const { y } = await hear(noise(1));
  expect(relativeError(y, heardByDefinition(noise(1), filters))).toBeLessThan(1e-3);
});

test('createLearnableEar at the ERB-number scale is the fixed ear to 2.5 %, whose cosines are on that scale', async () => {
  const hear = await earOf(erb);
  const { y } = await hear(noise(2));
  const exact = createExactCochleagram(parameters, samples).analyze(noise(2));
  expect(y.length).toBe(exact.length);
  expect(relativeError(y, exact)).toBeLessThan(0.025);
});

test('gradients of centers and half-widths agree with central differences', async () => {
  // No edge on a bin of the transform, where the cosine's kink has two slopes.
  const filters = { ...erb, centersHz: erb.centersHz.map((hertz) => hertz + 0.4) };
  const hear = await earOf(filters);
  const { ofCenters, ofWidths } = await hear(noise(3));
  const objective = async (moved: typeof erb) => {
    const { y, cotangent } = await hear(noise(3), moved);
    return y.reduce((sum, value, i) => sum + value * cotangent[i]!, 0);
  };
  for (const [name, gradient] of [
    ['centersHz', ofCenters],
    ['halfWidthsHz', ofWidths],
  ] as const) {
    const differences: number[] = [];
    for (let channel = 0; channel < parameters.filters; channel++) {
      // A quarter of a bin: closer, float32 rounds; further, bins enter at the kink of the cosine's edge.
      const stepHz = 0.5;
      const moved = (hertz: number) =>
        objective({ ...filters, [name]: filters[name].with(channel, filters[name][channel]! + hertz) });
      differences.push(((await moved(stepHz)) - (await moved(-stepHz))) / (2 * stepHz));
    }
    const size = Math.hypot(...differences);
    expectAllClose(gradient, differences, { atol: 0.015 * size });
  }
});

test('filters beyond the limits are held at them, and can come back', async () => {
  const hear = await earOf(erb);
  const held = { centersHz: [60, 60, 1800, 1800, 900, 900], halfWidthsHz: [20, 600, 20, 600, 20, 600] };
  const beyond = { centersHz: [5, -10, 1900, 2500, 900, 900], halfWidthsHz: [1, 900, 19, 601, 0, 5000] };
  const [inside, outside] = [await hear(noise(4), held), await hear(noise(4), beyond)];
  expectAllClose(outside.y, inside.y, { rtol: 1e-4 });
  expectAllClose(outside.ofCenters, inside.ofCenters, { rtol: 1e-3, atol: 1e-6 });
  expectAllClose(outside.ofWidths, inside.ofWidths, { rtol: 1e-3, atol: 1e-6 });
  expect(outside.ofWidths.every((gradient) => gradient !== 0)).toBe(true);
});

test('erbSpacedFilters overlap by half, from edge to edge of the range', () => {
  const { centersHz, halfWidthsHz } = erb;
  expect(centersHz[0]! - halfWidthsHz[0]!).toBeCloseTo(60, 6);
  expect(centersHz[5]! + halfWidthsHz[5]!).toBeCloseTo(1800, 6);
  for (let i = 0; i < 4; i++)
    expect(centersHz[i]! + halfWidthsHz[i]!).toBeCloseTo(centersHz[i + 2]! - halfWidthsHz[i + 2]!, 6);
});

test('createLearnableEar refuses widths that are not in order', () => {
  expect(() => createLearnableEar(parameters, samples, { narrowestHz: 50, widestHz: 50 })).toThrow(
    'widestHz must be above narrowestHz',
  );
});
