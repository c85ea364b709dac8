import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { compile } from '../engine/compile.ts';
import type { CompileOptions, InputSpec } from '../engine/engine.ts';
import { byName, prefixed, unprefixed } from '../engine/names.ts';
import { constant, tf } from '../engine/tf.ts';
import { forward } from '../network/forward.ts';
import type { NetworkPlan } from '../network/plan.ts';
import type { WeightSpec } from '../network/planOperation.ts';
import { classWeights, type TrainingConfig } from './trainingConfig.ts';
import { blended, type Updated, updateWeights } from './weightUpdate.ts';

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

/** Row-major arrays by name. */
export type NamedValues = Readonly<Record<string, Float32Array>>;

/** Everything a training step changes; arrays by the weight's name. */
export interface TrainingState {
  /** Steps taken. */
  step: number;
  weights: NamedValues;
  /** Moments of the learned weights. */
  first: NamedValues;
  second: NamedValues;
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
export interface TrainingProgram {
  run(
    state: TrainingState,
    batch: LabeledBatch,
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
  const { plan } = graph;
  const program = await compile((given) => trainingStep(graph, given), inputsOf(graph), options);
  return {
    async run({ step, weights, first, second }, { waveforms, words, genres }, learningRate, masks) {
      const labelsOf = ({ task }: Output) => [task, task === 'word' ? words : genres] as const;
      const results = await program.run({
        waveforms,
        learningRate: Float32Array.of(learningRate),
        step: Float32Array.of(step + 1),
        ...prefixed('label', Object.fromEntries(plan.architecture.outputs.map(labelsOf))),
        ...prefixed('mask', masks),
        ...prefixed('weight', weights),
        ...prefixed('first', first),
        ...prefixed('second', second),
      });
      const part = (prefix: string): NamedValues => unprefixed(prefix, results);
      const moved = { weights: part('newWeight'), first: part('newFirst'), second: part('newSecond') };
      const [loss, gradientNorm] = [results['loss']![0]!, results['gradientNorm']![0]!];
      return {
        state: { step: step + 1, ...moved },
        report: { loss, gradientNorm, predictions: part('prediction') },
      };
    },
    release: () => program.release(),
  };
}

type Output = NetworkPlan['architecture']['outputs'][number];

/**
 * Weights that training changes by their gradients; the others are running statistics.
 *
 * @param plan - The network.
 */
export function learnedWeights(plan: NetworkPlan): WeightSpec[] {
  return plan.weights.filter(({ isLearned }) => isLearned);
}

function inputsOf({ plan, config, samples }: TrainingGraph): Record<string, InputSpec> {
  const batch = config.batchSize;
  const labels = plan.architecture.outputs.map(({ task }) => ({ name: task }));
  const shapesOf = (specs: readonly WeightSpec[]) => byName(specs, ({ shape }) => ({ shape }));
  const learned = shapesOf(learnedWeights(plan));
  return {
    waveforms: { shape: [batch, samples] },
    ...prefixed(
      'label',
      byName(labels, (): InputSpec => ({ shape: [batch], dtype: 'int32' })),
    ),
    learningRate: { shape: [] },
    step: { shape: [] },
    ...prefixed(
      'mask',
      byName(plan.dropouts, ({ shape }) => ({ shape: [batch, ...shape] })),
    ),
    ...prefixed('weight', shapesOf(plan.weights)),
    ...prefixed('first', learned),
    ...prefixed('second', learned),
  };
}

/** The step as a function of tensors, by the names of {@link inputsOf} and of what {@link compileTraining} reads. */
function trainingStep(graph: TrainingGraph, given: Record<string, Tensor>): Record<string, Tensor> {
  const { plan, cochleagram, config } = graph;
  const [weights, first, second] = ['weight', 'first', 'second'].map((prefix) => unprefixed(prefix, given));
  const learned = learnedWeights(plan);
  const seen = cochleagram(given['waveforms']!);
  let passed: Pass | undefined;
  const loss = (...values: Tensor[]): Scalar => {
    const moving = Object.fromEntries(learned.map(({ name }, i) => [name, values[i]!]));
    passed = forwardPass(graph, seen, { ...given, ...prefixed('weight', moving) });
    return passed.loss;
  };
  const { value, grads } = tf.valueAndGrads(loss)(learned.map(({ name }) => weights![name]!));
  const { predictions, statistics } = passed!;

  const old = learned.map(
    ({ name }): Updated => ({ weight: weights![name]!, first: first![name]!, second: second![name]! }),
  );
  const scalars = { learningRate: given['learningRate']!, step: given['step']! };
  const { updated, gradientNorm } = updateWeights(config, old, grads, scalars);
  const next = new Map(learned.map(({ name }, i) => [name, updated[i]!]));
  const newWeight = ({ name, isLearned }: WeightSpec) =>
    isLearned
      ? next.get(name)!.weight
      : blended(weights![name]!, statistics[name]!, config.statisticsMomentum);
  return {
    loss: value,
    gradientNorm,
    ...prefixed('prediction', predictions),
    ...prefixed('newWeight', byName(plan.weights, newWeight)),
    ...prefixed(
      'newFirst',
      byName(learned, ({ name }) => next.get(name)!.first),
    ),
    ...prefixed(
      'newSecond',
      byName(learned, ({ name }) => next.get(name)!.second),
    ),
  };
}

/** What one pass through the network gives: predictions by task, the batch's statistics by name of the running ones. */
interface Pass {
  loss: Scalar;
  predictions: Record<string, Tensor>;
  statistics: Record<string, Tensor>;
}

function forwardPass(
  { plan, config, labels: names }: TrainingGraph,
  seen: Tensor,
  given: Record<string, Tensor>,
): Pass {
  const { outputs } = plan.architecture;
  const weights = unprefixed('weight', given);
  const { activations, batchStatistics } = forward(
    plan,
    seen,
    outputs.map(({ stage }) => stage),
    (name) => weights[name]!,
    { training: { dropoutMask: (name) => given[`mask/${name}`]! } },
  );
  // What is read outside the gradient's scope must outlive it.
  const statistics = batchStatistics.flatMap(({ name, mean, variance }) => [
    [`${name}.mean`, tf.keep(mean)] as const,
    [`${name}.variance`, tf.keep(variance)] as const,
  ]);
  const predicted = (logits: Tensor) => tf.keep(tf.cast(tf.argMax(logits, 1), 'float32'));
  const predictions = outputs.map(({ task }, i) => [task, predicted(activations[i]!)] as const);
  const losses = outputs.map(({ task }, i) => {
    const ofClass = classWeights(task, names?.[task], config);
    const options = { ...config, ofClass };
    const labels = given[`label/${task}`]!;
    return tf.mul(crossEntropy(activations[i]!, labels, options), config.taskWeights[task]);
  });
  return {
    loss: tf.addN(losses) as Scalar,
    predictions: Object.fromEntries(predictions),
    statistics: Object.fromEntries(statistics),
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
