import { expect, test } from 'vitest';
import { compile } from '../../src/engine/compile.ts';
import { givenPacking } from '../../src/engine/givenPacking.ts';

test('givenPacking: small values go as one, in their order; large ones by themselves, step by step', () => {
  const given = {
    rate: { shape: [] },
    waveforms: { shape: [2, 2 ** 15 + 1] },
    labels: { shape: [2], dtype: 'int32' },
    mask: { shape: [2, 2 ** 15] },
  } as const;
  const packing = givenPacking(given, 20);
  expect(packing.rows).toBe(1);
  expect(Object.entries(packing.inputs)).toEqual([
    ['waveforms', { shape: [2, 2 ** 15 + 1] }],
    ['packed', { shape: [1, 2 ** 16 + 3] }],
  ]);
  const mask = new Float32Array(2 ** 16).fill(7);
  const waveforms = new Float32Array(2 ** 16 + 2);
  const values = { rate: Float32Array.of(5), waveforms, labels: Int32Array.of(1, 2), mask };
  const packed = packing.packed([values]);
  expect(packed['waveforms']).toBe(waveforms);
  expect(packed['packed']).toEqual(Float32Array.of(5, 1, 2, ...mask));
  const { waveforms: alone } = given;
  expect(givenPacking({ waveforms: alone }, 20)).toMatchObject({ rows: 1, inputs: { waveforms: alone } });
});

test('givenPacking: of small values alone several steps have a row each, unless they are many together', () => {
  const small = (length: number) => givenPacking({ rate: { shape: [] }, mask: { shape: [length] } }, 8);
  expect(small(2 ** 13 - 1)).toMatchObject({ rows: 8, inputs: { packed: { shape: [8, 2 ** 13] } } });
  expect(small(2 ** 13)).toMatchObject({ rows: 1, inputs: { packed: { shape: [1, 2 ** 13 + 1] } } });
});

test('givenPacking: a step takes the first row, and leaves the table to the next one', async () => {
  const { inputs, packed, unpacked } = givenPacking(
    { rate: { shape: [] }, labels: { shape: [2], dtype: 'int32' } },
    3,
  );
  const program = await compile(
    (tensors) => {
      const { values, next } = unpacked(tensors);
      return { rate: values['rate']!, labels: values['labels']!, table: next['packed']! };
    },
    inputs,
    { threads: 1 },
  );
  const steps = [5, 6].map((rate) => ({ rate: Float32Array.of(rate), labels: Int32Array.of(rate, 2) }));
  const { rate, labels, table } = await program.run(packed(steps) as Record<string, Float32Array>);
  expect([rate, labels, table]).toEqual([
    Float32Array.of(5),
    Float32Array.of(5, 2),
    Float32Array.of(6, 6, 2, 0, 0, 0, 5, 5, 2),
  ]);
  await program.release();
});
