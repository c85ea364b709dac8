import { expect, test } from 'vitest';
import { createExactCochleagram } from '../../cochlea/exactCochleagram.ts';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { type CochleagramParameters, cochleagramParameters } from '../../cochlea/parameters.ts';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import { tf } from '../../src/engine/tf.ts';
import { relativeError } from '../expectAllClose.ts';

/** Relative errors of the fast form's values and gradient against the exact one; default: for noise of RMS 0.1. */
async function errors(
  given: Partial<CochleagramParameters>,
  samples: number,
  oversampling?: number,
  sound?: (seconds: number) => number,
) {
  const random = createRandom(3);
  const noise = (length: number, amplitude: number) =>
    Float32Array.from({ length }, () => amplitude * random.normal());
  const parameters = cochleagramParameters(given);
  const exact = createExactCochleagram(parameters, samples);
  const waveform = sound
    ? Float32Array.from({ length: samples }, (_, n) => sound(n / parameters.sampleRateHz))
    : noise(samples, 0.1);
  const cotangent = noise(exact.channels * exact.frames, 1);
  const fast = createFastCochleagram(parameters, oversampling === undefined ? {} : { oversampling });
  const program = await compile(
    ({ x, weights }) => {
      const gradient = tf.grad((y) => tf.sum(tf.mul(fast(y as never), weights)));
      return { values: fast(x), gradient: gradient(x) };
    },
    { x: { shape: [1, samples] }, weights: { shape: [1, exact.channels, exact.frames] } },
  );
  const { values, gradient } = await program.run({ x: waveform, weights: cotangent });
  await program.release();
  return {
    values: relativeError(values, exact.analyze(waveform)),
    gradient: relativeError(gradient, exact.gradient(waveform, cotangent)),
  };
}

const small = { sampleRateHz: 8000, filters: 12, lowHz: 80, highHz: 3600, downsamplingTaps: 401 };

test('the published cochleagram at the default oversampling is within 3e-4 of the exact one, its gradient within 1e-2', async () => {
  const error = await errors({}, 40000);
  expect(error.values).toBeLessThan(3e-4);
  expect(error.gradient).toBeLessThan(1e-2);
});

test('a chirp and frames as many as samples are within 2e-3 too: narrow filters keep up with the frames', async () => {
  for (const [given, sound] of [
    [{}, (t: number) => 0.1 * Math.sin(2 * Math.PI * (30 * t + 2000 * t ** 2))],
    [{ ...small, envelopeRateHz: 8000 }, (t: number) => 0.1 * Math.sin(2 * Math.PI * 440 * t)],
  ] as const) {
    const samples = 1.2 * cochleagramParameters(given).sampleRateHz;
    expect((await errors(given, samples, undefined, sound)).values).toBeLessThan(2e-3);
  }
});

test('a gated tone over digital silence is within 2e-3 in a small filterbank, whose envelopes are read more often', async () => {
  const given = { sampleRateHz: 8000, filters: 20, lowHz: 150, highHz: 3200, padFactor: 1.5 };
  const gated = (t: number) => (t % 0.3 < 0.1 ? 0.1 * Math.sin(2 * Math.PI * 700 * t) : 0);
  // Measured 1.7e-3; 4.7e-3 at the rate of the published bank.
  expect((await errors(given, 9600, undefined, gated)).values).toBeLessThan(2e-3);
});

test('with every sample read, the gradient of a chirp, whose other bands are near-silent, suffers little from rounding', async () => {
  const given = { sampleRateHz: 16000, filters: 40, lowHz: 20, highHz: 7000, overcomplete: 2 };
  const chirp = (t: number) => 0.1 * Math.sin(2 * Math.PI * 100 * 1.5 * (40 ** (t / 2) / Math.log(40)));
  // Measured 3.1e-2; 5.1e-2 when the transform sums its terms one after the other.
  const error = await errors(given, 32000, Number.POSITIVE_INFINITY, chirp);
  expect(error.gradient).toBeLessThan(4e-2);
});

test('more oversampling comes closer to the exact cochleagram, in values and gradient', async () => {
  const [two, four, eight] = await Promise.all([2, 4, 8].map((factor) => errors(small, 6400, factor)));
  expect(four!.values).toBeLessThan(two!.values / 2);
  expect(eight!.values).toBeLessThan(four!.values / 2);
  expect(eight!.gradient).toBeLessThan(two!.gradient / 2);
});

for (const [claim, given, samples] of [
  ['overcompleteness 1', { ...small, overcomplete: 1 }, 6400],
  ['overcompleteness 2 without ends', { ...small, overcomplete: 2, lowpass: false, highpass: false }, 6400],
  ['an upper limit below half the sample rate', { ...small, highHz: 2000 }, 6400],
  ['padding to twice the clip', { ...small, padFactor: 2 }, 6400],
  ['a length that frames do not divide', small, 6390],
  ['an odd length', small, 6375],
  ['a prime length', small, 6379],
] as const)
  test(`with every sample read, ${claim} gives the exact cochleagram and gradient`, async () => {
    const error = await errors(given, samples, Number.POSITIVE_INFINITY);
    expect(error.values).toBeLessThan(2e-5);
    expect(error.gradient).toBeLessThan(1e-3);
  });

test('a batch gives what its clips give alone', async () => {
  const parameters = cochleagramParameters(small);
  const cochleagram = createFastCochleagram(parameters);
  const random = createRandom(5);
  const clips = Float32Array.from({ length: 2 * 4000 }, () => 0.1 * random.normal());
  const both = await compile(({ x }) => ({ y: cochleagram(x) }), { x: { shape: [2, 4000] } });
  const alone = await compile(({ x }) => ({ y: cochleagram(x) }), { x: { shape: [1, 4000] } });
  const { y: batched } = await both.run({ x: clips });
  const { y: first } = await alone.run({ x: clips.slice(0, 4000) });
  const { y: second } = await alone.run({ x: clips.slice(4000) });
  expect(relativeError(batched!, [...first!, ...second!])).toBeLessThan(1e-6);
});

test('createFastCochleagram refuses an oversampling below 1', () => {
  expect(() => createFastCochleagram(cochleagramParameters(), { oversampling: 0.5 })).toThrow(
    'oversampling must be ≥ 1, got 0.5',
  );
});
