import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../engine/tf.ts';

/** How weights follow their gradients; part of the training graph. */
export interface UpdateRule {
  optimizer: 'adamw' | 'sgd';
  momentum: number;
  secondMomentum: number;
  weightDecay: number;
  gradientClip: number;
}

/** One weight with what the optimizer keeps of it. */
export interface Updated {
  weight: Tensor;
  first: Tensor;
  second: Tensor;
}

const adamEpsilon = 1e-8;

/**
 * One update of all weights.
 *
 * @param rule - Optimizer and its constants.
 * @param weights - Weights and their moments; `second` is not used by sgd.
 * @param gradients - Gradient of each weight.
 * @param scalars - `learningRate`; `step`, counted from 1, corrects the moments' bias.
 * @returns The updated weights and moments, and the Euclidean norm of all gradients before clipping.
 * @see Loshchilov & Hutter (2019), decoupled weight decay; kernels alone decay, not biases or normalization.
 */
export function updateWeights(
  rule: UpdateRule,
  weights: readonly Updated[],
  gradients: readonly Tensor[],
  { learningRate, step }: { learningRate: Tensor; step: Tensor },
): { updated: Updated[]; gradientNorm: Tensor } {
  const gradientNorm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
  const scale = tf.minimum(tf.div(rule.gradientClip, tf.add(gradientNorm, 1e-12)), 1);
  const decayed = ({ weight }: Updated) =>
    weight.shape.length > 1 ? tf.mul(weight, tf.mul(learningRate, rule.weightDecay)) : undefined;
  const updated = weights.map((old, i) => {
    const gradient = tf.mul(gradients[i]!, scale);
    const { move, first, second } =
      rule.optimizer === 'adamw' ? adam(rule, old, gradient, step) : sgd(rule, old, gradient);
    const moved = tf.sub(old.weight, tf.mul(move, learningRate));
    const decay = decayed(old);
    return { weight: decay ? tf.sub(moved, decay) : moved, first, second };
  });
  return { updated, gradientNorm };
}

function adam({ momentum, secondMomentum }: UpdateRule, old: Updated, gradient: Tensor, step: Tensor) {
  const first = blended(old.first, gradient, momentum);
  const second = blended(old.second, tf.square(gradient), secondMomentum);
  const corrected = (moment: Tensor, decay: number) => tf.div(moment, tf.sub(1, tf.pow(decay, step)));
  const move = tf.div(
    corrected(first, momentum),
    tf.add(tf.sqrt(corrected(second, secondMomentum)), adamEpsilon),
  );
  return { move, first, second };
}

function sgd({ momentum }: UpdateRule, old: Updated, gradient: Tensor) {
  const first = tf.add(tf.mul(old.first, momentum), gradient);
  return { move: first, first, second: old.second };
}

/** share · old + (1 − share) · next. */
export function blended(old: Tensor, next: Tensor, share: number): Tensor {
  return tf.add(tf.mul(old, share), tf.mul(next, 1 - share));
}
