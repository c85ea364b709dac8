import { defined } from '../base/definedValues.ts';
import type { FolderLock } from '../base/lock.ts';
import { createExcerptLoader, type ExcerptBatch } from '../corpus/excerpts/excerptLoader.ts';
import type { LoadedCorpus } from '../corpus/format/loadCorpus.ts';
import type { ComputingOptions } from '../engine/engine.ts';
import { countCorrect } from './accuracy.ts';
import type { TrainingConfig } from './trainingConfig.ts';
import type { TrainingGraph } from './trainingGraph.ts';
import type { Learning, LoopOptions } from './trainingLoop.ts';
import type { TrainingMetrics } from './trainingMetrics.ts';
import { compileTraining } from './trainingProgram.ts';
import { createValidation } from './validation.ts';

/** Where and how a network learns from a corpus. */
interface CorpusLearningOptions extends Omit<LoopOptions, 'onMetrics'> {
  folder: string;
  lock: FolderLock;
  /** Index of the first batch: steps taken. */
  startBatch: number;
  computing?: ComputingOptions | undefined;
  onMetrics?: ((metrics: TrainingMetrics, config: TrainingConfig) => void) | undefined;
}

/**
 * A network that learns words and genres from excerpts of a corpus, for the loop that trains it.
 *
 * @param graph - Network, ear, configuration.
 * @param corpus - Its training split is drawn from, its validation split judges.
 * @param options - Folder, first batch, engine and threads.
 */
export async function corpusLearning(
  graph: TrainingGraph,
  corpus: LoadedCorpus,
  { folder, lock, startBatch, computing = {}, onMetrics, ...options }: CorpusLearningOptions,
): Promise<Learning<ExcerptBatch>> {
  const { plan, config } = graph;
  const { batchSize, seed, loaderThreads: workers } = config;
  const program = await compileTraining(graph, computing);
  const validation = await createValidation(graph, corpus, computing);
  const draw = defined(config.draw);
  return {
    ...{ plan, config, folder, lock, program, validation },
    batches: createExcerptLoader({ corpus, batchSize, seed, workers, draw, startBatch }),
    recognized: (counts, predictions, batch) => countCorrect(plan, counts, predictions, batch),
    options: { ...options, onMetrics: (metrics) => onMetrics?.(metrics, config) },
  };
}
