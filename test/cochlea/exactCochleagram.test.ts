import { expect, test } from 'vitest';
import { createExactCochleagram } from '../../cochlea/exactCochleagram.ts';
import { InputError } from '../../src/base/inputError.ts';
import { createRandom } from '../../src/base/random.ts';
import { expectAllClose, relativeError } from '../expectAllClose.ts';
import cases from '../reference/cochleagram.json' with { type: 'json' };

test.each(cases)(
  'cochleagram, center frequencies and gradient agree with PyTorch float64: $name',
  (given) => {
    const ear = createExactCochleagram(given.parameters, given.waveform.length);
    expect([ear.channels, ear.frames]).toEqual(given.shape);
    expectAllClose(ear.centerFrequenciesHz, given.centerFrequenciesHz, { rtol: 1e-9 });
    expectAllClose(ear.analyze(given.waveform), given.cochleagram, { rtol: 1e-8, atol: 1e-10 });
    expect(relativeError(ear.gradient(given.waveform, given.cotangent), given.gradient)).toBeLessThan(1e-8);
  },
);

test('gradient agrees with central differences where no published rule changes it (power 1, offset 0)', () => {
  const ear = createExactCochleagram(
    {
      sampleRateHz: 8000,
      filters: 6,
      highHz: 4000,
      envelopeRateHz: 100,
      power: 1,
      offset: 0,
      padFactor: 1.5,
    },
    1501,
  );
  const random = createRandom(3);
  const waveform = Float64Array.from({ length: 1501 }, () => 0.1 * random.normal());
  const cotangent = Float64Array.from({ length: ear.channels * ear.frames }, () => random.normal());
  const gradient = ear.gradient(waveform, cotangent);
  const along = Float64Array.from(waveform, () => random.normal());
  const objective = (step: number) =>
    ear
      .analyze(waveform.map((x, t) => x + step * along[t]!))
      .reduce((sum, value, i) => sum + value * cotangent[i]!, 0);
  const numeric = (objective(1e-6) - objective(-1e-6)) / 2e-6;
  const analytic = gradient.reduce((sum, g, t) => sum + g * along[t]!, 0);
  expect(Math.abs(analytic / numeric - 1)).toBeLessThan(1e-6);
});

test('a unit cosine gives half its amplitude over the channels: squared envelopes sum to 1/4', () => {
  const ear = createExactCochleagram({ power: 1, offset: 0 }, 4000);
  const values = ear.analyze(Float64Array.from({ length: 4000 }, (_, t) => Math.cos(2 * Math.PI * 0.05 * t)));
  const power = ear.centerFrequenciesHz.reduce((sum, _, c) => sum + values[c * ear.frames + 3]! ** 2, 0);
  // The low-pass filter's gain at 0 Hz is 1.00094.
  expect(power).toBeCloseTo(0.25 * 1.00094 ** 2, 4);
});

test('silence gives offset^power at every place, and its gradient is zero', () => {
  const ear = createExactCochleagram({ offset: 1e-2 }, 2000);
  const silence = new Float64Array(2000);
  expectAllClose(
    ear.analyze(silence),
    new Float64Array(ear.channels * ear.frames).fill((1e-2 + 1.00094e-8) ** 0.3),
    { rtol: 1e-6 },
  );
  expect(
    ear.gradient(silence, new Float64Array(ear.channels * ear.frames).fill(1)).every((g) => g === 0),
  ).toBe(true);
});

test('a clip two seconds long has the published shape [211, 390], and frame 0 is centered on 25 ms', () => {
  const ear = createExactCochleagram({}, 40000);
  expect([ear.channels, ear.frames]).toEqual([211, 390]);
  expect(ear.frameTimesSeconds[0]).toBeCloseTo(0.025025, 9);
  expect(ear.frameTimesSeconds[1]! - ear.frameTimesSeconds[0]!).toBeCloseTo(0.005, 9);
});

test.each([
  [
    { highHz: 9000, sampleRateHz: 16000 },
    40000,
    /^highHz of the cochleagram must be ≤ 8000, half of the sample rate of 16000 Hz, got 9000/,
  ],
  [{ lowHz: -1 }, 40000, /lowHz of the cochleagram must be ≥ 0/],
  [
    { lowHz: 400, highHz: 300 },
    40000,
    /lowHz of the cochleagram must be ≥ 0 and below the upper limit, 300 Hz, got 400/,
  ],
  [{ filters: 0 }, 40000, /filters of the cochleagram must be a whole number ≥ 1, got 0/],
  [
    { filters: 1024 },
    40000,
    /filters of the cochleagram must be at most 1023 at overcompleteness 4, got 1024/,
  ],
  [{ overcomplete: 1.5 }, 40000, /overcomplete of the cochleagram must be a whole number ≥ 1, got 1.5/],
  [
    { envelopeRateHz: 300 },
    40000,
    /envelopeRateHz of the cochleagram must be a divisor of the sample rate, 20000 Hz, got 300/,
  ],
  [{ power: 0 }, 40000, /power of the cochleagram must be > 0/],
  [{ offset: Number.NaN }, 40000, /offset of the cochleagram must be ≥ 0, got NaN/],
  [{ padFactor: 0.5 }, 40000, /padFactor of the cochleagram must be ≥ 1/],
  [{ slopeClip: 0 }, 40000, /slopeClip of the cochleagram must be > 0/],
  [{}, 1000, /must be ≥ 1001 samples .* got 1000/],
  [{}, 1001, /must be ≥ 1002 samples .* got 1001/],
  [{ hop: 3 } as object, 40000, /'hop' is not a parameter; it must be one of sampleRateHz, filters/],
])('createExactCochleagram(%j, %i) is refused with rule and value', (parameters, samples, message) => {
  expect(() => createExactCochleagram(parameters, samples)).toThrow(InputError);
  expect(() => createExactCochleagram(parameters, samples)).toThrow(message);
});

test('analyze refuses a clip of another length than prepared for', () => {
  expect(() => createExactCochleagram({}, 2000).analyze(new Float64Array(1999))).toThrow(
    /must have the 2000 samples it was prepared for, got 1999/,
  );
});
