import { join } from 'node:path';
import { writeWav } from '../../../stimuli/writeWav.ts';
import { makeFolder } from '../../base/files.ts';
import type { ComputingOptions } from '../../engine/engine.ts';
import { earOf } from '../../model/hearingThrough.ts';
import { runFiles, writeRunRecord } from '../../records/runFolder.ts';
import type { Criteria, RunRecord } from '../../records/runRecord.ts';
import { judgeMetamer } from '../../synthesis/judgeMetamer.ts';
import type { ReferenceSound } from '../../synthesis/runs/layOutRuns.ts';
import { changedSound } from './eigen/eigendistortions.ts';
import type { observedBy } from './observers.ts';

/** What the runs of all changes of a sound say. */
export interface ChangedRun extends ReturnType<typeof observedBy> {
  reference: ReferenceSound;
  /** What the change is, the same at every level. */
  kind: string;
  /** Name of what was looked for. */
  objective: string;
  verdict: Pick<Criteria, 'passed' | 'verdict'>;
  versions: RunRecord['versions'];
  computing: ComputingOptions;
}

/**
 * Writes a sound changed along a direction at each level, in run folders that a study takes.
 *
 * @param change - The sound; the direction, of unit length, shape [samples]; what is known of each level.
 * @param folder - Receives a folder for each level.
 */
export async function writeChangedSounds(
  {
    direction,
    levels,
    ...run
  }: ChangedRun & { direction: Float32Array; levels: readonly { levelDb: number }[] },
  folder: string,
): Promise<void> {
  for (const level of levels) {
    const waveform = changedSound(run.reference.waveform, direction, level.levelDb);
    await writeChangedRun(run, { waveform, level }, join(folder, `${level.levelDb}dB`));
  }
}

/**
 * Writes a changed sound as a run: it is the `metamer.wav`, the sound itself the `reference.wav`.
 *
 * @param run - What the change is.
 * @param changed - The sound, shape [samples], and what is known of it.
 * @param folder - Of the run.
 */
export async function writeChangedRun(
  run: ChangedRun,
  { waveform, level }: { waveform: Float32Array; level: { levelDb: number } },
  folder: string,
): Promise<void> {
  const { reference, observers, kind, objective, verdict, computing, ...rest } = run;
  const { model, stage } = observers[0]!;
  const sounds = { reference: reference.waveform, metamer: waveform };
  const { criteria } = await judgeMetamer(model, sounds, {
    ...{ ...computing, stages: [stage], nullDistribution: 'none' },
  });
  const wav = { sampleRateHz: model.sampleRateHz, format: 'float32' } as const;
  makeFolder(folder);
  writeWav(join(folder, runFiles.reference), reference.waveform, wav);
  writeWav(join(folder, runFiles.metamer), waveform, wav);
  const { predictedClass, predictedClasses } = criteria;
  writeRunRecord(folder, {
    ...{ sound: reference.sound, stage: `${kind} ${level.levelDb} dB`, ...rest },
    ...{ objective: { name: objective, weights: {} }, change: { kind, levelDb: level.levelDb } },
    ...{ level, sampleRateHz: model.sampleRateHz },
    ...earOf(model),
    peak: waveform.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
    criteria: { ...verdict, predictedClass, predictedClasses },
  });
}
