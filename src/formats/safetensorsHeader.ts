import { z } from 'zod';
import { arraySize } from '../base/arraySize.ts';
import { InputError } from '../base/inputError.ts';
import { readRegularFile } from '../base/readRegularFile.ts';
import { validated } from '../base/validate.ts';
import { float32OfBfloat16Bits, float32OfFloat16Bits } from './float16.ts';

/** How one number of a type is read, and its width in bytes. */
interface NumberType {
  width: number;
  read: (view: DataView, at: number) => number;
}

/** Number types that are read; all become float32. */
const numberTypes: ReadonlyMap<string, NumberType> = new Map<string, NumberType>([
  ['F32', { width: 4, read: (view, at) => view.getFloat32(at, true) }],
  ['F16', { width: 2, read: (view, at) => float32OfFloat16Bits(view.getUint16(at, true)) }],
  ['BF16', { width: 2, read: (view, at) => float32OfBfloat16Bits(view.getUint16(at, true)) }],
  ['F64', { width: 8, read: (view, at) => view.getFloat64(at, true) }],
  ['I64', { width: 8, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  ['I32', { width: 4, read: (view, at) => view.getInt32(at, true) }],
  ['I16', { width: 2, read: (view, at) => view.getInt16(at, true) }],
  ['I8', { width: 1, read: (view, at) => view.getInt8(at) }],
  ['U64', { width: 8, read: (view, at) => Number(view.getBigUint64(at, true)) }],
  ['U32', { width: 4, read: (view, at) => view.getUint32(at, true) }],
  ['U16', { width: 2, read: (view, at) => view.getUint16(at, true) }],
  ['U8', { width: 1, read: (view, at) => view.getUint8(at) }],
  ['BOOL', { width: 1, read: (view, at) => view.getUint8(at) }],
]);

const metadataName = '__metadata__';
const size = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(size),
  data_offsets: z.tuple([size, size]),
});
const metadataSchema = z.record(z.string(), z.string());

/** What the header tells of one array. */
export interface StoredArray {
  name: string;
  type: NumberType;
  typeName: string;
  shape: readonly number[];
  /** Bytes of its numbers. */
  body: Buffer;
}

/** A safetensors file, its header checked. */
export interface SafetensorsFile {
  /** In the order of the header. */
  arrays: readonly StoredArray[];
  metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a safetensors file and checks its header by the format's rules: the arrays fill the file without holes or
 * overlaps, and each has the bytes that its shape and type ask for.
 *
 * @param path - The file.
 * @returns Its arrays, not yet decoded, and the texts in its header.
 * @throws InputError when it is missing or breaks a rule.
 * @see https://huggingface.co/docs/safetensors
 */
export function openSafetensors(path: string): SafetensorsFile {
  const bytes = readWhole(path);
  const headerLength = bytes.length >= 8 ? Number(bytes.readBigUInt64LE(0)) : Number.POSITIVE_INFINITY;
  const start = 8 + headerLength;
  if (start > bytes.length)
    throw new InputError(
      `${path} must be a safetensors file, its header would end at byte ${start} of ${bytes.length}; it is cut off or of another format`,
    );
  const header = parsedHeader(bytes.toString('utf8', 8, start), path);
  const { [metadataName]: metadata, ...entries } = header;
  const numbers = bytes.subarray(start);
  const arrays = Object.entries(entries).map(([name, entry]) =>
    storedArray(name, checked(entrySchema, entry, `${path}: ${name}`), { numbers, path }),
  );
  requireSeamless(arrays, numbers, path);
  return {
    arrays,
    metadata: metadata === undefined ? {} : checked(metadataSchema, metadata, `${path}: ${metadataName}`),
  };
}

function readWhole(path: string): Buffer {
  try {
    return readRegularFile(path);
  } catch (error) {
    throw new InputError(`${path} cannot be read as safetensors; check the path`, { cause: error });
  }
}

function parsedHeader(text: string, path: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${path} must have a JSON header, it does not parse; the file is damaged`, {
      cause: error,
    });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new InputError(
      `${path} must have a JSON object as header, it is another value; the file is damaged`,
    );
  return header as Record<string, unknown>;
}

function checked<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  return validated(schema, value, where, { remedy: 'the file is damaged' });
}

function storedArray(
  name: string,
  { dtype, shape, data_offsets: [begin, end] }: z.infer<typeof entrySchema>,
  { numbers, path }: { numbers: Buffer; path: string },
): StoredArray {
  const where = `${path}: ${name}`;
  const type = numberTypes.get(dtype);
  if (!type)
    throw new InputError(
      `${where} must be of type ${[...numberTypes.keys()].join(', ')}, it is ${dtype}; convert it`,
    );
  const count = arraySize(shape);
  if (end - begin !== count * type.width || end > numbers.length)
    throw new InputError(
      `${where} must hold ${count} numbers of ${dtype}, its ${end - begin} bytes end at ${end} of ${numbers.length}; the file is cut off or damaged`,
    );
  return { name, type, typeName: dtype, shape, body: numbers.subarray(begin, end) };
}

function requireSeamless(arrays: readonly StoredArray[], numbers: Buffer, path: string): void {
  const places = arrays
    .map(({ name, body }) => ({ name, begin: body.byteOffset - numbers.byteOffset, length: body.length }))
    .sort((a, b) => a.begin - b.begin || a.length - b.length);
  let end = 0;
  for (const { name, begin, length } of places) {
    if (begin !== end)
      throw new InputError(
        `${path}: ${name} must begin where the array before it ends, at byte ${end}, it begins at ${begin}; the file is damaged`,
      );
    end += length;
  }
  if (end !== numbers.length)
    throw new InputError(
      `${path} must end with its last array, at byte ${end} after the header, it ends at ${numbers.length}; the file is damaged`,
    );
}
