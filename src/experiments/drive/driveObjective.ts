import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { constant, tf } from '../../engine/tf.ts';
import { mean, standardDeviation } from '../../statistics/estimates/descriptive.ts';
import type { DriveTarget } from './driveTarget.ts';

/** `stretch`: one response as high as can be; `one-hot`: one up and its neighbors down. */
export const driveObjectives = ['stretch', 'one-hot'] as const;
/** What is raised. */
export type DriveObjective = (typeof driveObjectives)[number];

/** Mean and standard deviation of each member of a population over natural sounds; shape [members]. */
export interface Scales {
  means: Float32Array;
  deviations: Float32Array;
}

/**
 * Scales of a population, by which its members are compared.
 *
 * @param responses - To natural sounds, shape [sounds][members]; ≥ 2 sounds.
 * @returns Deviations of members that do not vary are 1.
 */
export function scalesOf(responses: readonly Float32Array[]): Scales {
  const columns = Array.from(responses[0]!, (_, k) => responses.map((of) => of[k]!));
  return {
    means: Float32Array.from(columns, mean),
    deviations: Float32Array.from(columns, (column) => standardDeviation(column) || 1),
  };
}

/**
 * Responses in standard deviations of natural sounds from their mean.
 *
 * @param responses - Shape [members].
 */
export function standardized(responses: Float32Array, { means, deviations }: Scales): Float32Array {
  return responses.map((value, k) => (value - means[k]!) / deviations[k]!);
}

/**
 * What is raised, in numbers: the standardized response, or the logarithm of its softmax over the population.
 *
 * @param z - Standardized responses, shape [members].
 * @param index - The driven member.
 * @see Bashivan, Kar & DiCarlo (2019), Science 364, eaav9436: "stretch" and "one-hot population" control.
 */
export function scoreOf(objective: DriveObjective, z: Float32Array, index: number): number {
  if (objective === 'stretch') return z[index]!;
  const largest = z.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return z[index]! - largest - Math.log(z.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

/**
 * The same in TensorFlow.js ops.
 *
 * @param responses - Of the population, shape [members].
 */
export function scoreTensor(
  objective: DriveObjective,
  responses: Tensor,
  { target: { index, names }, scales }: { target: DriveTarget; scales: Scales },
): Scalar {
  const count = names.length;
  const means = constant(scales.means, [count]);
  const z = tf.div(tf.sub(responses, means), constant(scales.deviations, [count]));
  const own = tf.slice(z, [index], [1]);
  if (objective === 'stretch') return tf.sum(own) as Scalar;
  const largest = tf.max(z);
  const logSum = tf.add(tf.log(tf.sum(tf.exp(tf.sub(z, largest)))), largest);
  return tf.sub(tf.sum(own), logSum) as Scalar;
}
