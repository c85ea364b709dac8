import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { soundHash } from '../../../stimuli/sound.ts';
import { writeFileAtomic, writeJsonAtomic } from '../../base/files.ts';
import { lockFolder } from '../../base/lock.ts';
import { readJson } from '../../base/readJson.ts';
import { versions } from '../../base/versions.ts';
import { writeNpy } from '../../formats/npy.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { runFiles } from '../../records/runFolder.ts';
import type { ReferenceSound } from '../../synthesis/runs/batch.ts';
import { requireSameFinished } from '../../synthesis/runs/runFolder.ts';
import { writeChangedSounds } from './changedSounds.ts';
import { readEigenCheckpoint, writeEigenCheckpoint } from './eigenCheckpoint.ts';
import {
  type Eigendistortions,
  type EigenOptions,
  type EigenProgress,
  eigendistortions,
  settledEigen,
} from './eigendistortions.ts';
import { eigenFigure } from './eigenFigure.ts';
import type { EigenRecord, EigenSettings } from './eigenRecord.ts';
import { eigenEnds } from './powerIteration.ts';

/** Names of the files beside the folders of changed sounds. */
const eigenFiles = { record: 'eigen.json', figure: 'eigen.svg' } as const;

/** How a search is watched. */
export interface EigenRunOptions {
  /** Replaces a finished search, or one of other settings; an unfinished one of the same settings goes on. */
  overwrite?: boolean;
  /** Ends the search after the step it is at, its checkpoint written. */
  signal?: AbortSignal | undefined;
  onProgress?: (progress: EigenProgress) => void;
  checkpointEverySeconds?: number;
}

/**
 * Finds the eigendistortions of a sound and writes it changed by them, in a folder of its own. What is finished is kept;
 * what was interrupted goes on to the same bits.
 *
 * @param options - As for `eigendistortions`; overwriting, progress, a signal to stop.
 * @param to - The sound, and the folder of the results.
 * @returns The record, as in `eigen.json`.
 * @throws InputError when the folder holds another search or is in use.
 */
export async function eigenRun(
  model: AuditoryModel,
  options: EigenOptions & EigenRunOptions,
  { reference, folder }: { reference: ReferenceSound; folder: string },
): Promise<EigenRecord> {
  const settings = settingsOf(model, reference, options);
  const { overwrite = false } = options;
  const lock = await lockFolder(folder, { signal: options.signal });
  try {
    const finished = overwrite ? undefined : finishedSearch(settings, folder);
    if (finished) return finished;
    const fixed = { ...settings, versions: versions() };
    const expected = { settings: fixed, samples: model.samples, overwrite };
    const before = readEigenCheckpoint(folder, expected) ?? { progress: { done: {} }, seconds: 0 };
    const startedAt = performance.now();
    const seconds = () => before.seconds + (performance.now() - startedAt) / 1000;
    const found = await eigendistortions(model, reference.waveform, {
      ...options,
      from: before.progress,
      onStep: keeping(options, (progress) => {
        lock.requireHeld();
        writeEigenCheckpoint(folder, fixed, { progress, seconds: seconds() });
      }),
    });
    lock.requireHeld();
    const { directions, ...numbers } = found;
    const record = { ...fixed, ...numbers, sampleRateHz: model.sampleRateHz, seconds: seconds() };
    await writeResults(model, { record, directions }, { reference, folder });
    return record;
  } finally {
    lock.release();
  }
}

function settingsOf(
  model: AuditoryModel,
  { sound, waveform }: ReferenceSound,
  options: EigenOptions,
): EigenSettings {
  const { stage, band, tolerance, iterations, levelsDb, seed, computing } = settledEigen(model, options);
  return {
    ...{ method: 'eigen', sound, soundHash: soundHash(waveform), stage },
    ...{ model: model.name, modelHash: model.hash, ...band },
    ...{ tolerance, iterationLimit: iterations, levelsDb, seed, ...computing },
    oversampling: model.oversampling,
  };
}

function finishedSearch(settings: EigenSettings, folder: string): EigenRecord | undefined {
  const path = join(folder, eigenFiles.record);
  if (!existsSync(path)) return undefined;
  const isOf = { what: 'the record of eigendistortions', remedy: 'use another folder' };
  const record = readJson(path, recordSchema, { ...isOf, settings: { overwrite: true } });
  requireSameFinished(folder, record, settings);
  return record as unknown as EigenRecord;
}

/** What is read of a finished record; what it was made with is compared. */
const recordSchema = z.looseObject({
  distortions: z.looseObject({ largest: z.looseObject({}), smallest: z.looseObject({}) }),
  noise: z.looseObject({}),
});

/** Keeps the search every few seconds, and when it is to stop. */
function keeping(options: EigenRunOptions, keep: (progress: EigenProgress) => void) {
  const { signal, onProgress, checkpointEverySeconds = 5 } = options;
  let keptAt = performance.now();
  return (progress: EigenProgress) => {
    onProgress?.(progress);
    const isStopped = signal?.aborted ?? false;
    if (isStopped || performance.now() - keptAt > 1000 * checkpointEverySeconds) {
      keep(progress);
      keptAt = performance.now();
    }
    if (isStopped) throw signal!.reason;
  };
}

/** The record comes last: it marks the search as finished. */
async function writeResults(
  model: AuditoryModel,
  { record, directions }: { record: EigenRecord; directions: Eigendistortions['directions'] },
  { reference, folder }: { reference: ReferenceSound; folder: string },
): Promise<void> {
  rmSync(join(folder, eigenFiles.record), { force: true });
  for (const end of eigenEnds) {
    rmSync(join(folder, end), { recursive: true, force: true });
    writeNpy(join(folder, `${end}.npy`), directions[end]);
    await writeChangedSounds(model, { record, end, direction: directions[end] }, { reference, folder });
  }
  const figure = eigenFigure(record, { waveform: reference.waveform, directions }, model);
  writeFileAtomic(join(folder, eigenFiles.figure), figure);
  writeJsonAtomic(join(folder, eigenFiles.record), record);
  rmSync(join(folder, runFiles.checkpoint), { force: true });
}
