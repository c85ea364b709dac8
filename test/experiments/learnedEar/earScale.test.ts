import { expect, test } from 'vitest';
import { erbSpacedFilters } from '../../../cochlea/learnableEar.ts';
import {
  earParameters,
  filtersOf,
  startingFilters,
  valuesOf,
} from '../../../src/experiments/learnedEar/earFilters.ts';
import { earScale, equivalentBandwidthHz } from '../../../src/experiments/learnedEar/earScale.ts';
import { expectAllClose } from '../../expectAllClose.ts';

const ear = {
  ...{ channels: 24, lowHz: 50, highHz: 5000, narrowestHz: 20, widestHz: 600 },
  ...{ envelopeRateHz: 100, seconds: 1, hertzPerStep: 5 },
};

test('earScale finds no distance, the corner of ERB-numbers and slope 1 in an ear on the ERB-number scale', () => {
  const scale = earScale(erbSpacedFilters({ ...ear, filters: ear.channels }), ear);
  expect(scale.distanceFromErb).toBeLessThan(0.07);
  // 24.7 · 9.265 = 228.8 Hz.
  expect(scale.cornerHz).toBeGreaterThan(215);
  expect(scale.cornerHz).toBeLessThan(245);
  expect(scale.widthSlope).toBeCloseTo(1, 2);
  expect(scale.widthCorrelation).toBeGreaterThan(0.999);
});

test('earScale tells equally spaced filters of one width, in any order, from those on the ERB-number scale', () => {
  const centersHz = Array.from({ length: 9 }, (_, i) => 500 * (i + 1)).reverse();
  const halfWidthsHz = centersHz.map((_, i) => 100 + (i % 2));
  const scale = earScale({ centersHz, halfWidthsHz }, { lowHz: 0, highHz: 5000 });
  expect(scale.distanceFromLinear).toBeCloseTo(0, 6);
  expect(scale.distanceFromErb).toBeGreaterThan(1);
  expect(scale.cornerHz).toBe(1e5);
  expect(Math.abs(scale.widthSlope)).toBeLessThan(0.01);
});

test('earScale counts distances in spacings: all centers one spacing up are 1 away', () => {
  const centersHz = [2, 3, 4].map((i) => 100 * i);
  const { distanceFromLinear } = earScale({ centersHz, halfWidthsHz: [1, 2, 3] }, { lowHz: 0, highHz: 400 });
  expect(distanceFromLinear).toBeCloseTo(1, 6);
});

test('the ERB at 1 kHz is 132.6 Hz (Glasberg & Moore 1990)', () => {
  expect(equivalentBandwidthHz(1000)).toBeCloseTo(132.6, 1);
});

test('startingFilters are uniform in Hz, of widths that centers do not tell, the same for a seed', () => {
  const many = startingFilters({ ...ear, channels: 2000 }, 1);
  const scale = earScale(many, ear);
  expect(scale.distanceFromLinear / 2000).toBeLessThan(0.03);
  expect(Math.abs(scale.widthCorrelation)).toBeLessThan(0.07);
  expect(many.centersHz).toEqual([...many.centersHz].sort((a, b) => a - b));
  const { halfWidthsHz } = many;
  expect(Math.min(...halfWidthsHz)).toBeGreaterThan(20);
  expect(Math.max(...halfWidthsHz)).toBeLessThan(600);
  // The middle of a log-uniform distribution is the geometric mean of its ends.
  expect(halfWidthsHz.filter((width) => width < Math.sqrt(20 * 600)).length).toBeGreaterThan(920);
  expect(halfWidthsHz.filter((width) => width < Math.sqrt(20 * 600)).length).toBeLessThan(1080);
  expect(startingFilters(ear, 7)).toEqual(startingFilters(ear, 7));
  expect(startingFilters(ear, 7)).not.toEqual(startingFilters(ear, 8));
});

test('weights of an ear stand for its filters, kept within the limits', () => {
  const filters = startingFilters(ear, 3);
  const back = filtersOf(valuesOf(filters, ear), ear);
  expectAllClose(back.centersHz, filters.centersHz, { rtol: 1e-6 });
  expectAllClose(back.halfWidthsHz, filters.halfWidthsHz, { rtol: 1e-5 });
  const beyond = { centersHz: [-3, 6000, 50], halfWidthsHz: [1, 601, 20] };
  const held = filtersOf(valuesOf(beyond, ear), ear);
  expectAllClose(held.centersHz, [50, 5000, 50], { rtol: 1e-6 });
  expectAllClose(held.halfWidthsHz, [20, 600, 20], { rtol: 1e-6 });
});

test('earParameters are those of the fixed ear but for filters, limits and clipping', () => {
  expect(earParameters(ear)).toMatchObject({
    ...{ sampleRateHz: 20000, filters: 24, lowHz: 50, highHz: 5000, overcomplete: 1 },
    ...{ lowpass: false, highpass: false, power: 0.3, offset: 1e-8, envelopeRateHz: 100 },
  });
});
