import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeJsonAtomic } from '../base/files.ts';
import { readJson } from '../base/readJson.ts';

/**
 * Keeps what an experiment found at a stage, so that an interrupted run goes on after it.
 *
 * @param folder - Of one model, data and settings.
 * @param stage - Its name.
 * @param found - Anything JSON can hold.
 */
export function saveFinished(folder: string, stage: string, found: unknown): void {
  const path = join(folder, `${encodeURIComponent(stage)}.json`);
  if (!existsSync(path)) writeJsonAtomic(path, found);
}

const isOfStage = {
  what: 'what was found at a stage',
  remedy: 'remove it, so that the stage is computed anew',
};

/**
 * What was found at the stages that are finished.
 *
 * @param folder - As for {@link saveFinished}; it may not be there yet.
 * @throws InputError for a file that is no JSON.
 */
export function readFinished<Found>(folder: string): Map<string, Found> {
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
