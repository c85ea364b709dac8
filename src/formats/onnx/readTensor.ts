import { arraySize } from '../../base/arraySize.ts';
import { InputError } from '../../base/inputError.ts';
import { float32OfBfloat16Bits, float32OfFloat16Bits } from '../float16.ts';
import { readExternal } from './externalArrays.ts';
import { chunks, doubles, type Fields, floats, messages, texts, wholeNumbers } from './protobufReader.ts';

/** A constant of a graph; whole-number types (shapes, axes) stay apart from numbers that are computed with. */
export interface OnnxArray {
  shape: readonly number[];
  /** Row-major; whole numbers that need more than 32 bits become the nearest that do not, enough for any size or place. */
  values: Float32Array | Int32Array;
  kind: 'float' | 'whole' | 'bool';
}

/** A number type of TensorProto: its name, how raw bytes are read, and how the field that lists its numbers is. */
interface ElementType {
  name: string;
  width: number;
  read: (view: DataView, at: number) => number;
  listed: (tensor: Fields) => number[];
  kind: OnnxArray['kind'];
}

const int32Field = (tensor: Fields) => wholeNumbers(tensor, 5);
const int64Field = (tensor: Fields) => wholeNumbers(tensor, 7);
const uint64Field = (tensor: Fields) => wholeNumbers(tensor, 11);

const types = new Map<number, ElementType>([
  [
    1,
    float(
      'float',
      4,
      (view, at) => view.getFloat32(at, true),
      (tensor) => floats(tensor, 4),
    ),
  ],
  [2, whole('uint8', 1, (view, at) => view.getUint8(at), int32Field)],
  [3, whole('int8', 1, (view, at) => view.getInt8(at), int32Field)],
  [4, whole('uint16', 2, (view, at) => view.getUint16(at, true), int32Field)],
  [5, whole('int16', 2, (view, at) => view.getInt16(at, true), int32Field)],
  [6, whole('int32', 4, (view, at) => view.getInt32(at, true), int32Field)],
  [7, whole('int64', 8, (view, at) => Number(view.getBigInt64(at, true)), int64Field)],
  [9, { ...whole('bool', 1, (view, at) => view.getUint8(at), int32Field), kind: 'bool' }],
  [10, half('float16', float32OfFloat16Bits)],
  [
    11,
    float(
      'double',
      8,
      (view, at) => view.getFloat64(at, true),
      (tensor) => doubles(tensor, 10),
    ),
  ],
  [12, whole('uint32', 4, (view, at) => view.getUint32(at, true), uint64Field)],
  [13, whole('uint64', 8, (view, at) => Number(view.getBigUint64(at, true)), uint64Field)],
  [16, half('bfloat16', float32OfBfloat16Bits)],
]);

type Reading = Pick<ElementType, 'read' | 'listed'>;

function float(name: string, width: number, read: Reading['read'], listed: Reading['listed']): ElementType {
  return { name, width, read, listed, kind: 'float' };
}

function whole(name: string, width: number, read: Reading['read'], listed: Reading['listed']): ElementType {
  return { name, width, read, listed, kind: 'whole' };
}

/** Sixteen bits a number; listed, each is a whole number of its own. */
function half(name: string, value: (bits: number) => number): ElementType {
  const listed = (tensor: Fields) => int32Field(tensor).map((bits) => value(bits & 0xffff));
  return float(name, 2, (view, at) => value(view.getUint16(at, true)), listed);
}

/**
 * Reads a TensorProto, whichever field or file its numbers are in.
 *
 * @param tensor - The message.
 * @param path - The `.onnx` file it is of.
 * @throws InputError when its type is unknown, its numbers are not as many as its shape says, or one is none.
 * @see onnx.proto3 of the ONNX project, TensorProto.
 */
export function readTensor(tensor: Fields, path: string): OnnxArray {
  const where = `${path}: array '${texts(tensor, 8)[0] ?? ''}'`;
  const shape = wholeNumbers(tensor, 1);
  const count = countOf(shape, where);
  const [code = 0] = wholeNumbers(tensor, 2);
  const type = types.get(code);
  if (!type)
    throw new InputError(
      `${where} must be of type ${[...types.values()].map(({ name }) => name).join(', ')}, its type code is ${code}; export the model in float32`,
    );
  const values = valuesOf(tensor, type, { count, where, path });
  if (type.kind === 'float') requireNumbers(values, where);
  return { shape, values, kind: type.kind };
}

function countOf(shape: readonly number[], where: string): number {
  const count = arraySize(shape);
  if (shape.some((size) => size < 0) || !Number.isSafeInteger(count))
    throw new InputError(
      `${where} must have sizes ≥ 0 that can be counted, its shape is [${shape.join(', ')}]; export the model anew`,
    );
  return count;
}

function valuesOf(
  tensor: Fields,
  type: ElementType,
  { count, where, path }: { count: number; where: string; path: string },
): OnnxArray['values'] {
  const isExternal = wholeNumbers(tensor, 14)[0] === 1 || tensor.has(13);
  const raw = isExternal ? readExternal(externalEntries(tensor), path) : chunks(tensor, 9)[0];
  const given = raw ? raw.length / type.width : 0;
  const listed = raw ? undefined : type.listed(tensor);
  if ((listed?.length ?? given) !== count)
    throw new InputError(
      `${where} must hold ${count} numbers of ${type.name} for its shape, it holds ${listed?.length ?? given}; export the model anew`,
    );
  const values = type.kind === 'float' ? new Float32Array(count) : new Int32Array(count);
  if (type.name === 'float' && raw) new Uint8Array(values.buffer).set(raw);
  else fill(values, listed ?? numbersOf(raw!, type));
  return values;
}

function* numbersOf(raw: Uint8Array, { read, width }: ElementType): Generator<number> {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  for (let at = 0; at < raw.length; at += width) yield read(view, at);
}

function fill(values: OnnxArray['values'], numbers: Iterable<number>): void {
  const isWhole = values instanceof Int32Array;
  let i = 0;
  for (const value of numbers)
    values[i++] = isWhole ? Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1) : value;
}

function externalEntries(tensor: Fields): ReadonlyMap<string, string> {
  return new Map(messages(tensor, 13).map((entry) => [texts(entry, 1)[0] ?? '', texts(entry, 2)[0] ?? '']));
}

/** Weights are numbers. Infinity stands only where all else is 0 or infinite: in bounds; −∞ also in biases of attention. */
function requireNumbers(values: OnnxArray['values'], where: string): void {
  const isMask = !values.some((value) => value !== 0 && Number.isFinite(value));
  const wrong = values.find(
    (value) => !Number.isFinite(value) && value !== -Infinity && !(isMask && value === Infinity),
  );
  if (wrong !== undefined)
    throw new InputError(`${where} must hold finite numbers, one is ${wrong}; export weights that are whole`);
}
