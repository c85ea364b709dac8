import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { InputError } from '../base/inputError.ts';
import { tf } from '../engine/tf.ts';

/** What a synthesis lowers: stages of the model and a loss over their activations. */
export interface Objective {
  name: string;
  stages: readonly string[];
  /** Whether there is a reference sound that activations are held to; default true. */
  hasReference?: boolean;
  /** Whether the rectifier of a stage passes gradients where it is silent, as published for matching; default true. */
  identityGradient?: boolean;
  /**
   * The loss, in TensorFlow.js ops.
   *
   * @param activations - Of each stage, shape [1, …].
   * @param targets - The reference sound's, same shapes; none without a reference.
   */
  loss(activations: readonly Tensor[], targets: readonly Tensor[]): Scalar;
  /**
   * The same of several sounds at once; without it the losses of sounds that share a graph are computed one by one.
   *
   * @param activations - Of each stage, shape [sounds, …].
   * @param targets - The reference sounds', same shapes.
   * @returns Shape [sounds].
   */
  losses?: ((activations: readonly Tensor[], targets: readonly Tensor[]) => Tensor) | undefined;
}

/**
 * Stages whose activations by a reference sound an objective needs.
 *
 * @param objective - All of its stages, or none.
 */
export function referenceStages({
  stages,
  hasReference = true,
}: Pick<Objective, 'stages' | 'hasReference'>): readonly string[] {
  return hasReference ? stages : [];
}

/**
 * Matches the reference at one or several stages: the weighted mean of ‖a − b‖ / ‖b‖ over stages.
 *
 * @param weights - Weight of each stage by name, > 0.
 * @throws InputError when there is no stage or a weight is not positive.
 * @see Feather et al. (2023): normalized Euclidean distance at the matched stage.
 */
export function match(weights: Readonly<Record<string, number>>): Objective {
  const stages = Object.keys(weights);
  const wrong = stages.find((stage) => !(weights[stage]! > 0));
  if (stages.length === 0 || wrong !== undefined)
    throw new InputError(
      `match: every stage's weight must be > 0, got ${wrong === undefined ? 'no stage' : `${weights[wrong]} for ${wrong}`}; name stages with positive weights`,
    );
  const total = stages.reduce((sum, stage) => sum + weights[stage]!, 0);
  const losses = (activations: readonly Tensor[], targets: readonly Tensor[]) =>
    tf.addN(
      activations.map((activation, i) =>
        tf.mul(normalizedDistances(activation, targets[i]!), weights[stages[i]!]! / total),
      ),
    );
  return {
    ...{ name: 'match', stages, losses },
    loss: (activations, targets) => tf.reshape(losses(activations, targets), []) as Scalar,
  };
}

/** ‖a − b‖ / ‖b‖ of each sound; where ‖b‖ is zero the distance alone. */
function normalizedDistances(a: Tensor, b: Tensor): Tensor {
  const sum = (x: Tensor) =>
    tf.sum(
      x,
      x.shape.slice(1).map((_, i) => i + 1),
    );
  const length = tf.sqrt(sum(tf.square(b)));
  const norm = tf.where(tf.equal(length, 0), tf.onesLike(length), length);
  const wide = (ofSounds: Tensor) => tf.reshape(ofSounds, [-1, ...a.shape.slice(1).fill(1)]);
  const distances = tf.customGrad((x, save) => {
    const difference = tf.sub(x as Tensor, b);
    // The floor keeps the slope finite at a perfect match.
    const distance = tf.maximum(tf.sqrt(sum(tf.square(difference))), 1e-15);
    (save as (tensors: Tensor[]) => void)([difference, distance, norm]);
    const gradFunc = (dy: Tensor, [off, far, unit]: Tensor[]) =>
      tf.div(tf.mul(off!, wide(dy)), wide(tf.mul(far!, unit!)));
    return { value: tf.div(distance, norm), gradFunc };
  });
  return distances(a);
}
