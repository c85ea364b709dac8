import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { defaultCochleagramParameters } from '../../cochlea/parameters.ts';
import { createExcerptLoader } from '../../stimuli/corpus/excerptLoader.ts';
import { type LoadedCorpus, loadCorpus } from '../../stimuli/corpus/loadCorpus.ts';
import { makeFolder, writeJsonAtomic } from '../files.ts';
import { InputError } from '../inputError.ts';
import { networkOf } from '../model/createAuditoryModel.ts';
import { modelFiles, modelFolder } from '../model/loadModel.ts';
import { type ModelDescription, nullLabel } from '../model/modelDescription.ts';
import { readSafetensors, safetensorsMetadata, writeSafetensors } from '../model/safetensors.ts';
import { storedWeights } from '../model/weightStore.ts';
import type { NetworkPlan } from '../network/plan.ts';
import { countCorrect, type TaskCounts, taskAccuracies } from './accuracy.ts';
import { learningRateAt, type TrainingConfig } from './trainingConfig.ts';
import { compileTraining, type StepReport } from './trainingProgram.ts';
import {
  averageInto,
  dropoutMasks,
  initialState,
  type RunState,
  stateArrays,
  stateFromArrays,
} from './trainingState.ts';
import { createValidation } from './validation.ts';

/** One line of `metrics.jsonl`. */
export interface TrainingMetrics {
  step: number;
  /** Mean over the steps since the line before. */
  loss: number;
  gradientNorm: number;
  learningRate: number;
  /** Share of labeled excerpts recognized, training, by task. */
  accuracy: Record<string, number>;
  /** The same on validation excerpts; only on some lines. */
  validation?: Record<string, number>;
  clipsPerSecond: number;
}

/** How training is watched and run. */
export interface TrainingRunOptions {
  /** Receives every line of metrics. */
  onMetrics?: (metrics: TrainingMetrics, config: TrainingConfig) => void;
  threads?: number;
  /** Stops after this step, leaving a checkpoint. */
  untilStep?: number;
}

/** Steps between two lines of metrics. */
const reportEverySteps = 20;

/**
 * Trains a network on a corpus. A folder with a checkpoint goes on where it stopped, to the same bits.
 *
 * @param config - Checked configuration.
 * @param folder - Receives `training.json`, `metrics.jsonl`, `checkpoint.safetensors`, and at the end the model:
 *   `model.json`, `weights.safetensors`.
 * @param options - Progress and threads.
 * @returns The last metrics.
 * @throws InputError when the folder holds a run of another configuration.
 */
export async function train(
  config: TrainingConfig,
  folder: string,
  options: TrainingRunOptions = {},
): Promise<TrainingMetrics | undefined> {
  const corpus = await loadCorpus(config.corpus, defined({ words: config.words, genres: config.genres }));
  const description = descriptionOf(config, corpus);
  const plan = networkOf(description);
  const cochleagram = createFastCochleagram(description.cochleagram, { oversampling: config.oversampling });
  const graph = { plan, cochleagram, samples: description.samples, config };
  const threads = options.threads === undefined ? {} : { threads: options.threads };
  const program = await compileTraining(graph, threads);
  const validation = await createValidation(graph, corpus, threads);
  claimFolder(folder, config);
  const save = (state: RunState) => writeCheckpoint(folder, plan, state);

  let state = readCheckpoint(folder, plan) ?? beginning(plan, config);
  const { batchSize, seed, loaderThreads: workers } = config;
  const loader = createExcerptLoader({
    ...{ corpus, batchSize, seed, workers },
    draw: defined(config.draw),
    startBatch: state.step,
  });
  const last = Math.min(config.steps, options.untilStep ?? config.steps);
  const meter = createMeter(plan, batchSize);
  let metrics: TrainingMetrics | undefined;
  let savedAt = performance.now();
  try {
    while (state.step < last && !(config.patience > 0 && state.best.since >= config.patience)) {
      const batch = await loader.next();
      const rate = learningRateAt(config, state.step);
      const masks = dropoutMasks(plan, batchSize, seed, state.step);
      const done = await program.run(state, batch, rate, masks);
      checkFinite(done.report, state.step);
      averageInto(state.averages, done.state.weights, config.averaging, done.state.step);
      state = { ...state, ...done.state };
      meter.add(done.report, batch);
      const isValidated = state.step % config.validateEverySteps === 0 || state.step === config.steps;
      if (isValidated || state.step % reportEverySteps === 0) {
        const accuracies = isValidated ? await validation.accuracies(state.averages) : undefined;
        if (accuracies) state.best = newBest(state.best, accuracies);
        metrics = { ...meter.read(state.step, rate), ...(accuracies ? { validation: accuracies } : {}) };
        appendFileSync(join(folder, 'metrics.jsonl'), `${JSON.stringify(metrics)}\n`);
        options.onMetrics?.(metrics, config);
      }
      if (performance.now() - savedAt > 1000 * config.checkpointEverySeconds) {
        save(state);
        savedAt = performance.now();
      }
    }
  } finally {
    await loader.close();
  }
  save(state);
  saveModel(folder, description, plan, state, metrics);
  await Promise.all([program.release(), validation.release()]);
  return metrics;
}

/** The same without undefined properties. */
function defined<T extends object>(options: T) {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** Description of the model that a configuration trains on a corpus. */
function descriptionOf(config: TrainingConfig, corpus: LoadedCorpus): ModelDescription {
  const { sampleRateHz } = defaultCochleagramParameters;
  return {
    version: 1,
    name: config.name,
    preset: config.preset,
    width: config.width,
    ...(config.preset === 'cochcnn9' ? {} : { branchPoint: config.branchPoint }),
    labels: {
      word: [nullLabel, ...corpus.wordLabels.slice(1)],
      ...(config.preset === 'cochcnn9' ? {} : { genre: [nullLabel, ...corpus.genreLabels.slice(1)] }),
    },
    cochleagram: { ...defaultCochleagramParameters },
    samples: 2 * sampleRateHz,
  };
}

function saveModel(
  folder: string,
  description: ModelDescription,
  plan: NetworkPlan,
  state: RunState,
  metrics: TrainingMetrics | undefined,
): void {
  const arrays = new Map(
    plan.weights.map(({ name, shape }, i) => [name, { shape, values: state.averages[i]! }]),
  );
  writeSafetensors(join(folder, modelFiles.weights), arrays);
  const training = { steps: state.step, ...(metrics?.validation ? { validation: metrics.validation } : {}) };
  writeJsonAtomic(join(folder, modelFiles.description), { ...description, training });
}

/** Random weights, or those of the model to begin with. */
function beginning(plan: NetworkPlan, { from, seed }: TrainingConfig): RunState {
  const state = initialState(plan, seed);
  if (from === undefined) return state;
  const stored = storedWeights(plan, join(modelFolder(from), modelFiles.weights));
  const weights = plan.weights.map(({ name }) => Float32Array.from(stored(name)));
  return { ...state, weights, averages: weights.map((values) => values.slice()) };
}

const checkpointName = 'checkpoint.safetensors';

function writeCheckpoint(folder: string, plan: NetworkPlan, state: RunState): void {
  const metadata = { step: String(state.step), best: JSON.stringify(state.best) };
  writeSafetensors(join(folder, checkpointName), stateArrays(plan, state), { metadata });
}

function readCheckpoint(folder: string, plan: NetworkPlan): RunState | undefined {
  const path = join(folder, checkpointName);
  if (!existsSync(path)) return undefined;
  const { step, best } = safetensorsMetadata(path);
  return stateFromArrays(plan, readSafetensors(path), {
    step: Number(step),
    best: JSON.parse(best!) as RunState['best'],
  });
}

/** A folder belongs to one configuration; only the number of steps may grow. */
function claimFolder(folder: string, config: TrainingConfig): void {
  const path = join(folder, 'training.json');
  makeFolder(folder);
  if (existsSync(path)) {
    const { steps: _, ...before } = JSON.parse(readFileSync(path, 'utf8')) as TrainingConfig;
    const { steps: __, ...now } = config;
    const differing = Object.keys(now).find(
      (key) => JSON.stringify(now[key as never]) !== JSON.stringify(before[key as never]),
    );
    if (differing)
      throw new InputError(
        `${folder} holds a training run with another '${differing}' (${JSON.stringify(before[differing as never])}); use its configuration or another folder`,
      );
  } else writeFileSync(join(folder, 'metrics.jsonl'), '');
  writeJsonAtomic(path, config);
}

function newBest(best: RunState['best'], accuracies: Record<string, number>): RunState['best'] {
  const score = Object.values(accuracies).reduce((sum, accuracy) => sum + accuracy, 0);
  return score > best.score ? { score, since: 0 } : { ...best, since: best.since + 1 };
}

function checkFinite({ loss, gradientNorm }: StepReport, step: number): void {
  if (!Number.isFinite(loss + gradientNorm))
    throw new InputError(
      `train: the loss must stay finite, at step ${step} it is ${loss} with a gradient norm of ${gradientNorm}; lower learningRate or raise warmupSteps`,
    );
}

/** Means over the steps since the last reading. */
function createMeter(plan: NetworkPlan, batchSize: number) {
  let steps = 0;
  let loss = 0;
  let gradientNorm = 0;
  let counts: Record<string, TaskCounts> = {};
  let since = performance.now();
  return {
    add(report: StepReport, batch: { words: Int32Array; genres: Int32Array }) {
      steps++;
      loss += report.loss;
      gradientNorm += report.gradientNorm;
      counts = countCorrect(plan, counts, report.predictions, batch);
    },
    read(step: number, learningRate: number): TrainingMetrics {
      const now = performance.now();
      const metrics = {
        step,
        loss: loss / steps,
        gradientNorm: gradientNorm / steps,
        learningRate,
        accuracy: taskAccuracies(counts),
        clipsPerSecond: (1000 * steps * batchSize) / (now - since),
      };
      [steps, loss, gradientNorm, counts, since] = [0, 0, 0, {}, now];
      return metrics;
    },
  };
}
