import type { Tensor } from '@tensorflow/tfjs';
import type { InputSpec } from '../engine/engine.ts';
import { prefixed } from '../engine/names.ts';
import { tf } from '../engine/tf.ts';
import type { NetworkPlan } from '../network/plan.ts';
import type { NamedTensors } from './gradientStep.ts';
import { classWeights, type TrainingConfig } from './trainingConfig.ts';

/** What the loss is made of besides logits. */
export interface LossTargets {
  plan: NetworkPlan;
  config: TrainingConfig;
  /** Labels of each task's classes, which weights by label go by; not needed without them. */
  labels?: { word: readonly string[]; genre?: readonly string[] | undefined };
}

/** Label indices of a batch in each task, 0 for null. */
export interface BatchLabels {
  words: Int32Array;
  genres: Int32Array;
}

/** What logits are held to: inputs of the graph, made of a batch's labels outside it. */
export interface BatchTargets {
  /**
   * `target/<task>`, shape [batch, classes]: smoothed labels times each excerpt's weight and the task's; `share/<task>`: one
   * over the weights' sum.
   */
  inputs: Record<string, InputSpec>;
  of(labels: BatchLabels): Record<string, Float32Array>;
}

/**
 * What a batch's labels give to its loss.
 *
 * @param targets - Network and configuration.
 * @throws InputError when weights name a label that there is not.
 */
export function batchTargets({ plan, config, labels: names }: LossTargets): BatchTargets {
  const tasks = plan.architecture.outputs.map(({ task, classes }) => {
    const weights = classWeights(task, names?.[task], config);
    const weightOf = (label: number) => weights?.[label] ?? (label > 0 ? 1 : config.nullWeight);
    return { task, classes, weightOf };
  });
  const byTask = <T>(prefix: string, of: (task: (typeof tasks)[number]) => T) =>
    prefixed(prefix, Object.fromEntries(tasks.map((each) => [each.task, of(each)])));
  return {
    inputs: {
      ...byTask('target', ({ classes }) => ({ shape: [config.batchSize, classes] })),
      ...byTask('share', () => ({ shape: [] })),
    },
    of({ words, genres }) {
      const labelsOf = (task: 'word' | 'genre') => Array.from(task === 'word' ? words : genres);
      return {
        ...byTask('target', ({ task, classes, weightOf }) =>
          smoothed(labelsOf(task), {
            ...{ classes, smoothing: config.labelSmoothing },
            weightOf: (label) => weightOf(label) * config.taskWeights[task],
          }),
        ),
        ...byTask('share', ({ task, weightOf }) => {
          const sum = labelsOf(task).reduce((before, label) => before + weightOf(label), 0);
          return Float32Array.of(1 / Math.max(sum, 1e-6));
        }),
      };
    },
  };
}

/** Labels as numbers by class, shape [labels, classes]. */
function smoothed(
  labels: readonly number[],
  {
    classes,
    smoothing,
    weightOf,
  }: { classes: number; smoothing: number; weightOf: (label: number) => number },
): Float32Array {
  const numbers = new Float32Array(labels.length * classes);
  for (const [i, label] of labels.entries()) {
    const weight = weightOf(label);
    numbers.fill((weight * smoothing) / classes, i * classes, (i + 1) * classes);
    numbers[i * classes + label]! += weight * (1 - smoothing);
  }
  return numbers;
}

/**
 * Loss of a batch: over tasks, the weighted mean of the excerpts' cross-entropies.
 *
 * @param targets - Network and configuration.
 * @param logits - Of each of the network's outputs, shape [batch, classes].
 * @param given - As {@link batchTargets} names it.
 * @returns A scalar, nats.
 */
export function batchLoss({ plan }: LossTargets, logits: readonly Tensor[], given: NamedTensors): Tensor {
  const losses = plan.architecture.outputs.map(({ task }, i) =>
    tf.mul(tf.sum(agreement(logits[i]!, given[`target/${task}`]!)), given[`share/${task}`]!),
  );
  return tf.neg(tf.addN(losses));
}

/**
 * Loss of each excerpt alone: its weighted cross-entropies, summed over tasks.
 *
 * @param targets - Network and configuration.
 * @param logits - Of each of the network's outputs, shape [batch, classes].
 * @param given - As {@link batchTargets} names it.
 * @returns Shape [batch], nats.
 */
export function excerptLosses({ plan }: LossTargets, logits: readonly Tensor[], given: NamedTensors): Tensor {
  const { outputs } = plan.architecture;
  return tf.neg(
    tf.addN(outputs.map(({ task }, i) => tf.sum(agreement(logits[i]!, given[`target/${task}`]!), 1))),
  );
}

/** Log probabilities, each times its target. */
const agreement = (logits: Tensor, target: Tensor) => tf.mul(target, tf.logSoftmax(logits));
