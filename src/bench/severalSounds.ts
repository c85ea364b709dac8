import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { tf } from '../engine/tf.ts';
import type { AuditoryModel } from '../model/auditoryModel.ts';
import { match, type Objective } from '../synthesis/objective.ts';

/**
 * A model that takes several sounds, one after the other, as one.
 *
 * @param count - Of sounds.
 */
export function severalSounds(model: AuditoryModel, count: number): AuditoryModel {
  const { samples, stages } = model;
  return {
    ...model,
    samples: count * samples,
    stages: stages.map((stage) => ({ ...stage, shape: [count, ...stage.shape] })),
    activations: (waveform, names, options) =>
      model
        .activations(tf.reshape(waveform, [count, samples]), names, options)
        .map((activations) => tf.expandDims(activations, 0)),
  };
}

/**
 * The published match of each of several sounds.
 *
 * @param count - Of sounds.
 */
export function eachMatched(stage: string, count: number): Objective {
  const one = match({ [stage]: 1 });
  // TensorFlow.js has no gradient of a split into one part.
  const each = (all: Tensor) => (count === 1 ? [all] : tf.split(all, count, 1));
  return {
    ...one,
    losses: undefined,
    loss: ([activations], [targets]) => {
      const ofReferences = each(targets!);
      return tf.addN(each(activations!).map((of, i) => one.loss([of], [ofReferences[i]!]))) as Scalar;
    },
  };
}
