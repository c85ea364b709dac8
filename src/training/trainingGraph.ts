import type { Tensor } from '@tensorflow/tfjs';
import type { InputSpec } from '../engine/engine.ts';
import { byName, prefixed } from '../engine/names.ts';
import type { WeightLookup } from '../network/applyOperation.ts';
import type { BatchLabels, LossTargets } from './trainingLoss.ts';

/** What the training graph is made of. */
export interface TrainingGraph extends LossTargets {
  /** From waveforms [batch, samples] to cochleagrams. */
  cochleagram: (waveform: Tensor) => Tensor;
  /** Takes the place of `cochleagram` where the ear learns too; its weights are among the plan's. */
  learningEar?: LearningEar;
  samples: number;
}

/** An ear whose weights are learned. */
interface LearningEar {
  /** From waveforms [batch, samples] to what it hears from; no gradient passes. */
  bins: (waveform: Tensor, weight: WeightLookup) => Tensor;
  /** From that to cochleagrams, differentiable in the weights. */
  cochleagram: (bins: Tensor, weight: WeightLookup) => Tensor;
}

/** Labeled waveforms. */
export interface LabeledBatch extends BatchLabels {
  /** Shape [batch, samples]. */
  waveforms: Float32Array;
}

/**
 * The ear in two parts, whether it learns or not.
 *
 * @param graph - Its ears.
 */
export function earOf({
  cochleagram,
  learningEar,
}: Pick<TrainingGraph, 'cochleagram' | 'learningEar'>): LearningEar {
  return learningEar ?? { bins: (waveform) => cochleagram(waveform), cochleagram: (heard) => heard };
}

/**
 * Shape of what is perturbed and trained on, without the batch.
 *
 * @param graph - Network, ear and configuration.
 */
export function heardShape({ plan, samples, config }: TrainingGraph): number[] {
  return config.perturbation?.space === 'cochleagram' ? [...plan.architecture.cochleagram] : [samples];
}

/**
 * A graph's inputs for weights: `weight/<name>` of each of the network's.
 *
 * @param graph - Its network.
 */
export function weightInputs({ plan }: Pick<TrainingGraph, 'plan'>): Record<string, InputSpec> {
  return prefixed(
    'weight',
    byName(plan.weights, ({ shape }) => ({ shape })),
  );
}
