import { closeSync, openSync, readSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';

/** Bytes on disk that are gone when the process ends, however it ends. */
export interface ScratchFile {
  /** Appends. */
  write(values: Float32Array): void;
  /** Fills `values` from a place in the file. */
  readInto(values: Float32Array, offsetBytes: number): void;
  close(): void;
}

let made = 0;

/**
 * Opens an empty scratch file. It has no name once it is open, so nothing is left behind after an error or a signal.
 *
 * @param folder - A folder on a disk with room; made when missing.
 * @throws InputError when the folder cannot be written; later, when the disk is full.
 */
export function openScratchFile(folder: string): ScratchFile {
  makeFolder(folder);
  const path = join(folder, `.metamer-scratch-${process.pid}-${made++}`);
  const file = attempt(folder, () => openSync(path, 'wx+'));
  rmSync(path, { force: true });
  return {
    write: (values) =>
      attempt(folder, () => {
        const bytes = bytesOf(values);
        for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      }),
    readInto: (values, offsetBytes) => {
      readSync(file, bytesOf(values), 0, values.byteLength, offsetBytes);
    },
    close: () => closeSync(file),
  };
}

/**
 * Refuses work whose scratch files would not fit.
 *
 * @param folder - An existing folder of the disk.
 * @param neededBytes - What will be written.
 * @throws InputError naming both sizes.
 */
export function requireRoom(folder: string, neededBytes: number): void {
  makeFolder(folder);
  const { bavail, bsize } = statfsSync(folder);
  const mebibytes = (bytes: number) => Math.ceil(bytes / 2 ** 20).toLocaleString('en-US');
  if (neededBytes > bavail * bsize)
    throw new InputError(
      `${folder} must have ${mebibytes(neededBytes)} MiB of room for activations, it has ${mebibytes(bavail * bsize)}; choose a place on a larger disk or fewer sounds`,
    );
}

function attempt<T>(folder: string, use: () => T): T {
  try {
    return use();
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new InputError(
      `${folder} must be writable and have room for activations (${reason}); choose another place`,
      { cause },
    );
  }
}

const bytesOf = (values: Float32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
