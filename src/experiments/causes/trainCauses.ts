import type { FolderLock } from '../../base/lock.ts';
import type { ComputingOptions } from '../../engine/engine.ts';
import { inTrainingFolder, takeRemainingSteps } from '../../training/continuedTraining.ts';
import type { NamedValues } from '../../training/gradientStep.ts';
import type { Learning, LoopOptions } from '../../training/trainingLoop.ts';
import { initialState } from '../../training/trainingState.ts';
import { type CausesBatch, drawCausesBatch, type Purpose } from './causesBatch.ts';
import type { CausesConfig } from './causesConfig.ts';
import { type CausesNetwork, causesNetwork } from './causesNetwork.ts';
import { compileCausesTraining, compileInference, type InferredCauses } from './causesProgram.ts';
import { recoveryOf } from './recovery.ts';

/** How a training is watched and run. */
export interface TrainCausesOptions extends LoopOptions {
  computing?: ComputingOptions | undefined;
}

/**
 * Trains a network to infer the causes of sounds that are drawn as it goes. A training that was stopped goes on, to the
 * same bits; a finished one is left as it is.
 *
 * @param training - Settings.
 * @param folder - Of the training.
 * @param options - Progress, engine and threads, signal.
 * @returns Moving averages of the weights at the end, by name.
 * @throws InputError when another process trains there, or the folder is another training's; the signal's reason when it
 *   is stopped.
 */
export async function trainCauses(
  training: CausesConfig['training'],
  folder: string,
  { computing = {}, ...options }: TrainCausesOptions = {},
): Promise<NamedValues> {
  const network = causesNetwork(training);
  const config = { ...training, patience: 0 };
  const { plan } = network;
  return inTrainingFolder({ folder, config, signal: options.signal }, async (lock) => {
    const start = initialState(plan, config.seed);
    const end = await takeRemainingSteps({ folder, plan, config, start, options }, (startBatch) =>
      learningOf(network, config, { folder, lock, options, computing, startBatch }),
    );
    return end.averages;
  });
}

async function learningOf(
  network: CausesNetwork,
  config: CausesConfig['training'] & { patience: number },
  running: {
    folder: string;
    lock: FolderLock;
    options: LoopOptions;
    computing: ComputingOptions;
    startBatch: number;
  },
): Promise<Learning<CausesBatch>> {
  const { folder, lock, options, computing, startBatch } = running;
  const program = await compileCausesTraining(network, config, computing);
  const inference = await compileInference(network, config.batchSize, computing);
  const judged = drawn(network, config, { purpose: 'validation', sounds: config.validationExcerpts });
  let index = startBatch;
  return {
    ...{ plan: network.plan, config, folder, lock, program, options },
    batches: {
      next: async () =>
        drawCausesBatch(sizeOf(network, config), { purpose: 'training', seed: config.seed, index: index++ }),
      close: async () => {},
    },
    validation: {
      accuracies: async (weights) => {
        const { source, causes } = recoveryOf(judged, await inferred(inference, judged, weights));
        return { source: source.accuracy, ...Object.fromEntries(causes.map(({ name, r }) => [name, r])) };
      },
      release: () => inference.release(),
    },
    recognized: ({ source = { labeled: 0, correct: 0 } }, predictions, { sources }) => {
      const correct = sources.filter((kind, i) => predictions['source']![i] === kind).length;
      return { source: { labeled: source.labeled + sources.length, correct: source.correct + correct } };
    },
  };
}

function sizeOf({ samples, parameters }: CausesNetwork, { batchSize }: { batchSize: number }) {
  return { batchSize, sampleRateHz: parameters.sampleRateHz, samples };
}

/** Seed of the sounds that networks are judged by: always the same ones, whatever the run's seed. */
const judgingSeed = 20_231;

/**
 * Draws sounds to judge a network by.
 *
 * @param network - Takes them.
 * @param size - Sounds a batch.
 * @param wanted - Purpose, and least number of sounds.
 * @returns Whole batches.
 */
export function drawn(
  network: CausesNetwork,
  size: { batchSize: number },
  { purpose, sounds }: { purpose: Purpose; sounds: number },
): CausesBatch[] {
  return Array.from({ length: Math.ceil(sounds / size.batchSize) }, (_, index) =>
    drawCausesBatch(sizeOf(network, size), { purpose, seed: judgingSeed, index }),
  );
}

/**
 * Infers the causes of batches.
 *
 * @param inference - Compiled for their size.
 * @param batches - Sounds.
 * @param weights - By name.
 * @returns What is inferred of each batch.
 */
export async function inferred(
  inference: Awaited<ReturnType<typeof compileInference>>,
  batches: readonly CausesBatch[],
  weights: NamedValues,
): Promise<InferredCauses[]> {
  const results: InferredCauses[] = [];
  for (const { waveforms } of batches) results.push(await inference.infer(waveforms, weights));
  return results;
}
