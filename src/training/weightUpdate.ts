import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../engine/tf.ts';
import { joinVectors, partVectors } from './joinVectors.ts';

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

/** One weight before its update. */
export interface Updating extends Updated {
  /** How many of its numbers, from the first on, decay; of vectors none. */
  decaying: number;
}

const parts = ['weight', 'first', 'second'] as const;

const adamEpsilon = 1e-8;

/** Names of the numbers that a step's update goes by. */
export const updateScalarNames = ['rate', 'floor', 'decay'] as const;

/** One of {@link updateScalarNames}. */
export type UpdateScalar = (typeof updateScalarNames)[number];

/**
 * Numbers that a step's update goes by.
 *
 * @param rule - Optimizer and its constants.
 * @param at - `learningRate`; `step`, counted from 1, corrects the moments' bias.
 */
export function updateScalars(
  { optimizer, momentum, secondMomentum, weightDecay }: UpdateRule,
  { learningRate, step }: { learningRate: number; step: number },
): Record<UpdateScalar, number> {
  const decay = 1 - learningRate * weightDecay;
  if (optimizer === 'sgd') return { rate: learningRate, floor: 0, decay };
  const correction = Math.sqrt(1 - secondMomentum ** step);
  const rate = (learningRate * correction) / (1 - momentum ** step);
  return { rate, floor: adamEpsilon * correction, decay };
}

/**
 * One update of all weights.
 *
 * @param rule - Optimizer and its constants.
 * @param weights - Weights and their moments; `second` is not used by sgd.
 * @param gradients - Gradient of each weight.
 * @param scalars - Of {@link updateScalars}, each of shape [].
 * @returns The updated weights and moments, and the Euclidean norm of all gradients before clipping.
 * @see Loshchilov & Hutter (2019), decoupled weight decay; kernels alone decay, not biases or normalization.
 */
export function updateWeights(
  rule: UpdateRule,
  weights: readonly Updating[],
  gradients: readonly Tensor[],
  scalars: Readonly<Record<UpdateScalar, Tensor>>,
): { updated: Updated[]; gradientNorm: Tensor } {
  const slopes = joinVectors(gradients);
  const gradientNorm = tf.sqrt(tf.addN(slopes.map((slope) => tf.sum(tf.square(slope)))));
  const update = rule.optimizer === 'adamw' ? adam : sgd;
  // A gradient within the bound is scaled by one.
  const longest = tf.maximum(gradientNorm, rule.gradientClip);
  const clipped = (factor: number) => tf.div(factor * rule.gradientClip, longest);
  const [weight, first, second] = parts.map((part) => joinVectors(weights.map((each) => each[part])));
  const decaying = weights.flatMap((each) => (each.weight.rank === 1 ? [] : [each.decaying]));
  const next = slopes.map((slope, i) => {
    const old = { weight: weight![i]!, first: first![i]!, second: second![i]!, decaying: decaying[i] ?? 0 };
    return update(rule, old, slope, { ...scalars, clipped });
  });
  const parted = parts.map((part) =>
    partVectors(
      next.map((each) => each[part]),
      gradients,
    ),
  );
  const updated = gradients.map((_, i) => ({
    ...{ weight: parted[0]![i]!, first: parted[1]![i]!, second: parted[2]![i]! },
  }));
  return { updated, gradientNorm };
}

/** Numbers of a step, and a factor of the clipped gradient as one of the gradient. */
type StepScalars = Readonly<Record<UpdateScalar, Tensor>> & { clipped: (factor: number) => Tensor };

/** Scalars are combined first, so that the weights are passed over as few times as can be: Kingma & Ba (2015), end of section 2. */
function adam(
  { momentum, secondMomentum, ...rule }: UpdateRule,
  old: Updating,
  gradient: Tensor,
  { clipped, rate, floor, decay }: StepScalars,
): Updated {
  const first = tf.add(tf.mul(old.first, momentum), tf.mul(gradient, clipped(1 - momentum)));
  const second = tf.add(
    tf.mul(old.second, secondMomentum),
    tf.square(tf.mul(gradient, clipped(Math.sqrt(1 - secondMomentum)))),
  );
  const direction = tf.div(first, tf.add(tf.sqrt(second), floor));
  return { weight: tf.sub(decayed(rule, old, decay), tf.mul(direction, rate)), first, second };
}

function sgd(
  rule: UpdateRule,
  old: Updating,
  gradient: Tensor,
  { clipped, rate, decay }: StepScalars,
): Updated {
  const first = tf.add(tf.mul(old.first, rule.momentum), tf.mul(gradient, clipped(1)));
  return {
    weight: tf.sub(decayed(rule, old, decay), tf.mul(first, rate)),
    first,
    second: old.second,
  };
}

function decayed({ weightDecay }: Pick<UpdateRule, 'weightDecay'>, old: Updating, decay: Tensor): Tensor {
  const { weight, decaying } = old;
  if (weightDecay === 0 || decaying === 0) return weight;
  if (decaying === weight.size) return tf.mul(weight, decay);
  const [kernels, others] = tf.split(tf.reshape(weight, [-1]), [decaying, weight.size - decaying]);
  return tf.reshape(tf.concat([tf.mul(kernels!, decay), others!]), weight.shape);
}

/** share · old + (1 − share) · next, of each pair. */
export function blended(old: readonly Tensor[], next: readonly Tensor[], share: number | Tensor): Tensor[] {
  const [before, after] = [joinVectors(old), joinVectors(next)];
  const mixed = after.map((each, i) => tf.add(each, tf.mul(tf.sub(before[i]!, each), share)));
  return partVectors(mixed, old);
}
