import { readFileSync, statSync } from 'node:fs';

/**
 * Reads a whole file; never waits for a pipe or device.
 *
 * @param path - The file.
 * @returns Its bytes.
 * @throws Error when it is missing, unreadable or not a regular file.
 */
export function readRegularFile(path: string): Buffer {
  if (!statSync(path).isFile()) throw new Error(`${path} is not a file`);
  return readFileSync(path);
}
