import { expect, test } from 'vitest';
import { hannPoolingMatrix, poolingMatrix, resizingMatrix } from '../../src/network/axisMatrices.ts';
import { expectAllClose } from '../expectAllClose.ts';

/** Gain of the middle row for a cosine of so many cycles a sample, decibels. */
function gainDb(stride: number, cyclesPerSample: number): number {
  const { values, inputs, outputs } = hannPoolingMatrix(240, stride);
  const row = values.subarray((outputs / 2) * inputs, (outputs / 2 + 1) * inputs);
  let [re, im] = [0, 0];
  row.forEach((weight, i) => {
    re += weight * Math.cos(2 * Math.PI * cyclesPerSample * i);
    im += weight * Math.sin(2 * Math.PI * cyclesPerSample * i);
  });
  return 20 * Math.log10(Math.hypot(re, im));
}

test('hannPoolingMatrix attenuates the new Nyquist frequency within 0.2 dB of the published −24.13 (stride 2) and −28.61 (stride 3)', () => {
  expect(Math.abs(gainDb(2, 1 / 4) + 24.13)).toBeLessThan(0.2);
  expect(Math.abs(gainDb(3, 1 / 6) + 28.61)).toBeLessThan(0.2);
});

test('rows of hannPoolingMatrix and resizingMatrix sum to one, at the edges as well', () => {
  for (const { values, inputs, outputs } of [
    hannPoolingMatrix(9, 3),
    hannPoolingMatrix(130, 2),
    resizingMatrix(211, 256),
    resizingMatrix(390, 256),
  ])
    for (let row = 0; row < outputs; row++) {
      const sum = values.subarray(row * inputs, (row + 1) * inputs).reduce((total, w) => total + w, 0);
      expect(sum).toBeCloseTo(1, 6);
    }
});

test('poolingMatrix pads as TensorFlow does, the odd rest at the end', () => {
  const matrix = poolingMatrix(5, { size: 2, stride: 2, countsPadding: true });
  expectAllClose(matrix.values, [0.5, 0.5, 0, 0, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 0, 0.5], { atol: 1e-7 });
});
