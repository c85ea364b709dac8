import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { arraySize } from '../base/arraySize.ts';
import { InputError } from '../base/inputError.ts';

/** A numeric array of a MAT-file. */
export interface MatArray {
  shape: number[];
  /** Column-major, as MATLAB has it. */
  values: Float64Array;
}

/** Bytes and reader of each numeric storage type (miINT8 … miUINT64). */
const storage: Readonly<
  Record<number, { bytes: number; read: (view: DataView, at: number, little: boolean) => number }>
> = {
  1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  2: { bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  4: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  5: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  6: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  7: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  9: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  12: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  13: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
};
const [compressed, matrix] = [15, 14];
/** Classes mxDOUBLE … mxUINT64. */
const numericClasses = { least: 6, most: 15 };

/** One element: its type and bytes. */
interface Element {
  type: number;
  body: Uint8Array;
}

/**
 * Reads the numeric arrays of a MAT-file of version 5 (MATLAB's `-v6` and `-v7`); cells, structures and text are left out.
 *
 * @param path - The file.
 * @returns Arrays by name; none for other variables.
 * @throws InputError when it is no such file, or is cut off.
 * @see MathWorks, MAT-File Format (R2024a), chapter 1.
 */
export function readMatV5(path: string): Map<string, MatArray> {
  const bytes = readFileSync(path);
  if (bytes.subarray(0, 10).toString('latin1') !== 'MATLAB 5.0')
    throw new InputError(
      `${path} must be a MAT-file of version 5, it does not begin as one (version 7.3 is HDF5); save it with -v7`,
    );
  const isLittle = bytes.subarray(126, 128).toString('latin1') === 'IM';
  const arrays = new Map<string, MatArray>();
  try {
    for (const element of elementsOf(bytes.subarray(128), isLittle)) {
      const [inner = element] =
        element.type === compressed ? elementsOf(inflateSync(element.body), isLittle) : [element];
      if (inner.type !== matrix) continue;
      const named = numericArray(inner.body, isLittle);
      if (named) arrays.set(named.name, named.array);
    }
  } catch (cause) {
    throw new InputError(`${path} must be a whole MAT-file, it cannot be read to its end; save it again`, {
      cause,
    });
  }
  return arrays;
}

function elementsOf(bytes: Uint8Array, isLittle: boolean): Element[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: Element[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const word = view.getUint32(at, isLittle);
    // A small element has its length in the upper half of its first word.
    const isSmall = word >>> 16 !== 0;
    const [type, length, start] = isSmall
      ? [word & 0xffff, word >>> 16, at + 4]
      : [word, view.getUint32(at + 4, isLittle), at + 8];
    if (start + length > bytes.length) throw new RangeError('element is cut off');
    elements.push({ type, body: bytes.subarray(start, start + length) });
    const end = isSmall ? at + 8 : start + length;
    // Compressed elements are not padded.
    at = type === compressed ? end : Math.ceil(end / 8) * 8;
  }
  return elements;
}

function numericArray(body: Uint8Array, isLittle: boolean): { name: string; array: MatArray } | undefined {
  const [flags, dimensions, name, real] = elementsOf(body, isLittle);
  const kind = new DataView(flags!.body.buffer, flags!.body.byteOffset).getUint32(0, isLittle) & 0xff;
  if (kind < numericClasses.least || kind > numericClasses.most || !real) return undefined;
  const shape = [...numbersOf(dimensions!, isLittle)];
  const values = numbersOf(real, isLittle);
  if (values.length !== arraySize(shape))
    throw new RangeError('array has another number of values than its shape');
  return { name: Buffer.from(name!.body).toString('latin1'), array: { shape, values } };
}

function numbersOf({ type, body }: Element, isLittle: boolean): Float64Array {
  const stored = storage[type];
  if (!stored) throw new RangeError(`storage type ${type} is not numeric`);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return Float64Array.from({ length: Math.floor(body.length / stored.bytes) }, (_, i) =>
    stored.read(view, i * stored.bytes, isLittle),
  );
}
