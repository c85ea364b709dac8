import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../temporaryFolder.ts';

/**
 * A program in the place of a Python with PyTorch.
 *
 * @param body - JavaScript; `lines` are those of standard input, `say` writes one as JSON.
 * @returns Its path.
 */
export function fakePython(body: string): string {
  const path = join(temporaryFolder(), 'python');
  writeFileSync(
    path,
    `#!${process.execPath}
const lines = require('node:readline').createInterface({ input: process.stdin });
const say = (value) => console.log(JSON.stringify(value));
${body}`,
  );
  chmodSync(path, 0o755);
  return path;
}
