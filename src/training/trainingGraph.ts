import type { Tensor } from '@tensorflow/tfjs';
import type { WeightLookup } from '../network/forward.ts';
import type { LossTargets } from './trainingLoss.ts';

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
export interface LabeledBatch {
  /** Shape [batch, samples]. */
  waveforms: Float32Array;
  /** Label indices of each task, 0 for null. */
  words: Int32Array;
  genres: Int32Array;
}
