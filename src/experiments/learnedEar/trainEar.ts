import type { Tensor } from '@tensorflow/tfjs';
import { createLearnableEar } from '../../../cochlea/learnableEar.ts';
import type { LoadedCorpus } from '../../corpus/format/loadCorpus.ts';
import type { ComputingOptions } from '../../engine/engine.ts';
import { constant, tf } from '../../engine/tf.ts';
import type { WeightLookup } from '../../network/applyOperation.ts';
import { type NetworkPlan, planNetwork } from '../../network/plan.ts';
import { presets } from '../../network/presets.ts';
import { inTrainingFolder, takeRemainingSteps } from '../../training/continuedTraining.ts';
import { corpusLearning } from '../../training/corpusLearning.ts';
import type { NamedValues } from '../../training/gradientStep.ts';
import type { TrainingGraph } from '../../training/trainingGraph.ts';
import { readLog } from '../../training/trainingLog.ts';
import type { TrainingMetrics } from '../../training/trainingMetrics.ts';
import { initialState, type RunState } from '../../training/trainingState.ts';
import {
  type EarFilters,
  earParameters,
  earWeights,
  filtersOf,
  movableFilters,
  startingFilters,
  valuesOf,
} from './earFilters.ts';
import type { LearnedEarConfig } from './learnedEarConfig.ts';
import type { EarRun, TrainedEar } from './learnedEarRecord.ts';

/** How a training is watched and run. */
export interface TrainEarOptions {
  computing?: ComputingOptions | undefined;
  signal?: AbortSignal | undefined;
  onMetrics?: ((metrics: TrainingMetrics, config: LearnedEarConfig['training']) => void) | undefined;
}

/**
 * Trains a network with its ear, or with one that is held. A training that was stopped goes on, to the same bits.
 *
 * @param config - The experiment.
 * @param run - Condition and seed.
 * @param where - Corpus, the training's folder, engine and threads.
 * @throws InputError when another process trains there, or the folder is another training's; the signal's reason when it
 *   is stopped.
 */
export async function trainEar(
  config: LearnedEarConfig,
  run: EarRun,
  { corpus, folder, ...options }: TrainEarOptions & { corpus: LoadedCorpus; folder: string },
): Promise<TrainedEar> {
  const { condition, seed } = run;
  const start = startingFilters(config.ear, condition === 'erb' ? 'erb' : seed);
  const training = { ...config.training, name: `${condition}-${seed}`, seed };
  const graph = graphOf({ ...config, training }, corpus, { start, learns: condition === 'learned' });
  const { plan } = graph;
  return inTrainingFolder({ folder, config: training, signal: options.signal }, async (lock) => {
    const before = beginning(plan, seed, valuesOf(start, config.ear));
    const state = await takeRemainingSteps(
      { folder, plan, config: training, start: before, options: {} },
      (startBatch) => corpusLearning(graph, corpus, { ...options, folder, lock, startBatch }),
    );
    const validation = readLog(folder).findLast((line) => line.validation)?.validation ?? {};
    const end = condition === 'learned' ? filtersOf(state.averages, config.ear) : start;
    return { start, end, steps: state.step, validation };
  });
}

function graphOf(
  { training, ear }: LearnedEarConfig,
  corpus: LoadedCorpus,
  { start, learns }: { start: EarFilters; learns: boolean },
): TrainingGraph {
  const parameters = earParameters(ear);
  const heardSamples = Math.round(ear.seconds * parameters.sampleRateHz);
  const { channels, frames, ...bank } = createLearnableEar(parameters, heardSamples, ear);
  const samples = excerptSeconds * parameters.sampleRateHz;
  const middle = (waveform: Tensor) =>
    tf.slice(waveform, [0, Math.floor((samples - heardSamples) / 2)], [waveform.shape[0]!, heardSamples]);
  const network = planNetwork(
    presets[training.preset]({
      ...{ width: training.width, branchPoint: training.branchPoint, cochleagram: [channels, frames] },
      ...{ words: corpus.wordLabels.length, genres: corpus.genreLabels.length },
    }),
  );
  const values = valuesOf(start, ear);
  const held: WeightLookup = (name) => constant(values[name]!, [channels]);
  const graph = {
    ...{ config: training, samples, labels: { word: corpus.wordLabels, genre: corpus.genreLabels } },
    cochleagram: (waveform: Tensor) => {
      const filters = movableFilters(held, ear);
      return bank.cochleagram(bank.bins(middle(waveform), filters), filters);
    },
  };
  if (!learns) return { ...graph, plan: network };
  return {
    ...graph,
    plan: { ...network, weights: [...network.weights, ...earWeights(channels)] },
    learningEar: {
      bins: (waveform, weight) => bank.bins(middle(waveform), movableFilters(weight, ear)),
      cochleagram: (bins, weight) => bank.cochleagram(bins, movableFilters(weight, ear)),
    },
  };
}

/** Length of the corpus's excerpts. */
const excerptSeconds = 2;

/** State before the first step, the ear's filters at their start. */
function beginning(plan: NetworkPlan, seed: number, start: NamedValues): RunState {
  const state = initialState(plan, seed);
  const own = Object.entries(start).filter(([name]) => name in state.weights);
  const placed = (values: RunState['weights']) => ({
    ...values,
    ...Object.fromEntries(own.map(([name, filters]) => [name, filters.slice()])),
  });
  return { ...state, weights: placed(state.weights), averages: placed(state.averages) };
}
