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

const parts = ['weight', 'first', 'second'] as const;

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
  const slopes = joinVectors(gradients);
  const gradientNorm = tf.sqrt(tf.addN(slopes.map((slope) => tf.sum(tf.square(slope)))));
  const scale = tf.minimum(tf.div(rule.gradientClip, tf.add(gradientNorm, 1e-12)), 1);
  const update = rule.optimizer === 'adamw' ? adam : sgd;
  const scalars = { scale, learningRate, step };
  const [weight, first, second] = parts.map((part) => joinVectors(weights.map((each) => each[part])));
  const next = slopes.map((slope, i) =>
    update(rule, { weight: weight![i]!, first: first![i]!, second: second![i]! }, slope, scalars),
  );
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

/** Scalars of a step: what gradients are clipped by, the learning rate, the step's number from 1. */
interface StepScalars {
  scale: Tensor;
  learningRate: Tensor;
  step: Tensor;
}

/** Scalars are combined first, so that the weights are passed over as few times as can be: Kingma & Ba (2015), end of section 2. */
function adam(
  rule: UpdateRule,
  old: Updated,
  gradient: Tensor,
  { scale, learningRate, step }: StepScalars,
): Updated {
  const { momentum, secondMomentum } = rule;
  const first = tf.add(tf.mul(old.first, momentum), tf.mul(gradient, tf.mul(scale, 1 - momentum)));
  const second = tf.add(
    tf.mul(old.second, secondMomentum),
    tf.square(tf.mul(gradient, tf.mul(scale, Math.sqrt(1 - secondMomentum)))),
  );
  const correction = tf.sqrt(tf.sub(1, tf.pow(secondMomentum, step)));
  const rate = tf.div(tf.mul(learningRate, correction), tf.sub(1, tf.pow(momentum, step)));
  const direction = tf.div(first, tf.add(tf.sqrt(second), tf.mul(correction, adamEpsilon)));
  return { weight: tf.sub(decayed(rule, old, learningRate), tf.mul(direction, rate)), first, second };
}

function sgd(
  rule: UpdateRule,
  old: Updated,
  gradient: Tensor,
  { scale, learningRate }: StepScalars,
): Updated {
  const first = tf.add(tf.mul(old.first, rule.momentum), tf.mul(gradient, scale));
  return {
    weight: tf.sub(decayed(rule, old, learningRate), tf.mul(first, learningRate)),
    first,
    second: old.second,
  };
}

function decayed({ weightDecay }: UpdateRule, { weight }: Updated, learningRate: Tensor): Tensor {
  return weight.shape.length > 1 ? tf.mul(weight, tf.sub(1, tf.mul(learningRate, weightDecay))) : weight;
}

/** share · old + (1 − share) · next, of each pair. */
export function blended(old: readonly Tensor[], next: readonly Tensor[], share: number | Tensor): Tensor[] {
  const rest = typeof share === 'number' ? 1 - share : tf.sub(1, share);
  const [before, after] = [joinVectors(old), joinVectors(next)];
  const mixed = before.map((each, i) => tf.add(tf.mul(each, share), tf.mul(after[i]!, rest)));
  return partVectors(mixed, old);
}
