import { drawBatch } from '../corpus/excerpts/excerptLoader.ts';
import { createExcerptSource } from '../corpus/excerpts/excerptSource.ts';
import type { LoadedCorpus } from '../corpus/format/loadCorpus.ts';
import { compile } from '../engine/compile.ts';
import type { CompileOptions } from '../engine/engine.ts';
import { prefixed, unprefixed } from '../engine/names.ts';
import { tf } from '../engine/tf.ts';
import { forward } from '../network/forward.ts';
import { countCorrect, type TaskCounts, taskAccuracies } from './accuracy.ts';
import type { NamedValues } from './gradientStep.ts';
import { earOf, type TrainingGraph, weightInputs } from './trainingGraph.ts';

/** Accuracy of a network under training on excerpts that it does not train on. */
export interface Validation {
  /**
   * Share of labeled excerpts recognized by task.
   *
   * @param weights - By name.
   */
  accuracies(weights: NamedValues): Promise<Record<string, number>>;
  release(): Promise<void>;
}

/** Seed of the excerpts: always the same ones, whatever the run's seed. */
const validationSeed = 20_231;

/**
 * Prepares the validation: draws its excerpts once, compiles the network with weights as inputs.
 *
 * @param graph - Network, ear, configuration.
 * @param corpus - Its `validation` split is used.
 * @param options - Engine and threads.
 */
export async function createValidation(
  graph: TrainingGraph,
  corpus: LoadedCorpus,
  options: CompileOptions,
): Promise<Validation> {
  const { plan, samples, config } = graph;
  const ear = earOf(graph);
  const source = createExcerptSource(corpus, { split: 'validation' });
  const { batchSize } = config;
  const count = Math.ceil(config.validationExcerpts / batchSize);
  const batches = Array.from({ length: count }, (_, index) =>
    drawBatch(source, { batchSize, seed: validationSeed, index }),
  );
  const inputs = { waveforms: { shape: [batchSize, samples] }, ...weightInputs(graph) };
  const program = await compile(
    (given) => {
      const { outputs } = plan.architecture;
      const weights = unprefixed('weight', given);
      const stages = outputs.map(({ stage }) => stage);
      const weight = (name: string) => weights[name]!;
      const seen = ear.cochleagram(ear.bins(given['waveforms']!, weight), weight);
      const { activations } = forward(plan, seen, stages, weight);
      return Object.fromEntries(outputs.map(({ task }, i) => [task, tf.argMax(activations[i]!, 1)]));
    },
    inputs,
    options,
  );
  return {
    async accuracies(weights) {
      let counts: Record<string, TaskCounts> = {};
      for (const batch of batches) {
        const predictions = await program.run({ waveforms: batch.waveforms, ...prefixed('weight', weights) });
        counts = countCorrect(plan, counts, predictions, batch);
      }
      return taskAccuracies(counts);
    },
    release: () => program.release(),
  };
}
