import { existsSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../../base/files.ts';
import { readJson } from '../../base/readJson.ts';
import type { HeardExcerpt, HearOptions } from './hearExcerpts.ts';

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

/** Keeps what a model hears while it does. */
export interface HearingKeeper extends Pick<HearOptions, 'finished' | 'onHeard'> {
  /** Writes down what was heard so far. */
  save(): void;
}

const secondsBetweenWrites = 10;

/**
 * Keeps what a model hears in a file while it hears: hearing that was stopped goes on after it.
 *
 * @param path - The file; it stays when all is heard.
 * @param key - What settles it, as in {@link writeHeard}.
 * @throws InputError for a file of another kind.
 */
export function keepHearing(path: string, key: object): HearingKeeper {
  const finished = readHeard(path, key);
  let heard: readonly HeardExcerpt[] = finished ?? [];
  let writtenAt = Number.NEGATIVE_INFINITY;
  const save = () => {
    writeHeard(path, key, heard);
    writtenAt = performance.now();
  };
  return {
    finished,
    onHeard(all) {
      heard = all;
      if (performance.now() - writtenAt > 1000 * secondsBetweenWrites) save();
    },
    save,
  };
}
