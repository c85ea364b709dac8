import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { soundHash } from '../../../stimuli/sound.ts';
import { writeWav } from '../../../stimuli/writeWav.ts';
import { writeFileAtomic } from '../../base/files.ts';
import { lockFolder } from '../../base/lock.ts';
import { versions } from '../../base/versions.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { earOf } from '../../model/hearingThrough.ts';
import { readRunRecord, runFiles } from '../../records/runFolder.ts';
import { judgeMetamer } from '../../synthesis/judgeMetamer.ts';
import {
  finishRun,
  readCheckpoint,
  requireSameFinished,
  unfinishRun,
  writeCheckpoint,
} from '../../synthesis/runs/checkpoint.ts';
import { lossCurve, type RunOptions, takeSteps } from '../../synthesis/runs/takeSteps.ts';
import { driveFigure } from './driveFigure.ts';
import type { DriveRecord, DriveSettings } from './driveRecord.ts';
import {
  compareDriven,
  type DriveComparison,
  type DrivenSound,
  type DriveOptions,
  type PreparedDrive,
  prepareDrive,
  settledDrive,
} from './driveSound.ts';

/**
 * Makes a driven sound in a folder of its own. A finished run is kept; an interrupted one goes on to the same bits.
 *
 * @param options - As for `driveSound`; overwriting, progress, a signal to stop.
 * @param folder - Receives what a metamer's run has.
 * @returns The record, as in `run.json`.
 * @throws InputError when the folder holds another run or is in use.
 */
export async function driveRun(
  model: AuditoryModel,
  options: DriveOptions & RunOptions,
  folder: string,
): Promise<DriveRecord> {
  const settings = settingsOf(model, options);
  const lock = await lockFolder(folder, { signal: options.signal });
  try {
    const finished = options.overwrite ? undefined : finishedDrive(settings, folder);
    if (finished) return finished;
    const fixed = { ...settings, versions: versions() };
    const prepared = await prepareDrive(model, options);
    try {
      const expected = { settings: fixed, steps: settings.stepLimit, start: prepared.start.state };
      const from = readCheckpoint(folder, expected, options) ?? { ...prepared.start, seconds: 0 };
      const { state, losses, seconds } = await takeSteps(prepared.descent, from, {
        ...options,
        onCheckpoint: (progress) => {
          lock.requireHeld();
          writeCheckpoint(folder, fixed, progress);
        },
      });
      const driven = { ...(await compareDriven(model, prepared, state.waveform)), losses };
      const record = await recordOf(model, { settings, prepared, driven });
      lock.requireHeld();
      writeRun(model, folder, { driven, record: { ...record, seconds } });
      return { ...record, seconds };
    } finally {
      await prepared.release();
    }
  } finally {
    lock.release();
  }
}

/**
 * Name of a driven sound's folder and condition.
 *
 * @param options - Target and objective.
 */
export function driveLabel(model: AuditoryModel, options: DriveOptions): string {
  const { target, objective } = settledDrive(model, options);
  const stage = target.stages.length === 1 && target.readoutsHash === undefined ? [target.stages[0]!] : [];
  return [...stage, target.label, objective].join(' ');
}

function settingsOf(model: AuditoryModel, options: DriveOptions): DriveSettings {
  const { target, objective, limits, steps, seed, computing } = settledDrive(model, options);
  const natural = options.natural.map(({ sound, waveform }) => [sound, soundHash(waveform)]);
  return {
    ...{ stage: driveLabel(model, options), model: model.name, modelHash: model.hash },
    objective: { name: objective, target: target.label, weights: {} },
    readoutsHash: target.readoutsHash ?? null,
    naturalHash: createHash('sha256').update(JSON.stringify(natural)).digest('hex'),
    ...limits,
    ...{ stepLimit: steps, seed, ...computing, oversampling: model.oversampling },
    ...earOf(model),
  };
}

function finishedDrive(settings: DriveSettings, folder: string): DriveRecord | undefined {
  const finished = readRunRecord(folder);
  if (finished) requireSameFinished(folder, finished, settings);
  return finished as DriveRecord | undefined;
}

async function recordOf(
  model: AuditoryModel,
  { settings, prepared, driven }: { settings: DriveSettings; prepared: PreparedDrive; driven: DrivenSound },
): Promise<Omit<DriveRecord, 'seconds'>> {
  const { waveform, bestWaveform, losses, ...comparison } = driven;
  const passed = comparison.driven.score > comparison.best.score;
  return {
    ...settings,
    ...{ sound: comparison.best.sound, steps: losses.length - 1, sampleRateHz: model.sampleRateHz },
    ...{ versions: versions(), modelPath: model.path ?? null },
    stageOrder: model.stages.map(({ name }) => name),
    loss: lossCurve(losses),
    comparison,
    peak: waveform.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
    criteria: {
      passed,
      verdict: `${passed ? 'passed' : 'failed'}: ${verdictOf(comparison)}`,
      ...(await classesOf(model, driven, prepared)),
    },
  };
}

function verdictOf({ driven, best }: DriveComparison): string {
  return `${driven.z.toFixed(1)} SD of natural sounds above their mean, the best of them ${best.z.toFixed(1)}`;
}

/** What the model takes the best natural and the driven sound for. */
async function classesOf(
  model: AuditoryModel,
  { waveform, bestWaveform }: DrivenSound,
  { target: { stages }, computing }: PreparedDrive,
): Promise<Pick<DriveRecord['criteria'], 'predictedClass' | 'predictedClasses'>> {
  const sounds = { reference: bestWaveform, metamer: waveform };
  const { criteria } = await judgeMetamer(model, sounds, { ...computing, stages, nullDistribution: 'none' });
  return { predictedClass: criteria.predictedClass, predictedClasses: criteria.predictedClasses };
}

function writeRun(
  model: AuditoryModel,
  folder: string,
  { driven, record }: { driven: DrivenSound; record: DriveRecord },
): void {
  unfinishRun(folder);
  const wav = { sampleRateHz: model.sampleRateHz, format: 'float32' } as const;
  writeWav(join(folder, runFiles.reference), driven.bestWaveform, wav);
  writeWav(join(folder, runFiles.metamer), driven.waveform, wav);
  writeFileAtomic(join(folder, runFiles.figure), driveFigure(record, driven, model));
  finishRun(folder, record);
}
