import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeJsonAtomic } from '../base/files.ts';
import { readJson } from '../base/readJson.ts';

/** What an experiment has found stage by stage, kept so that an interrupted run goes on after the last finished stage. */
export interface FinishedStages<Found> {
  /** By stage, as far as an earlier run came. */
  found: Map<string, Found>;
  /** Keeps what was found at a stage: anything JSON can hold. */
  save(stage: string, found: Found): void;
}

/** Below an experiment's folder, while it is unfinished. */
const folderName = 'finished';

/**
 * Opens what is kept of one model, data and settings.
 *
 * @param out - The experiment's folder.
 * @param fixed - All that decides what is found: texts, and arrays of numbers byte by byte.
 * @throws InputError for a file that is no JSON.
 */
export function finishedStages<Found>(
  out: string,
  fixed: Iterable<string | NodeJS.ArrayBufferView>,
): FinishedStages<Found> {
  const hash = createHash('sha256');
  for (const part of fixed) hash.update(part);
  const folder = join(out, folderName, hash.digest('hex').slice(0, 16));
  return {
    found: readFound<Found>(folder),
    save(stage, found) {
      const path = join(folder, `${encodeURIComponent(stage)}.json`);
      if (!existsSync(path)) writeJsonAtomic(path, found);
    },
  };
}

/**
 * Drops what is kept, once the experiment's result stands.
 *
 * @param out - The experiment's folder.
 */
export function dropFinishedStages(out: string): void {
  rmSync(join(out, folderName), { recursive: true, force: true });
}

const isOfStage = {
  what: 'what was found at a stage',
  remedy: 'remove it, so that the stage is computed anew',
};

function readFound<Found>(folder: string): Map<string, Found> {
  if (!existsSync(folder)) return new Map();
  return new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => [
        decodeURIComponent(name.slice(0, -'.json'.length)),
        readJson(join(folder, name), z.unknown(), isOfStage) as Found,
      ]),
  );
}
