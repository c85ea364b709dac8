import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { float16Bits, float32OfFloat16Bits } from '../../src/formats/float16.ts';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.ts';
import { expectAllClose } from '../expectAllClose.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const folder = temporaryFolder();
const examplePath = join(import.meta.dirname, '../reference/example.safetensors');
const half = [0, -0, 1, -2.5, 65504, 6.1e-5, 5.96e-8, 3.0e-5, 0.1, 1 / 3, -1e-7, 123.4];

test('readSafetensors reads what the safetensors package wrote, float32 and float16', () => {
  const arrays = readSafetensors(examplePath);
  expect([...arrays.keys()].sort()).toEqual(['half', 'single']);
  expect(arrays.get('single')).toEqual({
    shape: [2, 3],
    values: Float32Array.of(1.5, -2, 3, 4, 5e-9, 6e9),
  });
  expectAllClose(arrays.get('half')!.values, half, { rtol: 2 ** -11, atol: 2 ** -25 });
});

test('float16Bits rounds as NumPy does (bits of the package file)', () => {
  const bytes = readFileSync(examplePath);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE(0))));
  const start = 8 + Number(bytes.readBigUInt64LE(0)) + header.half.data_offsets[0];
  half.forEach((value, i) => {
    expect(float16Bits(value), String(value)).toBe(bytes.readUInt16LE(start + 2 * i));
  });
});

test('float16Bits inverts float32OfFloat16Bits for every finite number', () => {
  for (let bits = 0; bits < 0x10000; bits++)
    if ((bits & 0x7c00) !== 0x7c00) expect(float16Bits(float32OfFloat16Bits(bits))).toBe(bits);
  expect(float16Bits(1e6)).toBe(0x7c00);
  expect(float16Bits(65520)).toBe(0x7c00);
  expect(float16Bits(Number.NaN) & 0x7fff).toBeGreaterThan(0x7c00);
});

test('what writeSafetensors writes reads back, F32 exactly and F16 within 2^-11', () => {
  const arrays = new Map([
    ['a', { shape: [2, 2], values: Float32Array.of(1, -0.1, 1e-20, 3e7) }],
    ['b', { shape: [3], values: Float32Array.of(0.5, 0.123, -7.7) }],
  ]);
  writeSafetensors(join(folder, 'x.safetensors'), arrays, { metadata: { maker: 'test' } });
  expect(readSafetensors(join(folder, 'x.safetensors'))).toEqual(arrays);
  writeSafetensors(join(folder, 'h.safetensors'), new Map([['b', arrays.get('b')!]]), { type: 'F16' });
  const read = readSafetensors(join(folder, 'h.safetensors')).get('b')!;
  expectAllClose(read.values, arrays.get('b')!.values, { rtol: 2 ** -11 });
});

test.each([
  ['empty', Buffer.alloc(0), /must be a safetensors file/],
  ['cut off', readFileSync(examplePath).subarray(0, -3), /half|single.*is cut off or damaged/],
  ['not safetensors', Buffer.from('RIFF....WAVEfmt and more'), /must be a safetensors file/],
])('a file that is %s is refused by name', (name, bytes, message) => {
  const path = join(folder, `${name}.safetensors`);
  writeFileSync(path, bytes);
  expect(() => readSafetensors(path)).toThrow(message);
  expect(() => readSafetensors(path)).toThrow(path);
});

test('a missing file and an integer array are refused', () => {
  expect(() => readSafetensors(join(folder, 'none'))).toThrow(/none cannot be read as safetensors/);
  const header = Buffer.from('{"n":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const path = join(folder, 'int.safetensors');
  writeFileSync(path, Buffer.concat([length, header, Buffer.alloc(8)]));
  expect(() => readSafetensors(path)).toThrow(/n must be of type F32 or F16, it is I64/);
});
