import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { compile } from '../engine/compile.ts';
import type { CompileOptions, InputSpec, Program } from '../engine/engine.ts';
import { constant, tf } from '../engine/tf.ts';
import { type BatchStatistics, forward } from '../network/forward.ts';
import type { NetworkPlan } from '../network/plan.ts';
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

/** Everything a training step changes; arrays by weight, in the plan's order. */
export interface TrainingState {
  /** Steps taken. */
  step: number;
  weights: Float32Array[];
  /** Moments of the learned weights, in the plan's order of learned weights. */
  first: Float32Array[];
  second: Float32Array[];
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
  /** Predicted label of each excerpt, by task in the plan's order of outputs. */
  predictions: Float32Array[];
}

/** A compiled training step. */
export interface TrainingProgram {
  run(
    state: TrainingState,
    batch: LabeledBatch,
    learningRate: number,
    masks: readonly Float32Array[],
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
  const { plan, config, samples } = graph;
  const batch = config.batchSize;
  const learned = plan.weights.filter(({ isLearned }) => isLearned);
  const inputs: InputSpec[] = [
    { shape: [batch, samples] },
    ...plan.architecture.outputs.map((): InputSpec => ({ shape: [batch], dtype: 'int32' })),
    { shape: [] },
    { shape: [] },
    ...plan.dropouts.map(({ shape }) => ({ shape: [batch, ...shape] })),
    ...plan.weights,
    ...learned,
    ...learned,
  ];
  const program: Program = await compile((...given) => trainingStep(graph, given), inputs, options);
  const counts = [plan.weights.length, learned.length, learned.length];
  return {
    async run(state, { waveforms, words, genres }, learningRate, masks) {
      const labels = plan.architecture.outputs.map(({ task }) => (task === 'word' ? words : genres));
      const results = await program.run(
        waveforms,
        ...labels,
        Float32Array.of(learningRate),
        Float32Array.of(state.step + 1),
        ...masks,
        ...state.weights,
        ...state.first,
        ...state.second,
      );
      const [loss, gradientNorm] = results.splice(0, 2);
      const predictions = results.splice(0, labels.length);
      const [weights, first, second] = counts.map((count) => results.splice(0, count));
      return {
        state: { step: state.step + 1, weights: weights!, first: first!, second: second! },
        report: { loss: loss![0]!, gradientNorm: gradientNorm![0]!, predictions },
      };
    },
    release: () => program.release(),
  };
}

/** The step as a function of tensors; inputs and outputs in the order of {@link compileTraining}. */
function trainingStep(
  { plan, cochleagram, config, labels: names }: TrainingGraph,
  given: Tensor[],
): Tensor[] {
  const rest = [...given];
  const take = (count: number) => rest.splice(0, count);
  const waveform = rest.shift()!;
  const labels = take(plan.architecture.outputs.length);
  const [learningRate, step] = take(2) as [Tensor, Tensor];
  const drawn = take(plan.dropouts.length);
  const masks = new Map(plan.dropouts.map(({ name }, i) => [name, drawn[i]!]));
  const weights = take(plan.weights.length);
  const learnedIndices = plan.weights.flatMap(({ isLearned }, i) => (isLearned ? [i] : []));
  const [first, second] = [take(learnedIndices.length), take(learnedIndices.length)];

  const seen = cochleagram(waveform);
  let statistics: BatchStatistics[] = [];
  let predictions: Tensor[] = [];
  const loss = (...learned: Tensor[]): Scalar => {
    const byName = new Map(plan.weights.map(({ name }, i) => [name, weights[i]!]));
    for (const [i, index] of learnedIndices.entries()) byName.set(plan.weights[index]!.name, learned[i]!);
    const passed = forward(
      plan,
      seen,
      plan.architecture.outputs.map(({ stage }) => stage),
      (name) => byName.get(name)!,
      { training: { dropoutMask: (name) => masks.get(name)! } },
    );
    // What is read outside the gradient's scope must outlive it.
    statistics = passed.batchStatistics.map(({ name, mean, variance }) => ({
      name,
      mean: tf.keep(mean),
      variance: tf.keep(variance),
    }));
    predictions = passed.activations.map((logits) => tf.keep(tf.cast(tf.argMax(logits, 1), 'float32')));
    const losses = passed.activations.map((logits, i) => {
      const { task } = plan.architecture.outputs[i]!;
      const ofClass = classWeights(task, names?.[task], config);
      return tf.mul(crossEntropy(logits, labels[i]!, { ...config, ofClass }), config.taskWeights[task]);
    });
    return tf.addN(losses) as Scalar;
  };
  const { value, grads } = tf.valueAndGrads(loss)(learnedIndices.map((index) => weights[index]!));

  const old = learnedIndices.map(
    (index, i): Updated => ({
      weight: weights[index]!,
      first: first[i]!,
      second: second[i]!,
    }),
  );
  const { updated, gradientNorm } = updateWeights(config, old, grads, { learningRate, step });
  const next = new Map(learnedIndices.map((index, i) => [plan.weights[index]!.name, updated[i]!.weight]));
  for (const { name, mean, variance } of statistics) {
    next.set(`${name}.mean`, mean);
    next.set(`${name}.variance`, variance);
  }
  const newWeights = plan.weights.map(({ name, isLearned }, i) =>
    isLearned ? next.get(name)! : blended(weights[i]!, next.get(name)!, config.statisticsMomentum),
  );
  return [
    value,
    gradientNorm,
    ...predictions,
    ...newWeights,
    ...updated.map((each) => each.first),
    ...updated.map((each) => each.second),
  ];
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
