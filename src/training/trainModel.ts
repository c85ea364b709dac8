import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { defaultCochleagramParameters } from '../../cochlea/parameters.ts';
import { defined } from '../base/definedValues.ts';
import { InputError } from '../base/inputError.ts';
import type { FolderLock } from '../base/lock.ts';
import { type LoadedCorpus, loadCorpus } from '../corpus/format/loadCorpus.ts';
import type { DeviceName } from '../engine/engine.ts';
import { byName } from '../engine/names.ts';
import { networkOf } from '../model/createAuditoryModel.ts';
import { type ModelDescription, nullLabel } from '../model/modelDescription.ts';
import { publishedSeconds } from '../model/publishedModel.ts';
import type { NetworkPlan } from '../network/plan.ts';
import { hasBranches } from '../network/presets.ts';
import { inTrainingFolder, takeRemainingSteps } from './continuedTraining.ts';
import { corpusLearning } from './corpusLearning.ts';
import { startingWeights } from './startingWeights.ts';
import { checkpointProgress, readBest } from './trainingCheckpoint.ts';
import { type TrainingConfig, type TrainingConfigInput, trainingConfig } from './trainingConfig.ts';
import { trainingFiles } from './trainingFiles.ts';
import { isOf, saveModel, trainedSteps } from './trainingFolder.ts';
import type { TrainingGraph } from './trainingGraph.ts';
import { readLog } from './trainingLog.ts';
import { isAtEnd } from './trainingLoop.ts';
import type { TrainingMetrics } from './trainingMetrics.ts';
import { initialState, type RunState } from './trainingState.ts';

/** How training is watched and run. */
export interface TrainingRunOptions {
  /** Receives every line of metrics. */
  onMetrics?: (metrics: TrainingMetrics, config: TrainingConfig) => void;
  threads?: number;
  device?: DeviceName;
  /** Stops after this step, leaving a checkpoint. */
  untilStep?: number;
  /** Replaces a model from elsewhere or a training of another configuration. */
  overwrite?: boolean;
  /** Ends the training after the step it is at, its checkpoint written. */
  signal?: AbortSignal | undefined;
  /** The configuration's corpus, when it is in memory already. */
  corpus?: LoadedCorpus;
  /** What the corpus's decoded sound may take of the memory, MiB; default as `loadCorpus`. It changes no bit. */
  corpusMemoryMib?: number | undefined;
}

/**
 * Trains a network on a corpus. A folder with a checkpoint goes on where it stopped, to the same bits; a finished one is
 * left as it is.
 *
 * With `patience` the model is that of the best validation, without it that of the last step, where the schedule ends.
 *
 * @param given - Configuration; what it leaves out has defaults.
 * @param folder - Receives `training.json`, `metrics.jsonl`, `metrics.json`, `curves.svg`, `checkpoint.safetensors`, and
 *   at the end the model: `model.json`, `weights.safetensors`.
 * @param options - Progress and threads.
 * @returns The last metrics; undefined when no step was taken.
 * @throws InputError when another process trains there, or the folder holds something else or is damaged; the signal's
 *   reason when it is stopped.
 */
export async function trainModel(
  given: TrainingConfigInput,
  folder: string,
  options: TrainingRunOptions = {},
): Promise<TrainingMetrics | undefined> {
  const config = trainingConfig(given);
  const { overwrite, signal } = options;
  return inTrainingFolder({ folder, config, overwrite, signal }, async (lock) =>
    isFinished(folder, config, options)
      ? readLog(folder).at(-1)
      : await trainLocked(config, folder, { lock, options }),
  );
}

/** Whether nothing is left to do: the checkpoint is at the end, and the model was written after it. */
function isFinished(folder: string, config: TrainingConfig, options: TrainingRunOptions): boolean {
  if (!isOf(folder, config)) return false;
  const progress = checkpointProgress(folder);
  if (progress && progress.step > config.steps)
    throw new InputError(
      `${folder} must hold a checkpoint within the ${config.steps} steps of its training, it has taken ${progress.step}; raise steps, or remove ${trainingFiles.checkpoint} to begin anew`,
    );
  return (
    progress !== undefined && isAtEnd(progress, config, options) && trainedSteps(folder) === progress.step
  );
}

async function trainLocked(
  config: TrainingConfig,
  folder: string,
  { lock, options }: { lock: FolderLock; options: TrainingRunOptions },
): Promise<TrainingMetrics | undefined> {
  const corpus =
    options.corpus ??
    (await loadCorpus(
      config.corpus,
      defined({ words: config.words, genres: config.genres, memoryMib: options.corpusMemoryMib }),
    ));
  const description = descriptionOf(config, corpus);
  const plan = networkOf(description);
  const cochleagram = createFastCochleagram(description.cochleagram, { oversampling: config.oversampling });
  const graph: TrainingGraph = {
    ...{ plan, cochleagram, samples: description.samples, config },
    labels: description.labels,
  };
  const start = beginning(plan, config, description);
  const end = await takeRemainingSteps({ folder, plan, config, start, options }, (startBatch) =>
    corpusLearning(graph, corpus, {
      ...{ ...options, folder, lock, startBatch },
      computing: defined({ threads: options.threads, device: options.device }),
    }),
  );
  lock.requireHeld();
  const log = readLog(folder);
  const validated = log.filter(({ validation }) => validation).at(-1);
  const best = config.patience > 0 ? readBest(folder, plan) : undefined;
  saveModel(folder, description, {
    plan,
    type: config.weightType,
    weights: best?.weights ?? end.averages,
    training: {
      steps: end.step,
      ...(best ? { bestStep: best.step, validation: best.accuracies } : {}),
      ...(!best && validated ? { validation: validated.validation, validationStep: validated.step } : {}),
    },
  });
  return log.at(-1);
}

/** Description of the model that a configuration trains on a corpus. */
function descriptionOf(config: TrainingConfig, corpus: LoadedCorpus): ModelDescription {
  const { name, preset, width, branchPoint } = config;
  const [word, genre] = [corpus.wordLabels, corpus.genreLabels].map((labels) => [
    nullLabel,
    ...labels.slice(1),
  ]) as [string[], string[]];
  return {
    version: 1,
    ...{ name, preset, width },
    ...(hasBranches(preset) ? { branchPoint, labels: { word, genre } } : { labels: { word } }),
    cochleagram: { ...defaultCochleagramParameters },
    samples: publishedSeconds * defaultCochleagramParameters.sampleRateHz,
  };
}

/** Random weights, or those of the model to begin with. */
function beginning(
  plan: NetworkPlan,
  { from, newClasses, seed }: TrainingConfig,
  description: ModelDescription,
): RunState {
  const state = initialState(plan, seed);
  if (from === undefined) return state;
  const weights = startingWeights(state.weights, description, { from, newClasses });
  return { ...state, weights, averages: byName(plan.weights, ({ name }) => weights[name]!.slice()) };
}
