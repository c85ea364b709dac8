import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../base/inputError.ts';
import {
  type CheckedArrays,
  readCheckedArrays,
  valuesOf,
  writeCheckedArrays,
} from '../../formats/checkedArrays.ts';
import { runFiles, writeRunRecord } from '../../records/runFolder.ts';
import type { SynthesisProgress } from '../descend.ts';
import type { OptimizerState } from '../optimizer.ts';

/** What a checkpoint must be to be gone on from. */
export interface ExpectedCheckpoint {
  /** All that fixes the run. */
  settings: object;
  /** Steps of the whole run. */
  steps: number;
  /** The run before its first step: gives the lengths of all arrays. */
  start: OptimizerState;
}

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
  writeCheckedArrays(join(folder, runFiles.checkpoint), { arrays, metadata });
}

/**
 * Reads a run's checkpoint.
 *
 * @param folder - The run's folder.
 * @param expected - Settings, steps and lengths it must have.
 * @param options - `overwrite`: a checkpoint that cannot be resumed counts as none.
 * @returns The run so far; undefined when there is no checkpoint.
 * @throws InputError when the checkpoint has other settings or is damaged.
 */
export function readCheckpoint(
  folder: string,
  expected: ExpectedCheckpoint,
  { overwrite = false } = {},
): RunProgress | undefined {
  const { settings, steps, start } = expected;
  return resumed(folder, { settings, overwrite }, (checkpoint, path) => {
    const step = numberOf(checkpoint, 'step', { path, max: steps, isWhole: true });
    const array = (name: string, length: number) => valuesOf(checkpoint, name, [length], path);
    return {
      state: {
        step,
        waveform: array('waveform', start.waveform.length),
        memory: start.memory.map(({ length }, i) => array(`memory${i}`, length)),
      },
      losses: [...array('losses', step)],
      seconds: numberOf(checkpoint, 'seconds', { path, max: Number.MAX_VALUE, isWhole: false }),
    };
  });
}

/**
 * What a checkpoint keeps of work of the same settings.
 *
 * @param expected - Settings that it must have; `overwrite`: one that cannot be resumed counts as none.
 * @param read - Takes from the file, at its path, what is gone on from.
 * @returns Undefined when there is no checkpoint.
 * @throws InputError when the checkpoint has other settings or is damaged.
 */
export function resumed<T>(
  folder: string,
  { settings, overwrite }: { settings: object; overwrite: boolean },
  read: (checkpoint: CheckedArrays, path: string) => T,
): T | undefined {
  const path = join(folder, runFiles.checkpoint);
  if (!existsSync(path)) return undefined;
  try {
    const checkpoint = orAnew(() => readCheckedArrays(path));
    const before = orAnew(() => storedSettings(path, checkpoint.metadata['settings']));
    requireSame(folder, before, settings);
    return orAnew(() => read(checkpoint, path));
  } catch (error) {
    if (overwrite && error instanceof InputError) return undefined;
    throw error;
  }
}

function storedSettings(path: string, text: string | undefined): object {
  try {
    const settings: unknown = JSON.parse(text ?? '');
    if (typeof settings === 'object' && settings !== null) return settings;
  } catch {
    // Said below.
  }
  throw new InputError(`${path} must hold the settings of its run, it does not`);
}

/** A number among a checkpoint's texts. */
function numberOf(
  { metadata }: CheckedArrays,
  name: string,
  { path, max, isWhole }: { path: string; max: number; isWhole: boolean },
): number {
  const text = metadata[name] ?? '';
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value <= max && (!isWhole || Number.isInteger(value))) return value;
  throw new InputError(
    `${path}: ${name} must be a ${isWhole ? `whole number from 0 to ${max}` : 'number ≥ 0'}, got '${text}'`,
  );
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

/** Writes `run.json`, which marks a run as finished, then drops its checkpoint. */
export function finishRun(folder: string, record: object): void {
  writeRunRecord(folder, record);
  rmSync(join(folder, runFiles.checkpoint), { force: true });
}

/** Makes a finished run an unfinished one, before its files are replaced. */
export function unfinishRun(folder: string): void {
  rmSync(join(folder, runFiles.record), { force: true });
}

/**
 * Refuses a finished run of other settings. It may be taken up where other numbers of threads are at hand.
 *
 * @param folder - For the message.
 * @param finished - Record of the run that is there.
 * @param settings - Settings asked for.
 * @throws InputError naming the first setting that differs.
 */
export function requireSameFinished(folder: string, finished: object, settings: { threads: number }): void {
  const { threads: _, ...identity } = settings;
  requireSame(folder, finished, identity);
}

/**
 * Refuses to mix two runs.
 *
 * @param folder - For the message.
 * @param before - Settings of the run that is there.
 * @param now - Settings asked for.
 * @throws InputError naming the first setting that differs.
 */
function requireSame(folder: string, before: object, now: object): void {
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
