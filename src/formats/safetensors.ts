import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '../base/files.ts';
import { InputError } from '../base/inputError.ts';
import { float16Bits, float32OfFloat16Bits } from './float16.ts';

/** A named array. */
export interface NamedArray {
  shape: readonly number[];
  /** Row-major. */
  values: Float32Array;
}

/** Number format in the file. */
export type StoredType = 'F32' | 'F16';

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [begin: number, end: number];
}

const bytesOf: Record<StoredType, number> = { F32: 4, F16: 2 };

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
 * @param path - The file; arrays of type F32 or F16.
 * @returns Arrays by name, as float32.
 * @throws InputError when the file is missing, cut off, of another format or number type.
 */
export function readSafetensors(path: string): Map<string, NamedArray> {
  const { header, bytes, start } = readHeader(path);
  return new Map(
    Object.entries(header)
      .filter(([name]) => name !== '__metadata__')
      .map(([name, entry]) => [name, decoded(bytes, start, entry, `${path}: ${name}`)]),
  );
}

/**
 * Reads the texts kept in a safetensors file's header.
 *
 * @param path - The file.
 * @returns Texts by name; none when the file has none.
 * @throws InputError when the file is missing, cut off or of another format.
 */
export function safetensorsMetadata(path: string): Record<string, string> {
  return (readHeader(path).header['__metadata__'] ?? {}) as unknown as Record<string, string>;
}

function readHeader(path: string): { header: Record<string, HeaderEntry>; bytes: Buffer; start: number } {
  const bytes = readWhole(path);
  const headerLength = bytes.length >= 8 ? Number(bytes.readBigUInt64LE(0)) : Number.POSITIVE_INFINITY;
  const start = 8 + headerLength;
  if (start > bytes.length)
    throw new InputError(
      `${path} must be a safetensors file, its header would end at byte ${start} of ${bytes.length}; it is cut off or of another format`,
    );
  return { header: parsedHeader(bytes.toString('utf8', 8, start), path), bytes, start };
}

function readWhole(path: string): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    if (!fstatSync(file).isFile()) throw new Error('not a file');
    return readFileSync(file);
  } catch (error) {
    throw new InputError(`${path} cannot be read as safetensors; check the path`, { cause: error });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function parsedHeader(text: string, path: string): Record<string, HeaderEntry> {
  try {
    return JSON.parse(text) as Record<string, HeaderEntry>;
  } catch (error) {
    throw new InputError(`${path} must have a JSON header, it does not parse; the file is damaged`, {
      cause: error,
    });
  }
}

function encoded(values: Float32Array, type: StoredType): Buffer {
  const numbers = type === 'F32' ? values : Uint16Array.from(values, float16Bits);
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function decoded(bytes: Buffer, start: number, entry: HeaderEntry, where: string): NamedArray {
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!Object.hasOwn(bytesOf, dtype))
    throw new InputError(`${where} must be of type F32 or F16, it is ${dtype}; convert it`);
  const count = shape.reduce((result, size) => result * size, 1);
  const [begin, end] = offsets;
  if (end - begin !== count * bytesOf[dtype as StoredType] || start + end > bytes.length)
    throw new InputError(
      `${where} must hold ${count} numbers of ${dtype}, its ${end - begin} bytes end at ${start + end} of ${bytes.length}; the file is cut off or damaged`,
    );
  const body = new Uint8Array(bytes.subarray(start + begin, start + end)).buffer;
  const values =
    dtype === 'F32' ? new Float32Array(body) : Float32Array.from(new Uint16Array(body), float32OfFloat16Bits);
  return { shape, values };
}
