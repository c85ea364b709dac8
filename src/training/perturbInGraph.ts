import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../engine/tf.ts';
import type { WeightLookup } from '../network/applyOperation.ts';
import { attackStep } from './attackStep.ts';
import type { NamedTensors } from './gradientStep.ts';
import type { TrainingGraph } from './trainingGraph.ts';

/**
 * The perturbation of a batch as part of the training step, for devices that keep the weights: the whole ascent is in the
 * graph, so that neither weights nor excerpts are copied between its steps.
 *
 * @param graph - Network, ear and configuration; the configuration must have a perturbation.
 * @param given - `sounds`: waveforms, shape [batch, samples]; `added`: random perturbations; inputs of `batchTargets`.
 * @param weight - Of the network, before the step.
 * @returns Waveforms [batch, samples] or cochleagrams [batch, channels, frames], as the perturbation's space is.
 */
export function perturbedInGraph(graph: TrainingGraph, given: NamedTensors, weight: WeightLookup): Tensor {
  const { kind, space, steps } = graph.config.perturbation!;
  const center = space === 'cochleagram' ? graph.cochleagram(given['sounds']!) : given['sounds']!;
  const begun = tf.add(center, given['added']!);
  const start = space === 'waveform' ? tf.clipByValue(begun, -1, 1) : begun;
  if (kind === 'random') return start;
  let [at, best] = [start, start];
  let largest: Tensor | undefined;
  for (let step = 0; step <= steps; step++) {
    const { losses, moved } = attackStep(graph, { ...given, sounds: at, center }, weight);
    if (largest) {
      // Numbers, since WebGPU spreads no truth values over an axis.
      const isLarger = tf.cast(tf.greater(losses, largest), 'float32');
      const share = tf.reshape(isLarger, [losses.size, ...at.shape.slice(1).fill(1)]);
      best = tf.add(tf.mul(at, share), tf.mul(best, tf.sub(1, share)));
    }
    largest = largest ? tf.maximum(losses, largest) : losses;
    at = moved;
  }
  return best;
}
