import { readFileSync } from 'node:fs';
import { InputError } from '../../base/inputError.ts';

/**
 * Reads a list of labels, one a line.
 *
 * @param path - As a flag names it; empty lines do not count.
 * @throws InputError when it cannot be read.
 */
export function readLabels(path: string): string[] {
  try {
    const lines = readFileSync(path, 'utf8').split(/\r?\n/);
    return lines.map((line) => line.trim()).filter((line) => line !== '');
  } catch (cause) {
    throw new InputError(`${path} must be a text file that can be read, one label a line; check the path`, {
      cause,
    });
  }
}
