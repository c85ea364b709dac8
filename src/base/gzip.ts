import { Readable } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import { InputError } from './inputError.ts';

/** Bytes that a packed table may unpack to: about five million trials. A few kilobytes can be made to hold any number. */
const mostBytes = 2 ** 30;

/** The same of tables that are held whole. */
const mostHeldBytes = 2 ** 28;

/**
 * A file's bytes, unpacked where they are gzip.
 *
 * @param bytes - The file's bytes.
 * @param path - The file, for messages; a name that ends in `.gz` must keep its word.
 * @param most - Bytes that it may unpack to.
 * @throws InputError when the name alone says gzip, the data is damaged or too much.
 */
export function unpacked(bytes: Uint8Array, path: string, most = mostHeldBytes): Uint8Array {
  if (!isGzip(bytes, path)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: most });
  } catch (cause) {
    throw gzipError(cause, path, most);
  }
}

/**
 * The same of a file of any size, piece by piece.
 *
 * @param pieces - The file's bytes; the first piece has two at least.
 */
export async function* unpackedPieces(
  pieces: AsyncGenerator<Uint8Array>,
  path: string,
  most = mostBytes,
): AsyncGenerator<Uint8Array> {
  const first = await pieces.next();
  if (first.done) return;
  const packed = withFirst(first.value, pieces);
  if (!isGzip(first.value, path)) {
    yield* packed;
    return;
  }
  const gunzip = createGunzip();
  const stream = Readable.from(packed);
  stream.once('error', (error) => gunzip.destroy(error));
  let bytes = 0;
  try {
    for await (const piece of stream.pipe(gunzip) as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      if (bytes > most) throw tooMuch(path, most);
      yield piece;
    }
  } catch (cause) {
    throw gzipError(cause, path, most);
  }
}

/** Pieces with one before them. */
export async function* withFirst<Piece>(first: Piece, rest: AsyncGenerator<Piece>): AsyncGenerator<Piece> {
  yield first;
  yield* rest;
}

function isGzip(bytes: Uint8Array, path: string): boolean {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return true;
  if (/\.gz$/i.test(path))
    throw new InputError(`${path}: a file named .gz must be gzip, it is not; rename it, or pack it again`);
  return false;
}

function gzipError(cause: unknown, path: string, most: number): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooMuch(path, most);
  if (!code.startsWith('Z_')) return cause;
  return new InputError(
    `${path}: its gzip data must be whole, it is damaged or cut short (${code}); pack it again, or give the table unpacked`,
    { cause },
  );
}

function tooMuch(path: string, most: number): InputError {
  return new InputError(
    `${path}: a packed table must hold at most ${Math.round(most / 2 ** 20)} MiB, it holds more; give the table unpacked if it is meant`,
  );
}
