import { createHash } from 'node:crypto';
import { InputError } from '../base/inputError.ts';
import { type NamedArray, readSafetensors, safetensorsMetadata, writeSafetensors } from './safetensors.ts';

/** Name of the checksum among the texts. */
const checksumName = 'sha256';

/** Arrays and texts that belong together. */
export interface CheckedArrays {
  arrays: ReadonlyMap<string, NamedArray>;
  metadata: Readonly<Record<string, string>>;
}

/**
 * Writes arrays and texts as a safetensors file that tells whether it was changed.
 *
 * @param path - Where it shall stand.
 * @param content - What is written.
 */
export function writeCheckedArrays(path: string, content: CheckedArrays): void {
  const metadata = { ...content.metadata, [checksumName]: checksumOf(content) };
  writeSafetensors(path, content.arrays, { metadata });
}

/**
 * Reads what {@link writeCheckedArrays} wrote.
 *
 * @param path - The file. One without a checksum, of an earlier version, is read as it is.
 * @throws InputError when it is missing, damaged, or another than what was written.
 */
export function readCheckedArrays(path: string): CheckedArrays {
  const { [checksumName]: promised, ...metadata } = safetensorsMetadata(path);
  const arrays = readSafetensors(path);
  if (promised !== undefined && promised !== checksumOf({ arrays, metadata }))
    throw new InputError(`${path} must have the SHA-256 that it names, it was changed or damaged`);
  return { arrays, metadata };
}

/** SHA-256 of all names, texts, shapes and numbers, hexadecimal. */
function checksumOf({ arrays, metadata }: CheckedArrays): string {
  const hash = createHash('sha256');
  const sorted = <T>(entries: Iterable<readonly [string, T]>) =>
    [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  hash.update(JSON.stringify(sorted(Object.entries(metadata))));
  for (const [name, { shape, values }] of sorted(arrays)) {
    hash.update(JSON.stringify([name, shape]));
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}

/**
 * The values of an array of a file.
 *
 * @param arrays - Of the file.
 * @param shape - What it must have.
 * @param path - The file, for the message.
 * @throws InputError when it is missing or has another shape.
 */
export function valuesOf(
  { arrays }: CheckedArrays,
  name: string,
  shape: readonly number[],
  path: string,
): Float32Array {
  const array = arrays.get(name);
  if (array?.shape.join() === shape.join()) return array.values;
  const has = array ? `it has [${array.shape.join(', ')}]` : 'it is missing';
  throw new InputError(`${path}: ${name} must have the shape [${shape.join(', ')}], ${has}`);
}
