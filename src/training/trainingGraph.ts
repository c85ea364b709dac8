import type { Tensor } from '@tensorflow/tfjs';
import type { LossTargets } from './trainingLoss.ts';

/** What the training graph is made of. */
export interface TrainingGraph extends LossTargets {
  /** From waveforms [batch, samples] to cochleagrams. */
  cochleagram: (waveform: Tensor) => Tensor;
  samples: number;
}

/** Labeled waveforms. */
export interface LabeledBatch {
  /** Shape [batch, samples]. */
  waveforms: Float32Array;
  /** Label indices of each task, 0 for null. */
  words: Int32Array;
  genres: Int32Array;
}
