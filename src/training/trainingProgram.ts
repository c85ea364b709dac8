import type { Scalar, Tensor } from '@tensorflow/tfjs';
import type { CompileOptions, InputSpec } from '../engine/engine.ts';
import { staysOnDevice } from '../engine/stepper.ts';
import { tf } from '../engine/tf.ts';
import type { Training, WeightLookup } from '../network/applyOperation.ts';
import { forward } from '../network/forward.ts';
import {
  type AveragedState,
  compileGradientStep,
  type GradientRun,
  type NamedTensors,
  type NamedValues,
  type Pass,
  type StepOptions,
} from './gradientStep.ts';
import { addedTo, compilePerturbation, type ExcerptPerturber } from './perturbExcerpts.ts';
import { perturbedInGraph } from './perturbInGraph.ts';
import { earOf, heardShape, type LabeledBatch, type TrainingGraph } from './trainingGraph.ts';
import { type BatchTargets, batchLoss, batchTargets } from './trainingLoss.ts';

/** What a step tells. */
export interface StepReport {
  loss: number;
  gradientNorm: number;
  /** Predicted label of each excerpt, by task. */
  predictions: NamedValues;
}

/** A compiled training step. */
export interface TrainingProgram<Batch = LabeledBatch> {
  /** Lays down the state to train from, which steps may change; training begun before is over. */
  begin(state: AveragedState): Promise<TrainingRun<Batch>>;
  release(): Promise<void>;
}

/** A training in its course. */
export interface TrainingRun<Batch = LabeledBatch> {
  /**
   * Takes one step; a device may still be computing it when it is done.
   *
   * @param batch - What it learns from.
   * @param options - Learning rate, masks, share of the average.
   */
  step(batch: Batch, options: StepOptions): Promise<void>;
  /** What the steps tell that have been taken since it was asked last, {@link stepsAtOnce} at most, in their order. */
  told(): Promise<StepReport[]>;
  /** The state as it is now. */
  state(): Promise<AveragedState>;
}

/**
 * Compiles one training step: ear, network, losses, gradients and the optimizer's update in a single graph; on a device
 * that keeps the weights, the perturbation of excerpts as well.
 *
 * @param graph - Network, ear and configuration.
 * @param options - Engine and threads.
 */
export async function compileTraining(
  graph: TrainingGraph,
  options: CompileOptions = {},
): Promise<TrainingProgram> {
  const { plan, config: rule } = graph;
  const ear = earOf(graph);
  const { perturbation } = rule;
  const hearsCochleagrams = perturbation?.space === 'cochleagram';
  const targets = batchTargets(graph);
  const perturbsInside = perturbation !== undefined && staysOnDevice(options);
  const program = await compileGradientStep(
    {
      ...{ plan, rule, inputs: inputsOf(graph, targets, perturbsInside) },
      prepare(batch, weight) {
        const sounds = perturbsInside ? perturbedInGraph(graph, batch, weight) : batch['sounds']!;
        return { ...batch, heard: hearsCochleagrams ? sounds : ear.bins(sounds, weight) };
      },
      pass: (prepared, network) => labeledPass(graph, prepared, network),
    },
    options,
  );
  const perturber = perturbation && !perturbsInside ? await compilePerturbation(graph, options) : undefined;
  return {
    async begin(start) {
      const run = await program.begin(start);
      let { step } = start;
      return {
        async step(batch, options) {
          const sounds = perturber ? await perturbed(perturber, run, batch) : batch.waveforms;
          const given = { sounds, ...targets.of(batch) };
          await run.step(perturbsInside ? { ...given, added: addedTo(graph, step) } : given, options);
          step++;
        },
        told: async () => reportsOf(await run.told()),
        state: run.state,
      };
    },
    async release() {
      await Promise.all([program.release(), perturber?.release()]);
    },
  };
}

/** Steps' reports, from what they tell: what is read are predictions. */
export function reportsOf(told: Awaited<ReturnType<GradientRun['told']>>): StepReport[] {
  return told.map(({ read, ...report }) => ({ ...report, predictions: read }));
}

async function perturbed(perturber: ExcerptPerturber, run: GradientRun, batch: LabeledBatch) {
  const { weights, step } = await run.state();
  return perturber.perturb(weights, batch, step);
}

function inputsOf(
  graph: TrainingGraph,
  targets: BatchTargets,
  perturbsInside: boolean,
): Record<string, InputSpec> {
  const { batchSize } = graph.config;
  const heard = { shape: [batchSize, ...heardShape(graph)] };
  const sounds = perturbsInside
    ? { sounds: { shape: [batchSize, graph.samples] }, added: heard }
    : { sounds: heard };
  return { ...sounds, ...targets.inputs };
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
