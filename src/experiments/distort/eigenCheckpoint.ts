import { join } from 'node:path';
import { parseJson } from '../../base/readJson.ts';
import { valuesOf, writeCheckedArrays } from '../../formats/checkedArrays.ts';
import { runFiles } from '../../records/runFolder.ts';
import { resumed } from '../../synthesis/runs/runFolder.ts';
import type { EigenProgress } from './eigendistortions.ts';
import { type EigenEstimate, eigenEnds } from './powerIteration.ts';

/** A search between two steps. */
export interface EigenCheckpoint {
  progress: EigenProgress;
  /** Time of earlier sittings. */
  seconds: number;
}

/**
 * Writes the checkpoint of a search.
 *
 * @param folder - Of one sound and stage.
 * @param settings - All that fixes the result.
 * @param checkpoint - The search so far.
 */
export function writeEigenCheckpoint(
  folder: string,
  settings: object,
  { progress: { done, current }, seconds }: EigenCheckpoint,
): void {
  const arrays = new Map<string, { shape: number[]; values: Float32Array }>();
  const kept = (name: string, { vector, ...numbers }: EigenEstimate) => {
    arrays.set(name, { shape: [vector.length], values: vector });
    return numbers;
  };
  const state = {
    done: Object.fromEntries(eigenEnds.flatMap((end) => (done[end] ? [[end, kept(end, done[end])]] : []))),
    ...(current ? { current: { end: current.end, estimate: kept('current', current.estimate) } } : {}),
  };
  const metadata = {
    settings: JSON.stringify(settings),
    state: JSON.stringify(state),
    seconds: String(seconds),
  };
  writeCheckedArrays(join(folder, runFiles.checkpoint), { arrays, metadata });
}

/**
 * Reads the checkpoint of a search.
 *
 * @param folder - Of one sound and stage.
 * @param expected - Settings and samples that it must have; `overwrite`: one that cannot be resumed counts as none.
 * @returns The search so far; undefined where there is no checkpoint.
 * @throws InputError when it has other settings or is damaged.
 */
export function readEigenCheckpoint(
  folder: string,
  { settings, samples, overwrite }: { settings: object; samples: number; overwrite: boolean },
): EigenCheckpoint | undefined {
  return resumed(folder, { settings, overwrite }, (file, path) => {
    const { done, current } = parseJson(file.metadata['state'] ?? '', path) as EigenProgress;
    const whole = (name: string, numbers: EigenEstimate): EigenEstimate => ({
      ...numbers,
      vector: valuesOf(file, name, [samples], path),
    });
    return {
      seconds: Number(file.metadata['seconds']),
      progress: {
        done: Object.fromEntries(
          eigenEnds.flatMap((end) => (done[end] ? [[end, whole(end, done[end])]] : [])),
        ),
        ...(current ? { current: { end: current.end, estimate: whole('current', current.estimate) } } : {}),
      },
    };
  });
}
