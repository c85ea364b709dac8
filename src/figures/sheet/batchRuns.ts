import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { InputError } from '../../base/inputError.ts';
import { readRunRecord, runFiles } from '../../records/runFolder.ts';
import type { RunRecord } from '../../records/runRecord.ts';

/** A finished run of a batch. */
export interface BatchRun {
  /** Its folder below the batch's, with `/` between names. */
  path: string;
  record: RunRecord;
}

/** All runs below a folder. */
export interface BatchRuns {
  finished: BatchRun[];
  /** Folders of runs that were begun and not finished, below the batch's. */
  unfinished: string[];
}

/**
 * Finds the runs of a batch, at any depth.
 *
 * @param folder - The batch's folder.
 * @throws InputError when it cannot be read, holds no run or a record that cannot be understood.
 */
export function readBatchRuns(folder: string): BatchRuns {
  const paths = foldersBelow(folder);
  const has = (path: string, file: string) => existsSync(join(folder, path, file));
  const finished = paths
    .filter((path) => has(path, runFiles.record) && has(path, runFiles.metamer))
    .map((path) => ({ path, record: readRunRecord(join(folder, path))! }));
  const unfinished = paths.filter(
    (path) => !has(path, runFiles.record) && (has(path, runFiles.checkpoint) || has(path, 'lock')),
  );
  if (finished.length + unfinished.length === 0)
    throw new InputError(
      `${folder} must hold runs, folders with ${runFiles.record} and ${runFiles.metamer}, it holds none; give the folder that a batch was written to`,
    );
  return { finished, unfinished };
}

function foldersBelow(folder: string): string[] {
  try {
    if (!statSync(folder).isDirectory()) throw new Error('not a folder');
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const below = entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
    // The folder may be one run's own.
    return ['.', ...below.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))];
  } catch (cause) {
    throw new InputError(`${folder} must be a folder that can be read; give the folder of a batch`, {
      cause,
    });
  }
}
