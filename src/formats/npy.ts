import { readFileSync } from 'node:fs';
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
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY')
    throw new InputError(`${path} must be a .npy file, it does not begin as one; save it with numpy.save`);
  return parseNpy(bytes, path);
}

function parseNpy(bytes: Buffer, path: string): NpyArray {
  const isFirstVersion = bytes[6] === 1;
  const start = isFirstVersion ? 10 : 12;
  const end = start + (isFirstVersion ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  const header = bytes.toString('latin1', start, end);
  const type = /'descr': *'([^']*)'/.exec(header)?.[1];
  const isFortran = !/'fortran_order': *False/.test(header);
  if ((type !== '<f4' && type !== '<f8') || isFortran)
    throw new InputError(
      `${path} must hold little-endian float32 or float64 in C order, it holds ${type ?? 'another type'}${isFortran ? ' in Fortran order' : ''}; convert it with numpy.ascontiguousarray(x, '<f4')`,
    );
  const shape = (/'shape': *\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .flatMap((part) => (part.trim() ? [Number(part)] : []));
  const count = shape.reduce((product, size) => product * size, 1);
  const width = type === '<f4' ? 4 : 8;
  if (bytes.length < end + count * width)
    throw new InputError(
      `${path} must hold ${count} values, ${Math.max(0, Math.floor((bytes.length - end) / width))} are there; it is cut off, save it again`,
    );
  const body = new Uint8Array(bytes.subarray(end, end + count * width)).buffer;
  return { values: width === 4 ? new Float32Array(body) : new Float64Array(body), shape };
}
