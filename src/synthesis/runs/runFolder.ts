import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeJsonAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { readSafetensors, safetensorsMetadata, writeSafetensors } from '../../formats/safetensors.ts';
import type { RunRecord } from '../../records/runRecord.ts';
import type { SynthesisProgress } from '../descend.ts';

/** Names of the files in a run's folder. */
export const runFiles = {
  record: 'run.json',
  metamer: 'metamer.wav',
  reference: 'reference.wav',
  figure: 'figure.svg',
  checkpoint: 'checkpoint.bin',
} as const;

/** A run between two steps, as its checkpoint keeps it. */
export interface RunProgress extends SynthesisProgress {
  /** Time of earlier sittings, seconds. */
  readonly seconds: number;
}

/**
 * Writes a run's checkpoint.
 *
 * @param folder - The run's folder.
 * @param settings - All that fixes the run; a checkpoint of other settings is not resumed.
 * @param progress - The run so far.
 */
export function writeCheckpoint(folder: string, settings: object, progress: RunProgress): void {
  const { state, losses, seconds } = progress;
  const stored = (values: Float32Array) => ({ shape: [values.length], values });
  const arrays = new Map([
    ['waveform', stored(state.waveform)],
    ...state.memory.map((values, i) => [`memory${i}`, stored(values)] as const),
    ['losses', stored(Float32Array.from(losses))],
  ]);
  const metadata = { settings: JSON.stringify(settings), step: String(state.step), seconds: String(seconds) };
  writeSafetensors(join(folder, runFiles.checkpoint), arrays, { metadata });
}

/**
 * Reads a run's checkpoint.
 *
 * @param folder - The run's folder.
 * @param settings - Settings it must have.
 * @param options - `overwrite`: a checkpoint that cannot be resumed counts as none.
 * @returns The run so far; undefined when there is no checkpoint.
 * @throws InputError when the checkpoint has other settings or is damaged.
 */
export function readCheckpoint(
  folder: string,
  settings: object,
  { overwrite = false } = {},
): RunProgress | undefined {
  const path = join(folder, runFiles.checkpoint);
  if (!existsSync(path)) return undefined;
  try {
    return checkpointOf(path, settings, folder);
  } catch (error) {
    if (overwrite && error instanceof InputError) return undefined;
    throw error;
  }
}

function checkpointOf(path: string, settings: object, folder: string): RunProgress {
  const metadata = orAnew(() => safetensorsMetadata(path));
  requireSame(folder, JSON.parse(metadata['settings'] ?? '{}') as object, settings);
  const arrays = orAnew(() => readSafetensors(path));
  const memory = [...arrays.keys()].filter((name) => name.startsWith('memory')).sort();
  return {
    state: {
      step: Number(metadata['step']),
      waveform: arrays.get('waveform')!.values,
      memory: memory.map((name) => arrays.get(name)!.values),
    },
    losses: [...arrays.get('losses')!.values],
    seconds: Number(metadata['seconds']),
  };
}

/** Reads a file of the run; what is wrong with it ends in the remedy. */
function orAnew<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new InputError(`${cause.message}; use another folder`, { cause, remedy: { overwrite: true } });
  }
}

/** What every reader of a record relies on; numbers that are not finite are null in JSON. */
const recordSchema = z.looseObject({
  sound: z.string(),
  stage: z.string(),
  model: z.string(),
  modelHash: z.string(),
  objective: z.looseObject({ weights: z.record(z.string(), z.number()) }),
  criteria: z.looseObject({ passed: z.boolean(), verdict: z.string() }),
});

/**
 * Reads a finished run.
 *
 * @param folder - The run's folder.
 * @returns Its record; undefined when the run is not finished.
 * @throws InputError when `run.json` cannot be understood.
 */
export function readRunRecord(folder: string): RunRecord | undefined {
  const path = join(folder, runFiles.record);
  if (!existsSync(path)) return undefined;
  let record: unknown;
  try {
    record = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new InputError(`${path} must be JSON, it cannot be read; use another folder`, {
      cause,
      remedy: { overwrite: true },
    });
  }
  const parsed = recordSchema.safeParse(record);
  if (parsed.success) return record as RunRecord;
  const [issue] = parsed.error.issues;
  throw new InputError(
    `${path} must be the record of a run, '${issue!.path.join('.')}' is not (${issue!.message}); use another folder`,
    { remedy: { overwrite: true } },
  );
}

/** Writes `run.json`, which marks a run as finished, then drops its checkpoint. */
export function finishRun(folder: string, record: RunRecord): void {
  writeJsonAtomic(join(folder, runFiles.record), record);
  rmSync(join(folder, runFiles.checkpoint), { force: true });
}

/** Makes a finished run an unfinished one, before its files are replaced. */
export function unfinishRun(folder: string): void {
  rmSync(join(folder, runFiles.record), { force: true });
}

/**
 * Refuses to mix two runs.
 *
 * @param folder - For the message.
 * @param before - Settings of the run that is there.
 * @param now - Settings asked for.
 * @throws InputError naming the first setting that differs.
 */
export function requireSame(folder: string, before: object, now: object): void {
  const differing = Object.entries(now).find(
    ([key, value]) => JSON.stringify(before[key as never]) !== JSON.stringify(value),
  );
  if (!differing) return;
  const [key, value] = differing;
  throw new InputError(
    `${folder} holds a run with ${key} ${JSON.stringify(before[key as never])}, asked for is ${JSON.stringify(value)}; use another folder`,
    { remedy: { overwrite: true } },
  );
}
