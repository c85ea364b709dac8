import type { Tensor } from '@tensorflow/tfjs';
import { constant, tf } from '../engine/tf.ts';
import type { NetworkPlan } from '../network/plan.ts';
import type { NamedTensors } from './gradientStep.ts';
import { classWeights, type TrainingConfig } from './trainingConfig.ts';

/** Cross-entropy of each excerpt in one task, and how much it counts. */
interface TaskLosses {
  /** Shape [batch], nats. */
  each: Tensor;
  /** Shape [batch]. */
  weight: Tensor;
}

/** What the loss is made of besides logits. */
export interface LossTargets {
  plan: NetworkPlan;
  config: TrainingConfig;
  /** Labels of each task's classes, which weights by label go by; not needed without them. */
  labels?: { word: readonly string[]; genre?: readonly string[] | undefined };
}

/**
 * Loss of a batch: over tasks, the weighted mean of the excerpts' cross-entropies.
 *
 * @param targets - Network and configuration.
 * @param logits - Of each of the network's outputs, shape [batch, classes].
 * @param given - Label indices of each task under `label/<task>`, shape [batch].
 * @returns A scalar, nats.
 */
export function batchLoss(targets: LossTargets, logits: readonly Tensor[], given: NamedTensors): Tensor {
  const { outputs } = targets.plan.architecture;
  const losses = outputs.map(({ task }, i) => {
    const { each, weight } = taskLosses(targets, task, logits[i]!, given[`label/${task}`]!);
    const mean = tf.div(tf.sum(tf.mul(each, weight)), tf.maximum(tf.sum(weight), 1e-6));
    return tf.mul(mean, targets.config.taskWeights[task]);
  });
  return tf.addN(losses);
}

/**
 * Loss of each excerpt alone: its weighted cross-entropies, summed over tasks.
 *
 * @param targets - Network and configuration.
 * @param logits - Of each of the network's outputs, shape [batch, classes].
 * @param given - Label indices of each task under `label/<task>`, shape [batch].
 * @returns Shape [batch], nats.
 */
export function excerptLosses(targets: LossTargets, logits: readonly Tensor[], given: NamedTensors): Tensor {
  const { outputs } = targets.plan.architecture;
  const losses = outputs.map(({ task }, i) => {
    const { each, weight } = taskLosses(targets, task, logits[i]!, given[`label/${task}`]!);
    return tf.mul(tf.mul(each, weight), targets.config.taskWeights[task]);
  });
  return tf.addN(losses);
}

/** Cross-entropies with smoothed labels, each excerpt weighted; those without a label of the task are null. */
function taskLosses(
  { config, labels: names }: LossTargets,
  task: 'word' | 'genre',
  logits: Tensor,
  labels: Tensor,
): TaskLosses {
  const { labelSmoothing, nullWeight } = config;
  const ofClass = classWeights(task, names?.[task], config);
  const classes = logits.shape[1]!;
  const hot = tf.oneHot(labels as never, classes);
  const target = tf.add(tf.mul(tf.cast(hot, 'float32'), 1 - labelSmoothing), labelSmoothing / classes);
  const each = tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1));
  const isLabeled = tf.cast(tf.greater(labels, 0), 'float32');
  const weight = ofClass
    ? tf.sum(tf.mul(tf.cast(hot, 'float32'), constant(ofClass, [classes])), 1)
    : tf.add(tf.mul(isLabeled, 1 - nullWeight), nullWeight);
  return { each, weight };
}
