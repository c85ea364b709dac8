import { expect, test } from 'vitest';
import { downsamplingFilter, frameCount } from '../../cochlea/downsamplingFilter.ts';

const gainDb = (filter: Float64Array, frequencyHz: number, sampleRateHz: number) => {
  let re = 0;
  let im = 0;
  filter.forEach((h, t) => {
    re += h * Math.cos((2 * Math.PI * frequencyHz * t) / sampleRateHz);
    im += h * Math.sin((2 * Math.PI * frequencyHz * t) / sampleRateHz);
  });
  return 20 * Math.log10(Math.hypot(re, im));
};

test('downsamplingFilter of 1001 taps and stride 100 has the published gains: 1.00094 at 0 Hz, −0.68, −6.0, −22.6, −57.8 dB', () => {
  const filter = downsamplingFilter({ downsamplingTaps: 1001 }, 100).taps;
  expect(filter.reduce((sum, h) => sum + h, 0)).toBeCloseTo(1.00094, 5);
  for (const [frequencyHz, publishedDb] of [
    [80, -0.68],
    [100, -6.0],
    [120, -22.6],
    [150, -57.8],
  ] as const)
    expect(Math.abs(gainDb(filter, frequencyHz, 20000) - publishedDb)).toBeLessThan(0.1);
});

test('downsamplingFilter of 1001 taps and stride 100 is off its middle by half a sample: 500 and 501 are alike, 499 and 501 are not', () => {
  const filter = downsamplingFilter({ downsamplingTaps: 1001 }, 100).taps;
  expect(filter[500]! / filter[501]! - 1).toBeLessThan(1e-4);
  expect(filter[0]).not.toBeCloseTo(filter[1000]!, 12);
});

test('frameCount of two seconds is 390 (VALID)', () => {
  expect(frameCount(40000, 1001, 100)).toBe(390);
});
