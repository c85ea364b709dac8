import { drawBatch } from '../corpus/excerpts/excerptLoader.ts';
import { createExcerptSource } from '../corpus/excerpts/excerptSource.ts';
import type { LoadedCorpus } from '../corpus/format/loadCorpus.ts';
import { compile } from '../engine/compile.ts';
import type { CompileOptions } from '../engine/engine.ts';
import { tf } from '../engine/tf.ts';
import { forward } from '../network/forward.ts';
import { countCorrect, type TaskCounts, taskAccuracies } from './accuracy.ts';
import type { TrainingGraph } from './trainingProgram.ts';

/** Accuracy of a network under training on excerpts that it does not train on. */
export interface Validation {
  /**
   * Share of labeled excerpts recognized by task.
   *
   * @param weights - In the plan's order.
   */
  accuracies(weights: readonly Float32Array[]): Promise<Record<string, number>>;
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
  { plan, cochleagram, samples, config }: TrainingGraph,
  corpus: LoadedCorpus,
  options: CompileOptions,
): Promise<Validation> {
  const source = createExcerptSource(corpus, { split: 'validation' });
  const { batchSize } = config;
  const count = Math.ceil(config.validationExcerpts / batchSize);
  const batches = Array.from({ length: count }, (_, index) =>
    drawBatch(source, { batchSize, seed: validationSeed, index }),
  );
  const program = await compile(
    (waveform, ...weights) => {
      const byName = new Map(plan.weights.map(({ name }, i) => [name, weights[i]!]));
      const stages = plan.architecture.outputs.map(({ stage }) => stage);
      const { activations } = forward(plan, cochleagram(waveform), stages, (name) => byName.get(name)!);
      return activations.map((logits) => tf.argMax(logits, 1));
    },
    [{ shape: [batchSize, samples] }, ...plan.weights],
    options,
  );
  return {
    async accuracies(weights) {
      let counts: Record<string, TaskCounts> = {};
      for (const batch of batches)
        counts = countCorrect(plan, counts, await program.run(batch.waveforms, ...weights), batch);
      return taskAccuracies(counts);
    },
    release: () => program.release(),
  };
}
