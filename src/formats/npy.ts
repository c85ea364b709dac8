import { readFileSync } from 'node:fs';
import { arraySize } from '../base/arraySize.ts';
import { writeFileAtomic } from '../base/files.ts';
import { InputError } from '../base/inputError.ts';

/** An array as NumPy stores it. */
export interface NpyArray {
  /** Row-major (C order). */
  values: Float32Array | Float64Array;
  shape: number[];
}

/**
 * Writes an array as `.npy`, version 1.0, little-endian float32, C order, whole or not at all.
 *
 * @param path - Where it shall stand.
 * @param values - Row-major values.
 * @param shape - Their shape; default one axis.
 * @throws InputError when it cannot be written.
 */
export function writeNpy(
  path: string,
  values: Float32Array,
  shape: readonly number[] = [values.length],
): void {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const preamble = Buffer.alloc(10);
  preamble.write('\x93NUMPY\x01\x00', 'latin1');
  preamble.writeUInt16LE(padded.length, 8);
  const body = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  writeFileAtomic(path, Buffer.concat([preamble, Buffer.from(padded, 'latin1'), body]));
}

/**
 * Reads a `.npy` array of little-endian float32 or float64 in C order.
 *
 * @param path - The file.
 * @returns Values in their own precision, and shape.
 * @throws InputError when it is missing, of another type or order, or cut off.
 */
export function readNpy(path: string): NpyArray {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new InputError(`${path} cannot be read as .npy; check the path`, { cause: error });
  }
  const { start, width, shape, count } = npyLayout(bytes.subarray(0, npyHeadBytes), bytes.length, path);
  const body = new Uint8Array(bytes.subarray(start, start + count * width)).buffer;
  return { values: width === 4 ? new Float32Array(body) : new Float64Array(body), shape };
}

/** Where an array is in a `.npy` file and how it is stored. */
export interface NpyLayout {
  /** Where its values begin, bytes. */
  start: number;
  /** Bytes of a value: 4 for float32, 8 for float64. */
  width: 4 | 8;
  shape: number[];
  /** Product of the shape. */
  count: number;
}

/** Bytes that hold any header of a `.npy` file of a few axes. */
export const npyHeadBytes = 65_536 + 12;

/**
 * Reads the header of a `.npy` file of little-endian float32 or float64 in C order.
 *
 * @param head - The file's first bytes, {@link npyHeadBytes} at most.
 * @param fileBytes - Bytes of the whole file.
 * @param path - For messages.
 * @returns Where the values are; they are all there.
 * @throws InputError when the header breaks off, the type or order is another, or the file is cut off.
 */
export function npyLayout(head: Uint8Array, fileBytes: number, path: string): NpyLayout {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY')
    throw new InputError(`${path} must be a .npy file, it does not begin as one; save it with numpy.save`);
  const isFirstVersion = bytes[6] === 1;
  const headerStart = isFirstVersion ? 10 : 12;
  const start = headerStart + (isFirstVersion ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  if (start > bytes.length)
    throw new InputError(`${path} must have a whole .npy header, it breaks off; save it again`);
  const header = bytes.toString('latin1', headerStart, start);
  const type = /'descr': *'([^']*)'/.exec(header)?.[1];
  const isFortran = !/'fortran_order': *False/.test(header);
  if ((type !== '<f4' && type !== '<f8') || isFortran)
    throw new InputError(
      `${path} must hold little-endian float32 or float64 in C order, it holds ${type ?? 'another type'}${isFortran ? ' in Fortran order' : ''}; convert it with numpy.ascontiguousarray(x, '<f4')`,
    );
  const tuple = /'shape': *\(([^)]*)\)/.exec(header)?.[1];
  const shape = (tuple ?? '').split(',').flatMap((part) => (part.trim() ? [Number(part)] : []));
  const count = arraySize(shape);
  if (tuple === undefined || !shape.every((size) => Number.isSafeInteger(size) && size >= 0))
    throw new InputError(
      `${path} must have a shape of whole numbers ≥ 0, its header says (${(tuple ?? '').slice(0, 60)}); save it again`,
    );
  const width = type === '<f4' ? 4 : 8;
  if (fileBytes < start + count * width)
    throw new InputError(
      `${path} must hold ${count} values, ${Math.max(0, Math.floor((fileBytes - start) / width))} are there; it is cut off, save it again`,
    );
  return { start, width, shape, count };
}
