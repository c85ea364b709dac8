import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeJsonAtomic } from '../../base/files.ts';
import type { ResponsePrediction } from './predictStage.ts';

/**
 * Keeps a stage's predictions, so that an interrupted run goes on after it.
 *
 * @param folder - Of one model, data and settings.
 * @param stage - Its name.
 * @param predictions - One a response.
 */
export function saveFinished(
  folder: string,
  stage: string,
  predictions: readonly ResponsePrediction[],
): void {
  const path = join(folder, `${encodeURIComponent(stage)}.json`);
  if (!existsSync(path)) writeJsonAtomic(path, predictions);
}

/**
 * The stages that are finished.
 *
 * @param folder - As for {@link saveFinished}.
 */
export function readFinished(folder: string): Map<string, ResponsePrediction[]> {
  return new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => [
        decodeURIComponent(name.slice(0, -'.json'.length)),
        JSON.parse(readFileSync(join(folder, name), 'utf8')) as ResponsePrediction[],
      ]),
  );
}
