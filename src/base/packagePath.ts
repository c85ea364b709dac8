import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Path of a file that ships with the package, whether it runs from sources or from `dist`.
 *
 * @param relativePath - Path below the package's root, e.g. `stimuli/clips`.
 * @returns The absolute path.
 */
export function packagePath(relativePath: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, relativePath);
}
