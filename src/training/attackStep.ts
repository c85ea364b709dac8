import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../engine/tf.ts';
import type { WeightLookup } from '../network/applyOperation.ts';
import { forward } from '../network/forward.ts';
import type { NamedTensors } from './gradientStep.ts';
import type { Perturbation } from './perturbation.ts';
import type { TrainingGraph } from './trainingGraph.ts';
import { excerptLosses } from './trainingLoss.ts';

/**
 * A step of projected gradient ascent on each excerpt's loss, the network as it is when it is evaluated.
 *
 * @param graph - Network, ear and configuration; the configuration must have a perturbation.
 * @param given - `sounds`: where the excerpts are; `center`: where they began; inputs of `batchTargets`.
 * @param weight - Of the network.
 * @returns Loss of each excerpt where it is, shape [batch], and where it moves to.
 */
export function attackStep(
  graph: TrainingGraph,
  given: NamedTensors,
  weight: WeightLookup,
): { losses: Tensor; moved: Tensor } {
  const { plan, cochleagram, config } = graph;
  const perturbation = config.perturbation!;
  const stages = plan.architecture.outputs.map(({ stage }) => stage);
  let losses: Tensor | undefined;
  const ascent = tf.valueAndGrad((sounds: Tensor) => {
    const seen = perturbation.space === 'cochleagram' ? sounds : cochleagram(sounds);
    const { activations } = forward(plan, seen, stages, weight);
    losses = tf.keep(excerptLosses(graph, activations, given));
    return tf.sum(losses);
  });
  const { grad } = ascent(given['sounds']!);
  return { losses: losses!, moved: ascended(perturbation, given['sounds']!, grad, given['center']!) };
}

/** A step along the gradient, back onto the ball around the excerpt, and for waveforms within ±1. */
function ascended(
  { norm, radius, stepSize, space }: Perturbation,
  at: Tensor,
  gradient: Tensor,
  center: Tensor,
) {
  const moved =
    norm === 'linf'
      ? tf.add(at, tf.mul(tf.sign(gradient), stepSize))
      : tf.add(at, tf.mul(gradient, tf.div(stepSize, tf.add(lengths(gradient), 1e-10))));
  const difference = tf.sub(moved, center);
  const within =
    norm === 'linf'
      ? tf.clipByValue(difference, -radius, radius)
      : tf.mul(difference, tf.minimum(tf.div(radius, tf.add(lengths(difference), 1e-10)), 1));
  const projected = tf.add(center, within);
  return space === 'waveform' ? tf.clipByValue(projected, -1, 1) : projected;
}

/** Euclidean norm of each excerpt, axes kept. */
function lengths(x: Tensor): Tensor {
  return tf.sqrt(tf.sum(tf.square(x), x.shape.map((_, axis) => axis).slice(1), true));
}
