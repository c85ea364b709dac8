import { join } from 'node:path';
import { parseJson } from '../../base/readJson.ts';
import { valuesOf, writeCheckedArrays } from '../../formats/checkedArrays.ts';
import { runFiles } from '../../records/runFolder.ts';
import { resumed } from '../../synthesis/runs/checkpoint.ts';

/** A search between two steps. */
export interface SearchCheckpoint<Progress> {
  /** Plain data and vectors. */
  progress: Progress;
  /** Time of earlier sittings. */
  seconds: number;
}

/**
 * Writes the checkpoint of a search: its vectors as arrays, all else as text.
 *
 * @param folder - Of the search.
 * @param settings - All that fixes the result.
 * @param checkpoint - The search so far.
 */
export function writeSearchCheckpoint(
  folder: string,
  settings: object,
  { progress, seconds }: SearchCheckpoint<object>,
): void {
  const arrays = new Map<string, { shape: number[]; values: Float32Array }>();
  const state = JSON.stringify(progress, (_, value: unknown) => {
    if (!(value instanceof Float32Array)) return value;
    const array = `vector${arrays.size}`;
    arrays.set(array, { shape: [value.length], values: value });
    return { array, length: value.length };
  });
  const metadata = { settings: JSON.stringify(settings), state, seconds: String(seconds) };
  writeCheckedArrays(join(folder, runFiles.checkpoint), { arrays, metadata });
}

/**
 * Reads the checkpoint of a search.
 *
 * @param folder - Of the search.
 * @param expected - Settings that it must have; `overwrite`: one that cannot be resumed counts as none.
 * @returns The search so far; undefined where there is no checkpoint.
 * @throws InputError when it has other settings or is damaged.
 */
export function readSearchCheckpoint<Progress>(
  folder: string,
  expected: { settings: object; overwrite: boolean },
): SearchCheckpoint<Progress> | undefined {
  return resumed(folder, expected, (file, path) => {
    const restored = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(restored);
      if (typeof value !== 'object' || value === null) return value;
      const { array, length } = value as { array?: string; length?: number };
      if (array !== undefined) return valuesOf(file, array, [length!], path);
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, restored(each)]));
    };
    return {
      progress: restored(parseJson(file.metadata['state'] ?? '', path)) as Progress,
      seconds: Number(file.metadata['seconds']),
    };
  });
}
