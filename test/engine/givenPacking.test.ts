import { expect, test } from 'vitest';
import { givenPacking } from '../../src/engine/givenPacking.ts';

test('givenPacking: small values go as one, in their order; large ones, and a small one that is alone, by themselves', () => {
  const packing = givenPacking({
    rate: { shape: [] },
    waveforms: { shape: [2, 2 ** 15 + 1] },
    labels: { shape: [2], dtype: 'int32' },
    mask: { shape: [2, 2 ** 15] },
  });
  expect(Object.entries(packing.inputs)).toEqual([
    ['waveforms', { shape: [2, 2 ** 15 + 1] }],
    ['packed', { shape: [2 ** 16 + 3] }],
  ]);
  const mask = new Float32Array(2 ** 16).fill(7);
  const waveforms = new Float32Array(2 ** 16 + 2);
  const packed = packing.packed({ rate: Float32Array.of(5), waveforms, labels: Int32Array.of(1, 2), mask });
  expect(packed['waveforms']).toBe(waveforms);
  expect(packed['packed']).toEqual(Float32Array.of(5, 1, 2, ...mask));
  const alone = { rate: { shape: [] }, waveforms: { shape: [2, 2 ** 16] } };
  expect(givenPacking(alone).inputs).toEqual(alone);
});
