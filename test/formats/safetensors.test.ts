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

function stored(name: string, header: unknown, numbers: Uint8Array = new Uint8Array()): string {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const path = join(folder, `${name}.safetensors`);
  writeFileSync(path, Buffer.concat([length, text, numbers]));
  return path;
}

test.each([
  ['F64', new Float64Array([0.1, -2]), [Math.fround(0.1), -2]],
  ['BF16', new Uint16Array([0x3f80, 0xc020]), [1, -2.5]],
  ['I64', new BigInt64Array([7n, -3n]), [7, -3]],
  ['I32', new Int32Array([7, -3]), [7, -3]],
  ['U8', new Uint8Array([7, 255]), [7, 255]],
  ['BOOL', new Uint8Array([1, 0]), [1, 0]],
])('readSafetensors reads %s', (dtype, numbers, values) => {
  const body = new Uint8Array(numbers.buffer);
  const path = stored('typed', { w: { dtype, shape: [2], data_offsets: [0, body.length] } }, body);
  expect([...readSafetensors(path).get('w')!.values]).toEqual(values);
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

const one = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
const two = { dtype: 'F32', shape: [1], data_offsets: [4, 8] };

test.each<[string, unknown, number, RegExp]>([
  ['is no JSON', '{"a"', 0, /JSON header, it does not parse/],
  ['is null', null, 0, /JSON object as header/],
  ['is a list', [one], 4, /JSON object as header/],
  ['has a null entry', { a: null }, 0, /a: the whole must be an object, got null/],
  [
    'lacks a shape',
    { a: { dtype: 'F32', data_offsets: [0, 4] } },
    4,
    /a: field 'shape' must be an array, it is missing/,
  ],
  ['lacks offsets', { a: { dtype: 'F32', shape: [1] } }, 4, /a: field 'data_offsets' .*, it is missing/],
  ['has an unknown key', { a: { ...one, more: 1 } }, 4, /a: the whole must not hold more, which is unknown/],
  ['has a negative size', { a: { ...one, shape: [-1] } }, 4, /a: field 'shape\.0' /],
  ['has half a size', { a: { ...one, shape: [0.5] } }, 4, /a: field 'shape\.0' /],
  ['has three offsets', { a: { ...one, data_offsets: [0, 4, 8] } }, 4, /a: field 'data_offsets' /],
  [
    'has negative offsets',
    { a: { ...one, data_offsets: [-4, 0] } },
    4,
    /a: field 'data_offsets\.0' must be ≥ 0, got -4/,
  ],
  ['has offsets in reverse', { a: { ...one, data_offsets: [4, 0] } }, 4, /a must hold 1 numbers of F32/],
  ['reaches beyond the file', { a: one, b: two }, 4, /b must hold 1 .* end at 8 of 4/],
  [
    'lets arrays overlap',
    { a: one, b: { ...two, shape: [1], data_offsets: [0, 4] } },
    4,
    /b must begin where/,
  ],
  ['leaves a hole', { b: two }, 8, /b must begin where .* at byte 0, it begins at 4/],
  ['leaves bytes behind', { a: one }, 8, /must end with its last array, at byte 4/],
  ['has another count', { a: { ...one, shape: [2] } }, 4, /a must hold 2 numbers of F32, its 4 bytes/],
  ['has an unknown type', { a: { ...one, dtype: 'F8_E4M3' } }, 4, /a must be of type F32.* it is F8_E4M3/],
  ['has a type of Object', { a: { ...one, dtype: 'toString' } }, 4, /a must be of type F32/],
  [
    'has metadata of numbers',
    { __metadata__: { a: 1 } },
    0,
    /__metadata__: field 'a' must be a string, got 1/,
  ],
])('a header that %s is refused', (_, header, byteCount, message) => {
  expect(() => readSafetensors(stored('broken', header, new Uint8Array(byteCount)))).toThrow(message);
});

test('weights that are no numbers, or none as float32, are refused by name and place', () => {
  const header = { a: { dtype: 'F64', shape: [2], data_offsets: [0, 16] } };
  const body = (value: number) => new Uint8Array(Float64Array.of(1, value).buffer);
  expect(() => readSafetensors(stored('nan', header, body(Number.NaN)))).toThrow(/a must .* number 2 is NaN/);
  expect(() => readSafetensors(stored('big', header, body(1e39)))).toThrow(/a must .* number 2 is Infinity/);
});

test('a missing file and a folder are refused', () => {
  expect(() => readSafetensors(join(folder, 'none'))).toThrow(/none cannot be read as safetensors/);
  expect(() => readSafetensors(folder)).toThrow(/cannot be read as safetensors/);
});
