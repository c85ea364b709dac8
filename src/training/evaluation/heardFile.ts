import { existsSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../../base/files.ts';
import { readJson } from '../../base/readJson.ts';
import type { HeardExcerpt } from './hearExcerpts.ts';

const schema = z.object({
  key: z.looseObject({}),
  heard: z.array(
    z.strictObject({
      ...{ task: z.string(), target: z.string(), response: z.string() },
      ...{ probability: z.number(), targetProbability: z.number(), rank: z.int() },
      ...{ background: z.string(), snrDb: z.number().nullable() },
      ...{ entryId: z.string(), source: z.string(), group: z.string() },
    }),
  ),
});

/**
 * Keeps what a model heard, so that it need not hear it again.
 *
 * @param path - The file.
 * @param key - What settles it: model, corpus, options.
 */
export function writeHeard(path: string, key: object, heard: readonly HeardExcerpt[]): void {
  writeFileAtomic(path, `${JSON.stringify({ key, heard })}\n`);
}

/**
 * What {@link writeHeard} kept.
 *
 * @returns Undefined without a file, or where it is of another key.
 * @throws InputError for a file of another kind.
 */
export function readHeard(path: string, key: object): HeardExcerpt[] | undefined {
  if (!existsSync(path)) return undefined;
  const stored = readJson(path, schema, {
    what: 'what a model heard',
    remedy: 'remove it to let the model hear again',
  });
  return JSON.stringify(stored.key) === JSON.stringify(key) ? (stored.heard as HeardExcerpt[]) : undefined;
}
