import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * Makes a folder that is removed when the test ends.
 *
 * @returns Its path.
 */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'metamer-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
