import { expect, test } from 'vitest';
import { erbNumber, frequencyAtErbNumber } from '../../cochlea/erb.ts';

test('erbNumber(1000) is 15.57 (Glasberg & Moore 1990, 9.265·ln form)', () => {
  expect(erbNumber(1000)).toBeCloseTo(15.57, 2);
  expect(erbNumber(0)).toBe(0);
});

test('erbNumber of the published limits 50 and 10,000 Hz is 1.831 and 35.206', () => {
  expect(erbNumber(50)).toBeCloseTo(1.831, 3);
  expect(erbNumber(10000)).toBeCloseTo(35.206, 3);
});

test('frequencyAtErbNumber inverts erbNumber', () => {
  for (const frequencyHz of [0, 20, 440, 10000, 22050])
    expect(frequencyAtErbNumber(erbNumber(frequencyHz))).toBeCloseTo(frequencyHz, 8);
});

test('erbNumber(-1) and erbNumber(NaN) are refused', () => {
  expect(() => erbNumber(-1)).toThrow('erbNumber: frequencyHz must be ≥ 0 and finite, got -1');
  expect(() => erbNumber(Number.NaN)).toThrow(RangeError);
});
