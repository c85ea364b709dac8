import { expect, test } from 'vitest';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { cochleagramParameters } from '../../cochlea/parameters.ts';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import { relativeError } from '../expectAllClose.ts';
import { fastErrors } from './fastErrors.ts';
import { smallEar } from './smallEar.ts';

test('the published cochleagram at the default oversampling is within 3e-4 of the exact one, its gradient within 1e-2', async () => {
  const error = await fastErrors({}, 40000);
  expect(error.values).toBeLessThan(3e-4);
  expect(error.gradient).toBeLessThan(1e-2);
});

test('a chirp and frames as many as samples are within 2e-3 too: narrow filters keep up with the frames', async () => {
  for (const [given, sound] of [
    [{}, (t: number) => 0.1 * Math.sin(2 * Math.PI * (30 * t + 2000 * t ** 2))],
    [{ ...smallEar, envelopeRateHz: 8000 }, (t: number) => 0.1 * Math.sin(2 * Math.PI * 440 * t)],
  ] as const) {
    const samples = 1.2 * cochleagramParameters(given).sampleRateHz;
    expect((await fastErrors(given, samples, { sound })).values).toBeLessThan(2e-3);
  }
});

test('a gated tone over digital silence is within 2e-3 in a small filterbank, whose envelopes are read more often', async () => {
  const given = { sampleRateHz: 8000, filters: 20, lowHz: 150, highHz: 3200, padFactor: 1.5 };
  const gated = (t: number) => (t % 0.3 < 0.1 ? 0.1 * Math.sin(2 * Math.PI * 700 * t) : 0);
  // Measured 1.7e-3; 4.7e-3 at the rate of the published bank.
  expect((await fastErrors(given, 9600, { sound: gated })).values).toBeLessThan(2e-3);
});

test('with every sample read, the gradient of a chirp, whose other bands are near-silent, suffers little from rounding', async () => {
  const given = { sampleRateHz: 16000, filters: 40, lowHz: 20, highHz: 7000, overcomplete: 2 };
  const chirp = (t: number) => 0.1 * Math.sin(2 * Math.PI * 100 * 1.5 * (40 ** (t / 2) / Math.log(40)));
  // Measured 3.1e-2; 5.1e-2 when the transform sums its terms one after the other.
  const error = await fastErrors(given, 32000, {
    oversampling: Number.POSITIVE_INFINITY,
    sound: chirp,
  });
  expect(error.gradient).toBeLessThan(4e-2);
});

test('more oversampling comes closer to the exact cochleagram, in values and gradient', async () => {
  const [two, four, eight] = await Promise.all(
    [2, 4, 8].map((factor) => fastErrors(smallEar, 6400, { oversampling: factor })),
  );
  expect(four!.values).toBeLessThan(two!.values / 2);
  expect(eight!.values).toBeLessThan(four!.values / 2);
  expect(eight!.gradient).toBeLessThan(two!.gradient / 2);
});

for (const [claim, given, samples] of [
  ['overcompleteness 1', { ...smallEar, overcomplete: 1 }, 6400],
  [
    'overcompleteness 2 without ends',
    { ...smallEar, overcomplete: 2, lowpass: false, highpass: false },
    6400,
  ],
  ['an upper limit below half the sample rate', { ...smallEar, highHz: 2000 }, 6400],
  ['padding to twice the clip', { ...smallEar, padFactor: 2 }, 6400],
  ['a length that frames do not divide', smallEar, 6390],
  ['an odd length', smallEar, 6375],
  ['a prime length', smallEar, 6379],
  ['a length that is cut into 80 segments', smallEar, 32000],
  ['a length that is cut into 70, which frames do not divide', smallEar, 31990],
] as const)
  test(`with every sample read, ${claim} gives the exact cochleagram and gradient`, async () => {
    const error = await fastErrors(given, samples, { oversampling: Number.POSITIVE_INFINITY });
    expect(error.values).toBeLessThan(2e-5);
    expect(error.gradient).toBeLessThan(1e-3);
  });

test('a batch gives what its clips give alone', async () => {
  const parameters = cochleagramParameters(smallEar);
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
