import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InputError } from '../../../src/base/inputError.ts';
import { fieldsOf } from '../../../src/formats/onnx/protobufReader.ts';
import { createMessage, type Message, messageBytes } from '../../../src/formats/onnx/protobufWriter.ts';
import { readOnnx } from '../../../src/formats/onnx/readOnnx.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { type Field, message, onnxBytes, packedDoubles, packedFloats, tensor } from './onnxBytes.ts';

const folder = temporaryFolder();
const path = join(folder, 'net.onnx');
const relu = { opType: 'Relu', inputs: ['x'], outputs: ['y'] };

function arrayOf(array: Message) {
  writeFileSync(path, onnxBytes({ nodes: [relu], tensors: [array] }));
  const { values, ...rest } = readOnnx(path).constants.get('w')!;
  return { ...rest, values: [...values] };
}

const bytes = (...values: number[]) => Uint8Array.from(values);

test.each<[string, number, Field, number[], string]>([
  ['float, raw', 1, [9, packedFloats(0.5, -3)], [0.5, -3], 'float'],
  ['float, float_data', 1, [4, packedFloats(0.5, -3)], [0.5, -3], 'float'],
  ['double, raw', 11, [9, packedDoubles(0.25, -1e-3)], [0.25, Math.fround(-1e-3)], 'float'],
  ['double, double_data', 11, [10, packedDoubles(0.25, 4)], [0.25, 4], 'float'],
  ['float16, raw', 10, [9, bytes(0x00, 0x3c, 0x00, 0xc1)], [1, -2.5], 'float'],
  ['bfloat16, raw', 16, [9, bytes(0x80, 0x3f, 0x20, 0xc0)], [1, -2.5], 'float'],
  ['int64, int64_data', 7, [7, bytes(5, ...new Array(9).fill(0xff), 1)], [5, -1], 'whole'],
  ['int64, raw', 7, [9, bytes(...new Array(8).fill(0xff), 2, ...new Array(7).fill(0))], [-1, 2], 'whole'],
  ['int32, raw', 6, [9, bytes(1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff)], [1, -2], 'whole'],
  ['uint8, int32_data', 2, [5, bytes(7, 9)], [7, 9], 'whole'],
  ['uint64, uint64_data', 13, [11, bytes(7, 9)], [7, 9], 'whole'],
  ['bool, int32_data', 9, [5, bytes(1, 0)], [1, 0], 'bool'],
])('readOnnx reads numbers of %s', (_, code, field, values, kind) => {
  expect(arrayOf(tensor('w', code, [2], field))).toEqual({ shape: [2], values, kind });
});

test('readOnnx reads float16 and bfloat16 in int32_data as bits, packed or one by one', () => {
  expect(arrayOf(tensor('w', 10, [2], [5, 0x3c00], [5, 0xc100])).values).toEqual([1, -2.5]);
  expect(arrayOf(tensor('w', 16, [2], [5, 0x3f80], [5, 0xc020])).values).toEqual([1, -2.5]);
  // 0x3c00 and 0xc100 as varints of two and three bytes.
  expect(arrayOf(tensor('w', 10, [2], [5, bytes(0x80, 0x78, 0x80, 0x82, 0x03)])).values).toEqual([1, -2.5]);
});

test('readOnnx takes whole numbers beyond 32 bits as the largest there are', () => {
  const most = bytes(...new Array(7).fill(0xff), 0x7f, ...new Array(7).fill(0), 0x80);
  expect(arrayOf(tensor('w', 7, [2], [9, most])).values).toEqual([2 ** 31 - 1, -(2 ** 31)]);
});

test.each<[string, Message, RegExp]>([
  ['too few raw numbers', tensor('w', 1, [3], [9, packedFloats(1, 2)]), /'w' must hold 3 numbers.*holds 2/],
  ['too many', tensor('w', 1, [1], [9, packedFloats(1, 2)]), /'w' must hold 1 numbers of float.*holds 2/],
  ['too few listed', tensor('w', 1, [1000000], [4, packedFloats(1)]), /must hold 1000000 numbers.*holds 1/],
  ['numbers in another field', tensor('w', 11, [1], [4, packedFloats(1)]), /1 numbers of double.*holds 0/],
  ['a negative size', tensor('w', 1, [-1]), /sizes ≥ 0 that can be counted, its shape is \[-1\]/],
  ['too large a shape', tensor('w', 1, [2 ** 40, 2 ** 40]), /sizes ≥ 0 that can be counted/],
  ['texts', tensor('w', 8, [1], [6, 'a']), /must be of type float, uint8.*its type code is 8/],
  ['NaN', tensor('w', 1, [2], [9, packedFloats(1, Number.NaN)]), /'w' must hold finite numbers, one is NaN/],
  ['infinity', tensor('w', 1, [2], [9, packedFloats(1, Number.POSITIVE_INFINITY)]), /one is Infinity/],
])('readOnnx refuses an array with %s', (_, array, rule) => {
  expect(() => arrayOf(array)).toThrow(rule);
  expect(() => arrayOf(array)).toThrow(InputError);
});

test('readOnnx takes infinity in bounds, −∞ also among the biases of attention', () => {
  const lowest = Number.NEGATIVE_INFINITY;
  expect(arrayOf(tensor('w', 1, [2], [9, packedFloats(0.5, lowest)])).values).toEqual([0.5, lowest]);
  expect(arrayOf(tensor('w', 1, [2], [9, packedFloats(0, lowest)])).values).toEqual([0, lowest]);
  expect(arrayOf(tensor('w', 1, [], [9, packedFloats(lowest)])).values).toEqual([lowest]);
});

test('readOnnx refuses two arrays of one name and sparse arrays', () => {
  const twice = [tensor('w', 1, [0]), tensor('w', 1, [0])];
  writeFileSync(path, onnxBytes({ nodes: [relu], tensors: twice }));
  expect(() => readOnnx(path)).toThrow(/'w' stands twice/);
  writeFileSync(path, messageBytes(message([7, message([15, message()])])));
  expect(() => readOnnx(path)).toThrow(/must hold no sparse arrays/);
});

test('readOnnx reads opset, domains and attributes left at zero', () => {
  const nodes = [
    { opType: 'Gelu', inputs: ['x'], outputs: ['a'], domain: 'com.microsoft' },
    { opType: 'Softmax', inputs: ['a'], outputs: ['y'], domain: 'ai.onnx', attributes: { axis: 1 } },
  ];
  writeFileSync(path, onnxBytes({ nodes, opset: 12 }));
  const graph = readOnnx(path);
  expect(graph.opset).toBe(12);
  expect(graph.nodes.map(({ opType }) => opType)).toEqual(['com.microsoft.Gelu', 'Softmax']);
  const unset = message([1, 'axis'], [20, 2]);
  const node = message([1, 'x'], [2, 'y'], [4, 'Softmax'], [5, unset]);
  writeFileSync(path, messageBytes(message([7, message([1, node])])));
  expect(readOnnx(path).nodes[0]!.attributes.get('axis')!.numbers).toEqual([0]);
});

const external = (entries: Record<string, string>) =>
  tensor(
    'w',
    1,
    [2],
    ...Object.entries(entries).map(([key, value]): Field => [13, message([1, key], [2, value])]),
    [14, 1],
  );

test('readOnnx reads arrays from a file beside the model, from the place that is named', () => {
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data/net.bin'), packedFloats(9, 1, 2, 9));
  expect(arrayOf(external({ location: 'data/net.bin', offset: '4', length: '8' })).values).toEqual([1, 2]);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['above the folder', { location: '../net.bin' }, /its own folder, it names '..\/net.bin'/],
  ['at a full path', { location: '/etc/passwd' }, /its own folder, it names '\/etc\/passwd'/],
  ['behind a link out', { location: 'link.bin' }, /its own folder, it names 'link.bin'/],
  ['at a device', { location: 'zero' }, /its own folder/],
  ['in a folder', { location: 'models' }, /models must be a file/],
  ['nowhere', { location: 'none.bin' }, /none.bin cannot be read/],
  ['without a name', { location: '' }, /its own folder, it names ''/],
  ['before the beginning', { location: 'net.bin', offset: '-4', length: '8' }, /must reach as far/],
  ['beyond the end', { location: 'net.bin', offset: '12', length: '8' }, /from byte 12 on 8 of 16/],
  ['at no number', { location: 'net.bin', offset: 'abc' }, /must reach as far/],
  ['of another length', { location: 'net.bin', length: '16' }, /must hold 2 numbers.*holds 4/],
])('readOnnx refuses arrays %s', (_, entries, rule) => {
  mkdirSync(join(folder, 'models'), { recursive: true });
  writeFileSync(join(folder, 'net.bin'), packedFloats(9, 1, 2, 9));
  try {
    symlinkSync('/etc/passwd', join(folder, 'link.bin'));
    symlinkSync('/dev/zero', join(folder, 'zero'));
  } catch {
    // Made by an earlier case.
  }
  expect(() => arrayOf(external(entries))).toThrow(rule);
});

test('fieldsOf splits a message of 150,000 fields, and refuses what is cut off or overlong', () => {
  const many = createMessage();
  many.chunks.push(Uint8Array.from({ length: 300000 }, (_, i) => (i % 2 === 0 ? 10 : 0)));
  many.byteLength = 300000;
  expect(fieldsOf(messageBytes(many)).get(1)).toHaveLength(150000);
  expect(() => fieldsOf(bytes(10, 5, 1))).toThrow(/cut off/);
  expect(() => fieldsOf(bytes(8, ...new Array(10).fill(0x80), 1))).toThrow(/cut off/);
  expect(() => fieldsOf(bytes(11))).toThrow(/wire type must be 0, 1, 2 or 5, got 3/);
  expect(() => fieldsOf(bytes(0, 1))).toThrow(/field numbers begin at 1/);
});

test.each([
  ['a cut-off file', bytes(58, 200, 1, 1)],
  ['an empty file', bytes()],
  ['text', Buffer.from('not a model')],
])('readOnnx refuses %s by name', (_, content) => {
  writeFileSync(path, content);
  expect(() => readOnnx(path)).toThrow(/net.onnx must be an ONNX model/);
});
