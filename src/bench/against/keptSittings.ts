import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { InputError } from '../../base/inputError.ts';
import { readJson } from '../../base/readJson.ts';
import type { Times } from './yardstick.ts';

/** Times of a row by sitting. */
export interface RowTimes {
  theirs: Times[];
  ours: Times[];
}

/** What sittings must have in common to be one comparison. */
export interface Circumstances {
  machine: object;
  versions: object;
  threads: number;
  repeats: number;
}

const timesSchema = z.object({ clock: z.array(z.number()), processor: z.array(z.number()) });
const keptSchema = z.object({
  ...{ machine: z.object().loose(), versions: z.record(z.string(), z.string()) },
  ...{ threads: z.number(), repeats: z.number() },
  rows: z.array(z.object({ row: z.string(), theirs: timesSchema, ours: timesSchema })),
});

/**
 * Sittings that a file holds, to go on from.
 *
 * @param path - JSON of an `AgainstResult`, or of its beginning; none there: no sittings.
 * @param now - On what, with what, and how the others would be measured.
 * @returns Medians of each sitting, by row.
 * @throws InputError when they were measured otherwise.
 */
export function keptSittings(path: string | undefined, now: Circumstances): Map<string, RowTimes> {
  if (path === undefined || !existsSync(path)) return new Map();
  const { rows, ...then } = readJson(path, keptSchema, { what: 'JSON that a comparison wrote' });
  for (const name of ['machine', 'versions', 'threads', 'repeats'] as const)
    if (!isDeepStrictEqual(then[name], now[name]))
      throw new InputError(
        `${path} must hold sittings with the ${name} ${JSON.stringify(now[name])}, got ${JSON.stringify(then[name])}; remove it to begin anew, or name another file`,
      );
  return new Map(rows.map(({ row, theirs, ours }) => [row, { theirs: eachOf(theirs), ours: eachOf(ours) }]));
}

/** Medians by sitting as the times that they are medians of. */
function eachOf({ clock, processor }: Times): Times[] {
  return clock.map((ms, sitting) => ({ clock: [ms], processor: [processor[sitting]!] }));
}
