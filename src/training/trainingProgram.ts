import type { Scalar, Tensor } from '@tensorflow/tfjs';
import type { CompileOptions, InputSpec } from '../engine/engine.ts';
import { byName, prefixed } from '../engine/names.ts';
import { constant, tf } from '../engine/tf.ts';
import { forward, type Training, type WeightLookup } from '../network/forward.ts';
import type { NetworkPlan } from '../network/plan.ts';
import {
  compileGradientStep,
  type NamedTensors,
  type NamedValues,
  type Pass,
  type TrainingState,
} from './gradientStep.ts';
import { classWeights, type TrainingConfig } from './trainingConfig.ts';

/** What the training graph is made of. */
export interface TrainingGraph {
  plan: NetworkPlan;
  /** From waveforms [batch, samples] to cochleagrams. */
  cochleagram: (waveform: Tensor) => Tensor;
  samples: number;
  config: TrainingConfig;
  /** Labels of each task's classes, which weights by label go by; not needed without them. */
  labels?: { word: readonly string[]; genre?: readonly string[] | undefined };
}

/** Labeled waveforms. */
export interface LabeledBatch {
  /** Shape [batch, samples]. */
  waveforms: Float32Array;
  /** Label indices of each task, 0 for null. */
  words: Int32Array;
  genres: Int32Array;
}

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
  const { plan, config: rule, cochleagram } = graph;
  const { outputs } = plan.architecture;
  const program = await compileGradientStep(
    {
      ...{ plan, rule, inputs: inputsOf(graph) },
      prepare: (batch) => ({ ...batch, seen: cochleagram(batch['waveforms']!) }),
      pass: (prepared, network) => labeledPass(graph, prepared, network),
    },
    options,
  );
  return {
    async run(before, { waveforms, words, genres }, learningRate, masks) {
      const labelsOf = ({ task }: Output) => [task, task === 'word' ? words : genres] as const;
      const labels = prefixed('label', Object.fromEntries(outputs.map(labelsOf)));
      const given = { waveforms, ...labels };
      const { state, read, ...report } = await program.run(before, given, { learningRate, masks });
      return { state, report: { ...report, predictions: read } };
    },
    release: () => program.release(),
  };
}

type Output = NetworkPlan['architecture']['outputs'][number];

function inputsOf({ plan, config, samples }: TrainingGraph): Record<string, InputSpec> {
  const batch = config.batchSize;
  const labels = plan.architecture.outputs.map(({ task }) => ({ name: task }));
  return {
    waveforms: { shape: [batch, samples] },
    ...prefixed(
      'label',
      byName(labels, (): InputSpec => ({ shape: [batch], dtype: 'int32' })),
    ),
  };
}

/** Loss of labeled cochleagrams, and the predicted label of each by task. */
function labeledPass(
  { plan, config, labels: names }: TrainingGraph,
  prepared: NamedTensors,
  { weight, training }: { weight: WeightLookup; training: Training },
): Pass {
  const { outputs } = plan.architecture;
  const stages = outputs.map(({ stage }) => stage);
  const { activations, batchStatistics } = forward(plan, prepared['seen']!, stages, weight, { training });
  const predicted = (logits: Tensor) => tf.cast(tf.argMax(logits, 1), 'float32');
  const predictions = outputs.map(({ task }, i) => [task, predicted(activations[i]!)] as const);
  const losses = outputs.map(({ task }, i) => {
    const ofClass = classWeights(task, names?.[task], config);
    const options = { ...config, ofClass };
    const labels = prepared[`label/${task}`]!;
    return tf.mul(crossEntropy(activations[i]!, labels, options), config.taskWeights[task]);
  });
  return {
    loss: tf.addN(losses) as Scalar,
    read: Object.fromEntries(predictions),
    batchStatistics,
  };
}

/** Mean cross-entropy with smoothed labels, each excerpt weighted; those without a label of the task are null. */
function crossEntropy(
  logits: Tensor,
  labels: Tensor,
  {
    labelSmoothing,
    nullWeight,
    ofClass,
  }: { labelSmoothing: number; nullWeight: number; ofClass?: Float32Array | undefined },
): Tensor {
  const classes = logits.shape[1]!;
  const hot = tf.oneHot(labels as never, classes);
  const target = tf.add(tf.mul(tf.cast(hot, 'float32'), 1 - labelSmoothing), labelSmoothing / classes);
  const each = tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1));
  const isLabeled = tf.cast(tf.greater(labels, 0), 'float32');
  const weight = ofClass
    ? tf.sum(tf.mul(tf.cast(hot, 'float32'), constant(ofClass, [classes])), 1)
    : tf.add(tf.mul(isLabeled, 1 - nullWeight), nullWeight);
  return tf.div(tf.sum(tf.mul(each, weight)), tf.maximum(tf.sum(weight), 1e-6));
}
