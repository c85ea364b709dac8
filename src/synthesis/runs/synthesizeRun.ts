import { join } from 'node:path';
import { writeWav } from '../../../stimuli/writeWav.ts';
import { type FolderLock, lockFolder } from '../../base/lock.ts';
import type { CompileOptions } from '../../engine/engine.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { readRunRecord, runFiles } from '../../records/runFolder.ts';
import type { RunRecord, RunSettings } from '../../records/runRecord.ts';
import { judge } from '../criteria.ts';
import { beginning, type Descent, type Matching, type SynthesisProgress } from '../descend.ts';
import type { NullDistribution } from '../null/nullDistribution.ts';
import { initialNoise, synthesisPreset } from '../presets.ts';
import {
  finishRun,
  type RunProgress,
  readCheckpoint,
  requireSameFinished,
  unfinishRun,
  writeCheckpoint,
} from './checkpoint.ts';
import { lossCurve, type RunOptions, takeSteps } from './takeSteps.ts';
import { watchMemory } from './watchMemory.ts';

/** Settings of a run that is yet to be computed: with an engine and a device of ours. */
export type ComputableSettings = RunSettings & Required<Pick<CompileOptions, 'engine' | 'device'>>;

/** One run: settings, sound and the compiled objective. */
export interface RunJob {
  settings: ComputableSettings;
  model: AuditoryModel;
  /** Shape [samples], at the preset's level. */
  reference: Float32Array;
  matching: Matching;
  nullDistribution?: NullDistribution | undefined;
  versions: Record<string, string>;
}

/**
 * Makes a metamer in a folder of its own. A finished run is returned as it is; an interrupted one goes on from its
 * checkpoint to the bits that an uninterrupted one has.
 *
 * @param job - The run.
 * @param options - Progress, checkpoints, overwriting.
 * @returns The record, as in `run.json`.
 * @throws InputError when the folder holds another run or is in use, or the loss stops being finite; the signal's
 *   reason when it is stopped.
 */
export async function synthesizeRun(
  job: RunJob,
  folder: string,
  options: RunOptions = {},
): Promise<RunRecord> {
  const lock = await lockFolder(folder, { signal: options.signal });
  const memory = watchMemory();
  try {
    const finished = options.overwrite ? undefined : finishedRun(job.settings, folder);
    if (finished) return finished;
    // Other versions may compute other bits, so they do not go on from each other's checkpoints.
    const fixed = { ...job.settings, versions: job.versions };
    const start = beginningOf(job);
    const expected = { settings: fixed, steps: job.settings.stepLimit, start: start.state };
    const from = readCheckpoint(folder, expected, options) ?? { ...start, seconds: 0 };
    const whole = await takeSteps(descentOf(job), from, {
      ...options,
      onCheckpoint: (progress) => {
        lock.requireHeld();
        writeCheckpoint(folder, fixed, progress);
      },
    });
    return await writeRun(job, { folder, lock }, whole, memory);
  } finally {
    memory.stop();
    lock.release();
  }
}

/**
 * The record of a run that is finished already.
 *
 * @param settings - Settings it must have.
 * @returns Undefined when there is no finished run.
 * @throws InputError when the folder holds a run with other settings.
 */
export function finishedRun(settings: RunSettings, folder: string): RunRecord | undefined {
  const finished = readRunRecord(folder);
  if (finished) requireSameFinished(folder, finished, settings);
  return finished;
}

/** The run before its first step. */
function beginningOf({ settings: { preset, stepLimit, seed }, model }: RunJob): SynthesisProgress {
  return beginning(synthesisPreset(preset).optimizer(stepLimit), {
    ...{ samples: model.samples, seed, initialNoise },
  });
}

function descentOf({ settings: { stepLimit }, matching }: RunJob): Descent {
  return { ...matching, steps: stepLimit };
}

/** Judges the finished waveform and writes the folder; `run.json` comes last. */
async function writeRun(
  job: RunJob,
  { folder, lock }: { folder: string; lock: FolderLock },
  { state, losses, seconds }: RunProgress,
  memory: { stop(): number },
): Promise<RunRecord> {
  const { model, reference, settings, nullDistribution } = job;
  const sounds = { reference, metamer: state.waveform };
  const stages = Object.keys(settings.objective.weights);
  const { engine, device, threads } = settings;
  const judged = await judge(model, sounds, stages, { nullDistribution, engine, device, threads });
  const record: RunRecord = {
    ...settings,
    modelPath: model.path ?? null,
    stageOrder: model.stages.map(({ name }) => name),
    steps: state.step,
    sampleRateHz: model.sampleRateHz,
    versions: job.versions,
    loss: lossCurve(losses),
    nullPath: nullDistribution?.path ?? null,
    ...judged,
    seconds,
    peakMemoryMiB: memory.stop(),
  };
  lock.requireHeld();
  unfinishRun(folder);
  const wav = { sampleRateHz: model.sampleRateHz, format: 'float32' } as const;
  writeWav(join(folder, runFiles.reference), reference, wav);
  writeWav(join(folder, runFiles.metamer), state.waveform, wav);
  finishRun(folder, record);
  return record;
}
