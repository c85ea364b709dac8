import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeJsonAtomic } from '../../base/files.ts';
import { readJson } from '../../base/readJson.ts';
import { sha256 } from '../../base/sha256.ts';

/** Runs that one overwriting batch has replaced so far. */
export interface ReplacedRuns {
  has(folder: string): boolean;
  add(folder: string): void;
  /** Forgets them, when the batch is whole. */
  close(): void;
}

/**
 * Remembers which runs of an overwriting batch are replaced, so that the same batch goes on after an interruption
 * instead of beginning anew. The list is a hidden file in the batch's folder that is gone when the batch is whole.
 *
 * @param folders - The runs' folders `<out>/<sound>/<stage>`.
 * @param request - All that fixes the batch; another request has another list.
 */
export function openReplacedRuns(folders: readonly string[], request: unknown): ReplacedRuns {
  const hash = sha256(JSON.stringify([folders, request]));
  const out = dirname(dirname(folders[0]!));
  const path = join(out, `.overwriting-${hash.slice(0, 12)}.json`);
  const replaced = new Set(readList(path));
  return {
    has: (folder) => replaced.has(folder),
    add(folder) {
      replaced.add(folder);
      writeJsonAtomic(path, [...replaced]);
    },
    close: () => rmSync(path, { force: true }),
  };
}

function readList(path: string): string[] {
  const remedy = 'remove it to begin the batch anew';
  return existsSync(path)
    ? readJson(path, z.array(z.string()), { what: 'a list of replaced runs', remedy })
    : [];
}
