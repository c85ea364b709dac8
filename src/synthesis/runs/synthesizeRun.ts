import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeWav } from '../../../stimuli/writeWav.ts';
import { writeFileAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { lockFolder } from '../../base/lock.ts';
import { createRandom } from '../../base/random.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import type { RunRecord, RunSettings } from '../../records/runRecord.ts';
import { judge } from '../criteria.ts';
import type { GradientProgram } from '../gradientProgram.ts';
import type { NullDistribution } from '../null/nullDistribution.ts';
import { startState } from '../optimizer.ts';
import { synthesisPreset } from '../presets.ts';
import {
  finishRun,
  type RunProgress,
  readCheckpoint,
  readRunRecord,
  requireSame,
  runFiles,
  unfinishRun,
  writeCheckpoint,
} from './runFolder.ts';
import { watchMemory } from './watchMemory.ts';

/** One run: settings, sound and the compiled objective. */
export interface RunJob {
  settings: RunSettings;
  model: AuditoryModel;
  /** Shape [samples], at the preset's level. */
  reference: Float32Array;
  program: GradientProgram;
  /** The reference's activations at the objective's stages, by the fast ear. */
  targets: readonly Float32Array[];
  nullDistribution?: NullDistribution | undefined;
  versions: Record<string, string>;
  drawFigure: DrawRunFigure;
}

/** Draws a finished run, as SVG; handed in, so that synthesis does not depend on figures. */
export type DrawRunFigure = (
  record: RunRecord,
  sounds: { reference: Float32Array; metamer: Float32Array },
  model: AuditoryModel,
) => string;

/** Where a run stands. */
export interface RunReport {
  step: number;
  steps: number;
  loss: number;
  stepsPerSecond: number;
}

/** How a run is watched. */
export interface RunOptions {
  /** Replaces a finished run, or one of other settings; an unfinished one of the same settings goes on. */
  overwrite?: boolean;
  /** Ends the run after the step it is at, its checkpoint written. */
  signal?: AbortSignal | undefined;
  onProgress?: (report: RunReport) => void;
  checkpointEverySeconds?: number;
}

const lossCurvePoints = 400;

/**
 * Makes a metamer in a folder of its own. A finished run is returned as it is; an interrupted one goes on from its
 * checkpoint to the bits that an uninterrupted one has.
 *
 * @param job - The run.
 * @param folder - Its folder.
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
  const lock = lockFolder(folder);
  const memory = watchMemory();
  try {
    const finished = options.overwrite ? undefined : finishedRun(job.settings, folder);
    if (finished) return finished;
    // Other versions may compute other bits, so they do not go on from each other's checkpoints.
    const fixed = { ...job.settings, versions: job.versions };
    const progress = readCheckpoint(folder, fixed, options) ?? beginning(job.settings, job.model.samples);
    await descend(job, progress, {
      ...options,
      onCheckpoint: () => writeCheckpoint(folder, fixed, progress),
    });
    return await writeRun(job, folder, progress, memory);
  } finally {
    memory.stop();
    lock.release();
  }
}

/**
 * The record of a run that is finished already.
 *
 * @param settings - Settings it must have.
 * @param folder - Its folder.
 * @returns Undefined when there is no finished run.
 * @throws InputError when the folder holds a run with other settings.
 */
export function finishedRun(settings: RunSettings, folder: string): RunRecord | undefined {
  const finished = readRunRecord(folder);
  // A finished run may be taken up where other numbers of threads are at hand.
  const { threads: _, ...identity } = settings;
  if (finished) requireSame(folder, finished, identity);
  return finished;
}

/** Noise from the run's seed: the same for every stage of a sound, as published. */
function beginning({ preset, seed, stepLimit }: RunSettings, samples: number): RunProgress {
  const { initialNoise, optimizer } = synthesisPreset(preset);
  const random = createRandom(seed);
  const noise = Float32Array.from({ length: samples }, () => initialNoise * random.normal());
  return { state: startState(optimizer(stepLimit), noise), losses: [], seconds: 0 };
}

/** Takes the remaining steps; `progress` moves along. */
async function descend(
  { settings, program, targets }: RunJob,
  progress: RunProgress,
  options: RunOptions & { onCheckpoint: () => void },
): Promise<void> {
  const optimizer = synthesisPreset(settings.preset).optimizer(settings.stepLimit);
  const { state, losses } = progress;
  const earlierSeconds = progress.seconds;
  const startedAt = performance.now();
  const startStep = state.step;
  let savedAt = startedAt;
  const elapsed = () => (performance.now() - startedAt) / 1000;
  while (state.step < settings.stepLimit) {
    const evaluation = await program.evaluate(state.waveform, targets);
    checkFinite(evaluation.loss, evaluation.gradient, state.step, settings.stage);
    losses.push(evaluation.loss);
    optimizer.advanceInto(state, evaluation);
    progress.seconds = earlierSeconds + elapsed();
    const stepsPerSecond = (state.step - startStep) / elapsed();
    options.onProgress?.({
      step: state.step,
      steps: settings.stepLimit,
      loss: evaluation.loss,
      stepsPerSecond,
    });
    if (performance.now() - savedAt > 1000 * (options.checkpointEverySeconds ?? 5)) {
      options.onCheckpoint();
      savedAt = performance.now();
    }
    // Engines that compute in this thread would let neither signals nor timers come in between.
    await new Promise((resolve) => setImmediate(resolve));
    if (options.signal?.aborted) {
      options.onCheckpoint();
      options.signal.throwIfAborted();
    }
  }
  losses.push((await program.evaluate(state.waveform, targets)).loss);
}

/** Judges the finished waveform and writes the folder; `run.json` comes last. */
async function writeRun(
  job: RunJob,
  folder: string,
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
    steps: state.step,
    sampleRateHz: model.sampleRateHz,
    versions: job.versions,
    loss: lossCurve(losses),
    nullPath: nullDistribution?.path ?? null,
    ...judged,
    seconds,
    peakMemoryMiB: memory.stop(),
  };
  const figure = job.drawFigure(record, sounds, model);
  unfinishRun(folder);
  const wav = { sampleRateHz: model.sampleRateHz, format: 'float32' } as const;
  writeWav(join(folder, runFiles.reference), reference, wav);
  writeWav(join(folder, runFiles.metamer), state.waveform, wav);
  writeFileAtomic(join(folder, runFiles.figure), figure);
  finishRun(folder, record);
  return record;
}

/** About `lossCurvePoints` pairs of step and loss, first and last among them. */
function lossCurve(losses: readonly number[]): [number, number][] {
  const every = Math.max(1, Math.floor(losses.length / lossCurvePoints));
  return losses.flatMap((loss, step): [number, number][] =>
    step % every === 0 || step === losses.length - 1 ? [[step, loss]] : [],
  );
}

function checkFinite(loss: number, gradient: Float32Array, step: number, stage: string): void {
  if (Number.isFinite(loss) && gradient.every(Number.isFinite)) return;
  throw new InputError(
    `synthesis: loss and gradient must be finite, at step ${step} of stage ${stage} the loss is ${loss}; use another seed or sound, or report the model`,
  );
}

/**
 * SHA-256 of a sound's samples, hexadecimal.
 *
 * @param samples - The sound.
 */
export function soundHash(samples: Float32Array): string {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  return createHash('sha256').update(bytes).digest('hex');
}
