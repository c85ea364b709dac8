import type { Tensor } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createExactCochleagram } from '../../cochlea/exactCochleagram.ts';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { cochleagramParameters, kellCochleagramParameters } from '../../cochlea/parameters.ts';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import { tf } from '../../src/engine/tf.ts';
import { forward } from '../../src/network/forward.ts';
import { planNetwork } from '../../src/network/plan.ts';
import { presets } from '../../src/network/presets.ts';
import { expectAllClose, relativeError } from '../expectAllClose.ts';
import reference from '../reference/kellEar.json' with { type: 'json' };
import { fastErrors } from './fastErrors.ts';

const { kell2018 } = presets;

const { cases, published } = reference;

const noWeight = () => {
  throw new Error('the front end has no weights');
};

/** The sound of the reference's script. */
function sound(samples: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: samples }, (_, i) => {
    state = (1664525 * state + 1013904223) % 2 ** 32;
    const tone = (hz: number, begin: number) =>
      i / 16000 >= begin ? 0.05 * Math.sin((2 * Math.PI * hz * i) / 16000) : 0;
    return tone(330, 0) + tone(1700, 0.04) + tone(5200, 0.08) + 0.05 * (state / 2 ** 32 - 0.5);
  });
}

/** What kell2018 does with a cochleagram before its first convolution, to an image of another size. */
function frontEnd(cochleagram: readonly [number, number], size: number) {
  const { operations } = kell2018().stages[0]!;
  const before = operations
    .slice(
      0,
      operations.findIndex(({ kind }) => kind === 'conv'),
    )
    .map((each) => (each.kind === 'resize' ? { ...each, size: [size, size] as const } : each));
  const stages = [{ name: 'image', input: 'cochleagram', operations: before }];
  return planNetwork({ cochleagram, stages, outputs: [] });
}

test.each(cases)('the ear of Kell et al. (2018) has the envelopes of SciPy: $name', (expected) => {
  const linear = { ...kellCochleagramParameters, filters: expected.filters, power: 1, offset: 0 };
  const ear = createExactCochleagram(linear, expected.samples);
  expect([ear.channels, ear.frames]).toEqual(expected.shape);
  const envelopes = ear.analyze(sound(expected.samples, 7)).map((half) => 2 * half);
  expectAllClose(envelopes, expected.envelopes, { rtol: 1e-6, atol: 1e-8 });
  expect(ear.frameTimesSeconds.slice(0, 2)).toEqual([0, 0.005]);
});

test.each([
  ['in segments', { filters: 4 }, 8000],
  ['without segments', { filters: 4 }, 5001],
  ['padded', { filters: 4, padFactor: 2 }, 8000],
])(
  'with every sample read, the fast form is the exact one, the edges included: %s',
  async (_, given, samples) => {
    const parameters = { ...kellCochleagramParameters, ...given };
    const error = await fastErrors(parameters, samples, { oversampling: Number.POSITIVE_INFINITY });
    expect(error.values).toBeLessThan(2e-5);
    expect(error.gradient).toBeLessThan(1e-3);
  },
);

test('the exact gradient agrees with central differences at the edges too', () => {
  const ear = createExactCochleagram({ ...kellCochleagramParameters, filters: 3, power: 1, offset: 0 }, 2001);
  const random = createRandom(3);
  const waveform = Float64Array.from({ length: 2001 }, () => 0.1 * random.normal());
  const cotangent = Float64Array.from({ length: ear.channels * ear.frames }, () => random.normal());
  const along = Float64Array.from(waveform, () => random.normal());
  const objective = (step: number) =>
    ear
      .analyze(waveform.map((x, t) => x + step * along[t]!))
      .reduce((sum, value, i) => sum + value * cotangent[i]!, 0);
  const analytic = ear.gradient(waveform, cotangent).reduce((sum, g, t) => sum + g * along[t]!, 0);
  expect(Math.abs(analytic / ((objective(1e-6) - objective(-1e-6)) / 2e-6) - 1)).toBeLessThan(1e-6);
});

test.each(cases)('both ears give the image of SciPy and Pillow: $name', async (expected) => {
  const { samples, filters, size } = expected;
  const parameters = cochleagramParameters({ ...kellCochleagramParameters, filters });
  const [channels, frames] = expected.shape as [number, number];
  const plan = frontEnd([channels, frames], size);
  const fast = createFastCochleagram(parameters, { oversampling: Number.POSITIVE_INFINITY });
  const program = await compile(
    ({ x, cochleagram }) => ({
      ofGraph: forward(plan, fast(x), ['image'], noWeight).activations[0]!,
      ofExact: forward(plan, cochleagram, ['image'], noWeight).activations[0]!,
    }),
    { x: { shape: [1, samples] }, cochleagram: { shape: [1, channels, frames] } },
  );
  const x = sound(samples, 7);
  const cochleagram = Float32Array.from(createExactCochleagram(parameters, samples).analyze(x));
  const images = await program.run({ x, cochleagram });
  await program.release();
  expectAllClose(images.ofExact, expected.image, { atol: 2e-3 });
  expectAllClose(images.ofGraph, expected.image, { atol: 2e-2 });
});

test('the gradient of the image with respect to the waveform agrees with central differences', async () => {
  // Where no published rule changes it.
  const parameters = cochleagramParameters({ ...kellCochleagramParameters, filters: 3, slopeClip: 1e30 });
  const random = createRandom(11);
  const noise = (length: number) => Float32Array.from({ length }, () => 0.1 * random.normal());
  const samples = 8000;
  const plan = frontEnd([23, 100], 12);
  const fast = createFastCochleagram(parameters);
  const program = await compile(
    ({ x, w }) => {
      const objective = (y: Tensor) =>
        tf.sum(tf.mul(forward(plan, fast(y), ['image'], noWeight).activations[0]!, w)) as Tensor;
      return { value: objective(x), gradient: tf.grad(objective)(x) };
    },
    { x: { shape: [1, samples] }, w: { shape: [1, 12, 12, 1] } },
  );
  const [x, along, w] = [noise(samples), noise(samples), noise(144)];
  const at = async (step: number) =>
    (await program.run({ x: x.map((value, i) => value + step * along[i]!), w })).value[0]!;
  const { gradient } = await program.run({ x, w });
  const analytic = gradient.reduce((sum, g, i) => sum + g * along[i]!, 0);
  const step = 2e-3;
  const numeric = ((await at(step)) - (await at(-step))) / (2 * step);
  await program.release();
  expect(Math.abs(analytic / numeric - 1)).toBeLessThan(1e-2);
});

test('kell2018 sees 400 frames of two seconds as the published image of 256 × 256, 0–255', async () => {
  const parameters = cochleagramParameters(kellCochleagramParameters);
  const { samples } = published;
  const plan = frontEnd([211, 400], 256);
  const fast = createFastCochleagram(parameters);
  const exact = createExactCochleagram(parameters, samples);
  expect([exact.channels, exact.frames]).toEqual(published.shape);
  const program = await compile(
    ({ x, cochleagram }) => ({
      ofGraph: forward(plan, fast(x), ['image'], noWeight).activations[0]!,
      ofExact: forward(plan, cochleagram, ['image'], noWeight).activations[0]!,
    }),
    { x: { shape: [1, samples] }, cochleagram: { shape: [1, 211, 400] } },
  );
  const x = sound(samples, 3);
  const images = await program.run({ x, cochleagram: Float32Array.from(exact.analyze(x)) });
  await program.release();
  const stored = (image: Float32Array) => image.filter((_, i) => i % 97 === 0);
  expect(relativeError(stored(images.ofExact), published.image)).toBeLessThan(1e-5);
  // Measured 1.4e-3.
  expect(relativeError(stored(images.ofGraph), published.image)).toBeLessThan(2e-3);
});

test('pycochleagram is refused with a filter that does not span whole frames on either side', () => {
  expect(() => cochleagramParameters({ ...kellCochleagramParameters, downsamplingTaps: 1001 })).toThrow(
    'downsamplingTaps of the cochleagram must be 1 more than a multiple of 160, whole frames on either side, where pycochleagram is set, got 1001; use 1601',
  );
});
