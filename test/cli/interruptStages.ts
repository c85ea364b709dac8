import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startCommand, until } from './startCommand.ts';

/**
 * Checks that SIGINT ends a command that works through stages: it keeps those that are finished, and says how to go on.
 *
 * @param words - The command and its arguments, without its folder.
 * @param out - The folder.
 */
export async function expectInterruptedStages(words: readonly string[], out: string): Promise<void> {
  const { child, ended } = startCommand(...words, '--out', out);
  await until(() => existsSync(join(out, 'finished')));
  child.kill('SIGINT');
  const { signal, stderr } = await ended;
  expect(signal).toBe('SIGINT');
  expect(stderr).toContain('Stopped; the same command goes on after the last finished stage\n');
  expect(readdirSync(out)).toEqual(['finished']);
}
