import { join } from 'node:path';
import { writeFileAtomic, writeJsonAtomic } from '../base/files.ts';
import { InputError } from '../base/inputError.ts';
import type { FolderLock } from '../base/lock.ts';
import { createPace } from '../engine/pace.ts';
import type { NetworkPlan } from '../network/plan.ts';
import { curvesFigure } from './figures/curvesFigure.ts';
import { stepsAtOnce } from './gradientStep.ts';
import { type ReachedStep, type TrainingProgress, writeBest, writeCheckpoint } from './trainingCheckpoint.ts';
import { learningRateAt, type TrainingConfig } from './trainingConfig.ts';
import { trainingFiles } from './trainingFiles.ts';
import { appendToLog, readLog } from './trainingLog.ts';
import {
  createMeter,
  type Meter,
  type Recognized,
  scoreOf,
  summarizeTraining,
  type TrainingMetrics,
} from './trainingMetrics.ts';
import type { StepReport, TrainingProgram, TrainingRun } from './trainingProgram.ts';
import { dropoutMasks, type RunState } from './trainingState.ts';
import type { Validation } from './validation.ts';

/** How a training goes along its steps. */
type LoopConfig = Pick<
  TrainingConfig,
  | 'name'
  | 'steps'
  | 'batchSize'
  | 'seed'
  | 'learningRate'
  | 'warmupSteps'
  | 'schedule'
  | 'averaging'
  | 'validateEverySteps'
  | 'patience'
  | 'checkpointEverySeconds'
>;

/** How a loop is watched and ended. */
export interface LoopOptions {
  /** Receives every line of metrics. */
  onMetrics?: ((metrics: TrainingMetrics) => void) | undefined;
  /** Stops after this step, leaving a checkpoint. */
  untilStep?: number | undefined;
  /** Ends the training after the step it is at, its checkpoint written. */
  signal?: AbortSignal | undefined;
}

/** What a loop trains, on what, and where it writes. */
export interface Learning<Batch> {
  plan: NetworkPlan;
  config: LoopConfig;
  folder: string;
  /** Of the folder. */
  lock: FolderLock;
  program: TrainingProgram<Batch>;
  validation: Validation;
  /** Batches from the step on that the training is at. */
  batches: { next(): Promise<Batch>; close(): Promise<void> };
  recognized: Recognized<Batch>;
  options: LoopOptions;
}

/** Steps between two lines of metrics. */
const reportEverySteps = 20;
/** Steps that have not told are no more than take so long, milliseconds. */
const longestUntoldMs = 500;

/**
 * Whether no step is left.
 *
 * @param reached - Where the training is.
 * @param config - Steps, and validations without a better one that end it.
 * @param options - Step to stop after.
 */
export function isAtEnd(
  { step, best }: ReachedStep,
  { steps, patience }: Pick<LoopConfig, 'steps' | 'patience'>,
  { untilStep = steps }: Pick<LoopOptions, 'untilStep'>,
): boolean {
  return step >= Math.min(steps, untilStep) || (patience > 0 && best.since >= patience);
}

/**
 * Trains to the end, and leaves a checkpoint, the log and its summary in the folder; what computes is released.
 *
 * @param learning - What is trained, on what, and where.
 * @param from - Where it begins or goes on.
 * @returns The state at the end.
 * @throws InputError when the loss is not finite; the signal's reason when it is stopped.
 */
export async function takeSteps<Batch>(learning: Learning<Batch>, from: TrainingProgress): Promise<RunState> {
  const { plan, config, folder, lock, program, batches, validation, options } = learning;
  const { batchSize, seed } = config;
  const meter = createMeter({ batchSize, recognized: learning.recognized }, from.meter);
  const running = await program.begin(from.state);
  let { step, best } = from.state;
  const stateNow = async (): Promise<RunState> => ({ ...(await running.state()), best });
  const reading = readingOf(running, meter, step);
  const save = async () => {
    await reading.read();
    const state = await stateNow();
    lock.requireHeld();
    writeCheckpoint(folder, plan, { state, meter: meter.state() });
  };
  let savedAt = performance.now();
  try {
    while (!isAtEnd({ step, best }, config, options)) {
      const batch = await batches.next();
      const learningRate = learningRateAt(config, step);
      const masks = dropoutMasks(plan, batchSize, seed, step);
      await running.step(batch, { learningRate, masks, averaging: config.averaging });
      reading.taken(batch);
      step++;
      const isValidated = step % config.validateEverySteps === 0 || step === config.steps;
      const isReported = isValidated || step % reportEverySteps === 0;
      if (isReported || reading.isDue()) await reading.read();
      if (isReported) {
        const validation = isValidated ? await validated(learning, await stateNow()) : undefined;
        if (validation) best = validation.best;
        const metrics = {
          ...meter.read(step, learningRate),
          ...(validation ? { validation: validation.accuracies } : {}),
        };
        lock.requireHeld();
        appendToLog(folder, metrics);
        if (isValidated) writeSummary(folder, config);
        options.onMetrics?.(metrics);
      }
      if (performance.now() - savedAt > 1000 * config.checkpointEverySeconds) {
        await save();
        savedAt = performance.now();
      }
      if (options.signal?.aborted) {
        await save();
        writeSummary(folder, config);
        options.signal.throwIfAborted();
      }
    }
    await save();
    writeSummary(folder, config);
    return await stateNow();
  } finally {
    await batches.close();
    await Promise.all([program.release(), validation.release()]);
  }
}

/**
 * Reads what steps tell, several at once: a device goes on computing while the next steps are sent to it.
 *
 * @param meter - Takes the reports.
 * @param from - Steps taken before.
 */
function readingOf<Batch>(running: TrainingRun<Batch>, meter: Meter<Batch>, from: number) {
  const pace = createPace(stepsAtOnce, longestUntoldMs);
  let step = from;
  let untold: Batch[] = [];
  let since = performance.now();
  return {
    /** Notes that a step has been taken. */
    taken: (batch: Batch) => void untold.push(batch),
    isDue: () => untold.length >= pace.steps,
    async read() {
      for (const [i, report] of (await running.told()).entries()) {
        checkFinite(report, step++);
        meter.add(report, untold[i]!);
      }
      if (untold.length > 0) pace.took(untold.length, performance.now() - since);
      untold = [];
      since = performance.now();
    },
  };
}

/** Validates, counts on from the best, and with patience keeps the best weights in the folder. */
async function validated<Batch>(
  { plan, config, folder, validation }: Learning<Batch>,
  state: RunState,
): Promise<{ accuracies: Record<string, number>; best: RunState['best'] }> {
  const accuracies = await validation.accuracies(state.averages);
  const score = scoreOf(accuracies);
  const isBest = score > state.best.score;
  if (isBest && config.patience > 0)
    writeBest(folder, plan, { weights: state.averages, step: state.step, accuracies });
  const best = isBest ? { score, since: 0 } : { ...state.best, since: state.best.since + 1 };
  return { accuracies, best };
}

function writeSummary(folder: string, config: LoopConfig): void {
  const log = readLog(folder);
  const summary = summarizeTraining(log, config);
  if (!summary) return;
  writeJsonAtomic(join(folder, trainingFiles.summary), summary);
  writeFileAtomic(join(folder, trainingFiles.curves), curvesFigure(log, config.name));
}

function checkFinite({ loss, gradientNorm }: StepReport, step: number): void {
  if (!Number.isFinite(loss + gradientNorm))
    throw new InputError(
      `train: the loss must stay finite, at step ${step} it is ${loss} with a gradient norm of ${gradientNorm}; lower learningRate or raise warmupSteps`,
    );
}
