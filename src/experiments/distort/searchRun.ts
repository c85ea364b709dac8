import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { writeJsonAtomic } from '../../base/files.ts';
import { lockFolder } from '../../base/lock.ts';
import { readJson } from '../../base/readJson.ts';
import { versions } from '../../base/versions.ts';
import { runFiles } from '../../records/runFolder.ts';
import type { RunRecord } from '../../records/runRecord.ts';
import { requireSameFinished } from '../../synthesis/runs/checkpoint.ts';
import { readSearchCheckpoint, writeSearchCheckpoint } from './searchCheckpoint.ts';

/** How a search is watched. */
export interface SearchRunOptions<Progress> {
  /** Replaces a finished search, or one of other settings; an unfinished one of the same settings goes on. */
  overwrite?: boolean;
  /** Ends the search after the step it is at, its checkpoint written. */
  signal?: AbortSignal | undefined;
  onProgress?: (progress: Progress) => void;
  checkpointEverySeconds?: number;
}

/** A search whose record stands in a folder of its own. */
export interface Search<Settings, Progress, Found> {
  folder: string;
  /** Name of the record's file. */
  file: string;
  /** What is read of a finished record; what it was made with is compared. */
  schema: z.ZodType;
  settings: Settings;
  /** Looks, from where an earlier sitting stood. */
  find: (from: Progress | undefined, onStep: (progress: Progress) => void) => Promise<Found>;
  /** Writes all but the record, and gives what the record says of it. */
  write: (found: Found, versions: RunRecord['versions']) => Promise<object>;
}

/**
 * Makes a search in a folder. What is finished is kept; what was interrupted goes on to the same bits.
 *
 * @param search - What is looked for, and where.
 * @param options - Overwriting, progress, a signal to stop.
 * @throws InputError when the folder holds another search or is in use.
 */
export async function searchRun<Settings extends { threads: number }, Progress extends object, Found, Result>(
  search: Search<Settings, Progress, Found>,
  options: SearchRunOptions<Progress>,
): Promise<Result> {
  const { folder, file, settings } = search;
  const { overwrite = false } = options;
  const path = join(folder, file);
  const lock = await lockFolder(folder, { signal: options.signal });
  try {
    const finished = overwrite ? undefined : finishedSearch(path, search);
    if (finished) return finished as Result;
    const fixed = { ...settings, versions: versions() };
    const before = readSearchCheckpoint<Progress>(folder, { settings: fixed, overwrite });
    const startedAt = performance.now();
    const seconds = () => (before?.seconds ?? 0) + (performance.now() - startedAt) / 1000;
    const onStep = keeping(options, (progress: Progress) => {
      lock.requireHeld();
      writeSearchCheckpoint(folder, fixed, { progress, seconds: seconds() });
    });
    const found = await search.find(before?.progress, onStep);
    lock.requireHeld();
    rmSync(path, { force: true });
    const result = await search.write(found, fixed.versions);
    const record = { ...fixed, ...result, seconds: seconds() };
    // The record comes last: it marks the search as finished.
    writeJsonAtomic(path, record);
    rmSync(join(folder, runFiles.checkpoint), { force: true });
    return record as Result;
  } finally {
    lock.release();
  }
}

function finishedSearch<Settings extends { threads: number }>(
  path: string,
  { folder, schema, settings }: Pick<Search<Settings, never, never>, 'folder' | 'schema' | 'settings'>,
): unknown {
  if (!existsSync(path)) return undefined;
  const isOf = { what: 'the record of distortions', remedy: 'use another folder' };
  const record = readJson(path, schema, { ...isOf, settings: { overwrite: true } }) as object;
  requireSameFinished(folder, record, settings);
  return record;
}

/** Keeps the search every few seconds, and when it is to stop. */
function keeping<Progress>(options: SearchRunOptions<Progress>, keep: (progress: Progress) => void) {
  const { signal, onProgress, checkpointEverySeconds = 5 } = options;
  let keptAt = performance.now();
  return (progress: Progress) => {
    onProgress?.(progress);
    const isStopped = signal?.aborted ?? false;
    if (isStopped || performance.now() - keptAt > 1000 * checkpointEverySeconds) {
      keep(progress);
      keptAt = performance.now();
    }
    if (isStopped) throw signal!.reason;
  };
}
