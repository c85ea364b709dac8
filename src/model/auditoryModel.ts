import type { Tensor } from '@tensorflow/tfjs';

/** One named stage of a model, in processing order. */
export interface Stage {
  name: string;
  /** Shape of one sound's activations, without the batch axis, row-major as stored: [frequency, time, channel] or [unit]. */
  shape: readonly number[];
  /** Learned numbers of this stage alone. */
  parameters: number;
  /** Multiply-accumulates of this stage alone, for one sound. */
  macs: number;
}

/** The task of a classifier at the end of a branch. */
export type Task = 'word' | 'genre';

/** A classifier: the stage that holds its logits, and the label of each. */
export interface Classifier {
  task: Task;
  stage: string;
  labels: readonly string[];
}

/** A model of hearing: from waveform to named stages. Everything downstream needs no more than this. */
export interface AuditoryModel {
  name: string;
  /** Hash of description and weights. */
  hash: string;
  sampleRateHz: number;
  /** Length of the sound it takes, samples. */
  samples: number;
  stages: readonly Stage[];
  classifiers: readonly Classifier[];
  /**
   * Activations of stages, in TensorFlow.js ops (differentiable; only what the asked stages need is computed).
   *
   * @param waveform - Shape [batch, samples].
   * @param stageNames - Which stages.
   * @param options - `identityGradient`: each asked stage's own rectifier passes the gradient unchanged (published
   *   for metamers; later stages still see the true rectifier).
   * @returns One tensor a stage, shape [batch, ...stage.shape].
   */
  activations(
    waveform: Tensor,
    stageNames: readonly string[],
    options?: { identityGradient?: boolean },
  ): Tensor[];
}
