import type { Tensor } from '@tensorflow/tfjs';
import type { CochleagramParameters } from '../../cochlea/parameters.ts';
import { InputError } from '../base/inputError.ts';

/** One named stage of a model, in processing order. */
export interface Stage {
  name: string;
  /** Names of the stages that feed it, nearest ones only; none where it stands on the sound alone. */
  inputs: readonly string[];
  /**
   * Shape of one sound's activations, without the batch axis, row-major as stored: [frequency, time] for the
   * cochleagram, [frequency, time, channel] or [unit] for the network's stages.
   */
  shape: readonly number[];
  /** Learned numbers of this stage alone. */
  parameters: number;
  /** Multiply-accumulates of this stage alone, for one sound: its convolutions and matrices of learned weights. */
  macs: number;
}

/** The task of a classifier at the end of a branch: `word`, `genre`, or any other name. */
export type Task = string;

/** The tasks that corpora have labels of. */
export type CorpusTask = 'word' | 'genre';

/** A classifier: the stage that holds its logits, and the label of each. */
export interface Classifier {
  task: Task;
  stage: string;
  labels: readonly string[];
  /** Several classes may be true at once: each has a probability of its own. */
  several?: boolean;
  /** Classes that count as recognized: the k most probable, or all above a probability; by default the best, or with `several` those above 0.5. */
  recognized?: { top: number } | { above: number };
}

/** How activations are computed. */
export interface ActivationOptions {
  /** Each asked stage's own rectifier passes the gradient unchanged (published for metamers); later stages still see the true rectifier. */
  identityGradient?: boolean;
}

/** A model of hearing: from waveform to named stages. Everything downstream needs no more than this. */
export interface AuditoryModel {
  name: string;
  /** Hash of description and weights. */
  hash: string;
  /** Its folder or ONNX file as the user gave it; none for a model that was called by its name. */
  path?: string;
  sampleRateHz: number;
  /** Length of the sound it takes, samples. */
  samples: number;
  /** Where it is asked for another length than its own: that length, and the stages that take no other. */
  ownLength?: { seconds: number; stages: readonly string[] };
  /** Envelope rate of the fast ear in {@link activations} over each filter's width; infinite for every sample. */
  oversampling: number;
  /** Parameters of its cochleagram, for the exact form. */
  cochleagram: CochleagramParameters;
  /** The network takes the waveform itself; its cochleagram stage stands beside it. Only models made elsewhere do. */
  takesWaveform?: boolean;
  stages: readonly Stage[];
  classifiers: readonly Classifier[];
  /**
   * Activations of stages, in TensorFlow.js ops (differentiable; only what the asked stages need is computed).
   *
   * @param waveform - Shape [batch, samples].
   * @param options - Gradient rule of the asked stages.
   * @returns One tensor a stage, shape [batch, ...stage.shape].
   * @throws InputError for a stage the model does not have.
   */
  activations(waveform: Tensor, stageNames: readonly string[], options?: ActivationOptions): Tensor[];
  /**
   * The same from cochleagrams, whichever form made them.
   *
   * @param cochleagram - Shape [batch, channels, frames].
   * @param options - Gradient rule of the asked stages.
   * @returns One tensor a stage, shape [batch, ...stage.shape].
   * @throws InputError for a stage the model does not have, or one that needs the waveform.
   */
  activationsOfCochleagram(
    cochleagram: Tensor,
    stageNames: readonly string[],
    options?: ActivationOptions,
  ): Tensor[];
  /**
   * The same from activations of one stage on, as they came from a sound or were changed; absent where the network is not
   * made of our stages.
   *
   * @param stage - Name of a network's stage.
   * @param activations - Of that stage, shape [batch, ...stage.shape].
   * @param stageNames - Stages that the sound reaches through it alone.
   * @returns One tensor a stage, shape [batch, ...stage.shape].
   * @throws RangeError for a stage that does not stand on it.
   */
  activationsAfter?(stage: string, activations: Tensor, stageNames: readonly string[]): Tensor[];
}

/**
 * Shape of a stage's activations.
 *
 * @param stage - Name of one of the model's stages.
 * @returns Sizes of its axes, as {@link Stage} has them.
 */
export function stageShape({ stages }: Pick<AuditoryModel, 'stages'>, stage: string): Stage['shape'] {
  return stages.find(({ name }) => name === stage)!.shape;
}

/**
 * Refuses stages a model does not have.
 *
 * @param model - The model, as far as the message tells of it.
 * @param stageNames - The asked ones.
 * @throws InputError listing the stages there are.
 */
export function checkStages(
  { name: modelName, stages, ownLength }: Pick<AuditoryModel, 'name' | 'stages' | 'ownLength'>,
  stageNames: readonly string[],
): void {
  const unknown = stageNames.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown === undefined) return;
  const known = stages.map(({ name }) => name).join(', ');
  if (ownLength?.stages.includes(unknown))
    throw new InputError(
      `stage '${unknown}' of ${modelName} must have sounds of ${ownLength.seconds} s, the one length that its weights are for; leave the length at that, or name one of ${known}`,
    );
  throw new InputError(`stage '${unknown}' is not a stage of ${modelName}; it must be one of ${known}`);
}
