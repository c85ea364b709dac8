import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InputError } from './inputError.ts';

/**
 * Writes a file whole or not at all: to a temporary name beside it, then renamed. Missing folders are made.
 *
 * @param path - Where the file shall stand.
 * @param content - Text or bytes.
 * @param options - `mode`: the file's rights, as in 0o600.
 * @throws InputError when the place cannot be written (no rights, disk full).
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: { mode?: number } = {},
): void {
  const temporary = `${path}.${process.pid}.tmp`;
  makeFolder(dirname(path));
  try {
    writeFileSync(temporary, content, options);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError(
      `${path} cannot be written (${reason}); choose a folder that is writable and has room`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Writes a value as indented JSON, whole or not at all.
 *
 * @param path - Where the file shall stand.
 * @param value - Anything JSON can hold.
 */
export function writeJsonAtomic(path: string, value: unknown): void {
  writeFileAtomic(path, jsonText(value));
}

/**
 * A value as indented JSON, as all files and `--json` have it.
 *
 * @param value - Anything JSON can hold.
 * @returns Text that ends in a newline.
 */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * Refuses to replace what is there.
 *
 * @param path - The file or folder about to be written.
 * @param overwrite - Whether the user allowed it.
 * @throws InputError when it exists and `overwrite` is false.
 */
export function refuseToOverwrite(path: string, overwrite: boolean): void {
  if (!overwrite && existsSync(path))
    throw new InputError(`${path} exists already; choose another name`, { remedy: { overwrite: true } });
}

/**
 * Makes a folder and the folders above it, as far as they are missing.
 *
 * @param path - The folder.
 * @throws InputError when it cannot be made (no rights, a file in its place).
 */
export function makeFolder(path: string): void {
  // Node's own recursive form never returns where the system refuses in some ways, below /proc for one.
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  try {
    for (const folder of missing) if (!existsSync(folder)) mkdirSync(folder);
    if (!isFolder(path)) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
  } catch (error) {
    // Another process may have made it at this moment.
    if (isFolder(path)) return;
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new InputError(`${path} cannot be made (${reason}); choose a folder in a writable place`, {
      cause: error,
    });
  }
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
