import type { Scalar, Tensor } from '@tensorflow/tfjs';
import type { CompileOptions, InputSpec } from '../engine/engine.ts';
import { tf } from '../engine/tf.ts';
import { forward, type Training, type WeightLookup } from '../network/forward.ts';
import {
  compileGradientStep,
  type NamedTensors,
  type NamedValues,
  type Pass,
  type TrainingState,
} from './gradientStep.ts';
import { compilePerturbation } from './perturbExcerpts.ts';
import {
  earOf,
  heardShape,
  type LabeledBatch,
  labelInputs,
  labelSpecs,
  type TrainingGraph,
} from './trainingGraph.ts';
import { batchLoss } from './trainingLoss.ts';

/** What a step tells. */
export interface StepReport {
  loss: number;
  gradientNorm: number;
  /** Predicted label of each excerpt, by task. */
  predictions: NamedValues;
}

/** A compiled training step. */
export interface TrainingProgram<Batch = LabeledBatch> {
  run(
    state: TrainingState,
    batch: Batch,
    learningRate: number,
    masks: NamedValues,
  ): Promise<{ state: TrainingState; report: StepReport }>;
  release(): Promise<void>;
}

/**
 * Compiles one training step: ear, network, losses, gradients and the optimizer's update in a single graph.
 *
 * @param graph - Network, ear and configuration.
 * @param options - Engine and threads.
 * @returns The step; it hands back new arrays and leaves its inputs as they are.
 */
export async function compileTraining(
  graph: TrainingGraph,
  options: CompileOptions = {},
): Promise<TrainingProgram> {
  const { plan, config: rule } = graph;
  const ear = earOf(graph);
  const hearsCochleagrams = rule.perturbation?.space === 'cochleagram';
  const program = await compileGradientStep(
    {
      ...{ plan, rule, inputs: inputsOf(graph) },
      prepare: ({ sounds, ...labels }, weight) => ({
        ...labels,
        heard: hearsCochleagrams ? sounds! : ear.bins(sounds!, weight),
      }),
      pass: (prepared, network) => labeledPass(graph, prepared, network),
    },
    options,
  );
  const perturber = rule.perturbation && (await compilePerturbation(graph, options));
  return {
    async run(before, batch, learningRate, masks) {
      const sounds = perturber
        ? await perturber.perturb(before.weights, batch, before.step)
        : batch.waveforms;
      const given = { sounds, ...labelInputs(graph, batch) };
      const { state, read, ...report } = await program.run(before, given, { learningRate, masks });
      return { state, report: { ...report, predictions: read } };
    },
    async release() {
      await Promise.all([program.release(), perturber?.release()]);
    },
  };
}

function inputsOf(graph: TrainingGraph): Record<string, InputSpec> {
  return { sounds: { shape: [graph.config.batchSize, ...heardShape(graph)] }, ...labelSpecs(graph) };
}

/** Loss of labeled cochleagrams, and the predicted label of each by task. */
function labeledPass(
  graph: TrainingGraph,
  prepared: NamedTensors,
  { weight, training }: { weight: WeightLookup; training: Training },
): Pass {
  const { plan } = graph;
  const { outputs } = plan.architecture;
  const stages = outputs.map(({ stage }) => stage);
  const seen = earOf(graph).cochleagram(prepared['heard']!, weight);
  const { activations, batchStatistics } = forward(plan, seen, stages, weight, { training });
  const predicted = (logits: Tensor) => tf.cast(tf.argMax(logits, 1), 'float32');
  const predictions = outputs.map(({ task }, i) => [task, predicted(activations[i]!)] as const);
  return {
    loss: batchLoss(graph, activations, prepared) as Scalar,
    read: Object.fromEntries(predictions),
    batchStatistics,
  };
}
