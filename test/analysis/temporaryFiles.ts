import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/**
 * A folder that is removed after the file's tests.
 *
 * @returns Its path and a function that writes a file into it and returns the file's path.
 */
export function temporaryFiles(): { folder: string; write: (name: string, content: string) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'metamer-analysis-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    write(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
  };
}
