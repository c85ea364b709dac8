import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/**
 * Makes an empty folder that is removed after the file's tests; for a test or the top of a file.
 *
 * @returns Its path.
 */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'metamer-test-'));
  folders.push(folder);
  return folder;
}
