import { writeFileAtomic } from '../base/files.ts';
import { InputError } from '../base/inputError.ts';
import { float16Bits } from './float16.ts';
import { openSafetensors, type StoredArray } from './safetensorsHeader.ts';

/** A named array. */
export interface NamedArray {
  shape: readonly number[];
  /** Row-major. */
  values: Float32Array;
}

/** Number formats that are written. */
export const storedTypes = ['F32', 'F16'] as const;
/** Number format in the file. */
export type StoredType = (typeof storedTypes)[number];

/**
 * Writes arrays as one safetensors file, whole or not at all.
 *
 * @param path - Where it shall stand.
 * @param arrays - Arrays by name.
 * @param options - `type`: number format (default `F32`; `F16` halves the file and rounds to 11 bits); `metadata`: texts
 *   kept in the header.
 * @see https://huggingface.co/docs/safetensors: 8 bytes of header length, a JSON header, the numbers little-endian.
 */
export function writeSafetensors(
  path: string,
  arrays: ReadonlyMap<string, NamedArray>,
  { type = 'F32', metadata }: { type?: StoredType; metadata?: Record<string, string> } = {},
): void {
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  const bodies: Buffer[] = [];
  let offset = 0;
  for (const [name, { shape, values }] of arrays) {
    const body = encoded(values, type);
    header[name] = { dtype: type, shape, data_offsets: [offset, offset + body.length] };
    bodies.push(body);
    offset += body.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  // Spaces keep the numbers at a multiple of eight bytes.
  const padding = Buffer.alloc(-text.length & 7, ' ');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length + padding.length));
  writeFileAtomic(path, Buffer.concat([length, text, padding, ...bodies]));
}

/**
 * Reads a safetensors file.
 *
 * @param path - The file; numbers of any of its types but the 8-bit floats.
 * @returns Arrays by name, as float32.
 * @throws InputError when the file is missing, cut off, of another format or number type, or holds what is no number.
 */
export function readSafetensors(path: string): Map<string, NamedArray> {
  return new Map(openSafetensors(path).arrays.map((array) => [array.name, decoded(array, path)]));
}

/**
 * Reads the texts kept in a safetensors file's header.
 *
 * @param path - The file.
 * @returns Texts by name; none when the file has none.
 * @throws InputError when the file is missing, cut off or of another format.
 */
export function safetensorsMetadata(path: string): Record<string, string> {
  return { ...openSafetensors(path).metadata };
}

function encoded(values: Float32Array, type: StoredType): Buffer {
  const numbers = type === 'F32' ? values : Uint16Array.from(values, float16Bits);
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function decoded({ name, type, typeName, shape, body }: StoredArray, path: string): NamedArray {
  const count = body.length / type.width;
  const values = new Float32Array(count);
  if (typeName === 'F32') new Uint8Array(values.buffer).set(body);
  else {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    for (let i = 0; i < count; i++) values[i] = type.read(view, i * type.width);
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new InputError(
      `${path}: ${name} must hold finite float32 numbers, number ${wrong + 1} is ${values[wrong]}; store weights that are whole`,
    );
  return { shape, values };
}
