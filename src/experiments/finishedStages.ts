import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeJsonAtomic } from '../base/files.ts';

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

/**
 * What was found at the stages that are finished.
 *
 * @param folder - As for {@link saveFinished}; it may not be there yet.
 */
export function readFinished<Found>(folder: string): Map<string, Found> {
  if (!existsSync(folder)) return new Map();
  return new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => [
        decodeURIComponent(name.slice(0, -'.json'.length)),
        JSON.parse(readFileSync(join(folder, name), 'utf8')) as Found,
      ]),
  );
}
