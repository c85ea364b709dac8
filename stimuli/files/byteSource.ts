import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { InputError } from '../../src/base/inputError.ts';

/** The bytes of a file, read where they are needed: recordings of hours need not fit into memory. */
export interface ByteSource {
  /** For messages. */
  path: string;
  /** Bytes in all. */
  size: number;
  /** Bytes from `start` on, at most `length`, fewer at the end; a view that the next call may overwrite. */
  read(start: number, length: number): Uint8Array;
  close(): void;
}

/** Files up to this size are read at once, bytes. */
const atOnce = 2 ** 25;
const windowBytes = 2 ** 20;
/** What a pipe may hold, bytes. */
const longestPipe = 2 ** 29;

/**
 * A file without its first bytes.
 *
 * @param source - The file.
 * @param start - Where it begins, bytes.
 */
export function sourceFrom(source: ByteSource, start: number): ByteSource {
  if (start === 0) return source;
  return {
    path: source.path,
    size: Math.max(0, source.size - start),
    read: (at, length) => source.read(start + at, length),
    close: () => source.close(),
  };
}

/**
 * Opens a file; short ones and pipes are read at once.
 *
 * @param path - The file.
 * @throws InputError when it is missing, cannot be read, is a device or a pipe without end.
 */
export function openByteSource(path: string): ByteSource {
  try {
    const file = openSync(path, 'r');
    try {
      const stat = fstatSync(file);
      if (stat.isFile() && stat.size > atOnce) return windowedSource(file, path, stat.size);
      const bytes = stat.isFile() ? readFileSync(file) : readPipe(file, path, stat.isCharacterDevice());
      closeSync(file);
      return memorySource(bytes, path);
    } catch (error) {
      closeSync(file);
      throw error;
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new InputError(`${path} does not exist; check the path`, { cause: error });
    throw new InputError(`${path} cannot be read (${String(code)}); give a readable sound file`, {
      cause: error,
    });
  }
}

function memorySource(bytes: Uint8Array, path: string): ByteSource {
  return {
    path,
    size: bytes.length,
    read: (start, length) => bytes.subarray(start, start + length),
    close: () => {},
  };
}

function windowedSource(file: number, path: string, size: number): ByteSource {
  let window: Uint8Array = new Uint8Array(0);
  let windowStart = 0;
  return {
    path,
    size,
    read(start, length) {
      const wanted = Math.max(0, Math.min(length, size - start));
      if (start < windowStart || start + wanted > windowStart + window.length) {
        // Windows that begin at round places and overlap, so that a walk reads nothing more than twice.
        windowStart = start - (start % windowBytes);
        const needed = Math.max(start - windowStart + wanted, 2 * windowBytes);
        window = readAt(file, windowStart, Math.min(needed, size - windowStart));
      }
      return window.subarray(start - windowStart, start - windowStart + wanted);
    },
    close: () => closeSync(file),
  };
}

function readAt(file: number, start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, length));
  let done = 0;
  while (done < bytes.length) {
    const count = readSync(file, bytes, done, bytes.length - done, start + done);
    if (count === 0) return bytes.subarray(0, done);
    done += count;
  }
  return bytes;
}

function readPipe(file: number, path: string, isDevice: boolean): Uint8Array {
  if (isDevice) throw new InputError(`${path} must be a file, it is a device; give a sound file`);
  const parts: Buffer[] = [];
  for (let total = 0; ; ) {
    const part = Buffer.alloc(windowBytes);
    const count = readSync(file, part);
    if (count === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, count));
    total += count;
    if (total > longestPipe)
      throw new InputError(
        `${path} must end within ${longestPipe / 2 ** 20} MiB, it is a pipe that goes on; write it to a file first`,
      );
  }
}

/**
 * Where some bytes stand next.
 *
 * @param source - The file.
 * @param wanted - What is looked for, at most 64 bytes.
 * @param from - Where the search begins.
 * @returns The position; the file's size when they are not there.
 */
export function findBytes(source: ByteSource, wanted: Uint8Array, from: number): number {
  const step = 2 ** 16;
  for (let at = from; at < source.size; at += step - 64) {
    const { buffer, byteOffset, length } = source.read(at, step);
    const found = Buffer.from(buffer, byteOffset, length).indexOf(wanted);
    if (found >= 0) return at + found;
  }
  return source.size;
}

/**
 * Bytes as text, one letter a byte.
 *
 * @param bytes - Where they are.
 * @param at - The first.
 * @param length - How many.
 */
export function latin1(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

/** A view of the same bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
