import { expect, test } from 'vitest';
import { erbNumber } from '../../cochlea/erb.ts';
import { type FilterbankParameters, halfCosineFilterbank } from '../../cochlea/halfCosineFilterbank.ts';
import { defaultCochleagramParameters } from '../../cochlea/parameters.ts';

const published: FilterbankParameters = defaultCochleagramParameters;

test.each([
  [published, 40000],
  [published, 1501],
  [{ ...published, overcomplete: 1, filters: 1 }, 997],
  [{ ...published, overcomplete: 2, filters: 30, lowHz: 0, highHz: 8000, sampleRateHz: 16000 }, 2048],
  [{ ...published, overcomplete: 6, filters: 7, lowHz: 200, highHz: 3000 }, 1000],
  [{ ...published, overcomplete: 8, filters: 40, sampleRateHz: 44100, highHz: 22050 }, 4410],
])('squared responses of %j on %i samples sum to one at every bin', (parameters, samples) => {
  const { filters } = halfCosineFilterbank(parameters, samples);
  const sums = new Float64Array(Math.floor(samples / 2) + 1);
  for (const { firstBin, weights } of filters)
    weights.forEach((weight, i) => {
      sums[firstBin + i] += weight ** 2;
    });
  for (const sum of sums) expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
});

test('50 filters at overcompleteness 4 give 203 bands and 4 ends on each side, peak 0.5 and 1', () => {
  const { filters, centerFrequenciesHz } = halfCosineFilterbank(published, 40000);
  expect(filters.length).toBe(211);
  expect(centerFrequenciesHz.length).toBe(211);
  expect(Math.max(...filters[100]!.weights)).toBeCloseTo(0.5, 4);
  expect(filters[0]!.firstBin).toBe(0);
  expect(filters[210]!.firstBin + filters[210]!.weights.length).toBe(20001);
});

test('center frequencies are 0.1636 Cams apart, and filters peak at them', () => {
  const { filters, centerFrequenciesHz } = halfCosineFilterbank(published, 40000);
  expect(erbNumber(centerFrequenciesHz[101]!) - erbNumber(centerFrequenciesHz[100]!)).toBeCloseTo(0.1636, 4);
  const { firstBin, weights } = filters[100]!;
  const peakHz = (firstBin + weights.indexOf(Math.max(...weights))) * 0.5;
  expect(Math.abs(peakHz - centerFrequenciesHz[100]!)).toBeLessThanOrEqual(0.5);
});

test('bandwidth does not depend on overcompleteness', () => {
  const width = (overcomplete: number) => {
    const bank = halfCosineFilterbank({ ...published, overcomplete }, 40000);
    const middle = bank.filters[overcomplete + overcomplete * 25 - 1]!;
    return middle.weights.length;
  };
  expect(width(2)).toBe(width(1));
  expect(width(4)).toBe(width(1));
});

test('lowpass: false and highpass: false drop the ends and their center frequencies', () => {
  const whole = halfCosineFilterbank(published, 2000);
  const bands = halfCosineFilterbank({ ...published, lowpass: false, highpass: false }, 2000);
  expect(bands.filters).toEqual(whole.filters.slice(4, -4));
  expect(bands.centerFrequenciesHz).toEqual(whole.centerFrequenciesHz.slice(4, -4));
});
