import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync } from 'node:fs';

/** A file that an analysis read. */
export interface InputFile {
  path: string;
  /** Hexadecimal. */
  sha256: string;
  bytes: number;
}

/**
 * Names and hashes of files, so that a reader can tell whether a result rests on theirs.
 *
 * @param paths - Files; those that do not exist, such as texts in memory, are left out.
 */
export function inputFiles(paths: readonly string[]): InputFile[] {
  return [...new Set(paths)].filter((path) => existsSync(path)).map(hashed);
}

const chunkBytes = 2 ** 20;

/** In pieces: tables of trials may be larger than what should be held at once. */
function hashed(path: string): InputFile {
  const file = openSync(path, 'r');
  try {
    const hash = createHash('sha256');
    const chunk = new Uint8Array(chunkBytes);
    let bytes = 0;
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      hash.update(chunk.subarray(0, read));
      bytes += read;
    }
    return { path, sha256: hash.digest('hex'), bytes };
  } finally {
    closeSync(file);
  }
}
