import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import { packagePath } from '../../base/packagePath.ts';
import { constant, tf } from '../../engine/tf.ts';
import { readSafetensors, safetensorsMetadata } from '../../formats/safetensors.ts';

/** A linear readout of one task. */
export interface ReadoutTask {
  task: string;
  /** Of each class, in the order of the logits. */
  labels: readonly string[];
  /** Shape [features, classes], row-major. */
  weights: Float32Array;
  /** Shape [classes]. */
  bias: Float32Array;
}

/** Linear readouts of a model's stage. */
export interface Readout {
  /** How many units of the stage make a feature. */
  features: ReadoutFeatures;
  tasks: readonly ReadoutTask[];
}

/** What of a stage is read: means over groups of neighboring frequency channels. */
export interface ReadoutFeatures {
  /** Frequency channels of the stage, its slowest axis; 1 where none are pooled. */
  channels: number;
  /** Channels a group; the last may be smaller. */
  channelsPooled: number;
}

/**
 * Where a baseline's readout is kept.
 *
 * @param name - Of the baseline.
 */
export function readoutPath(name: string): string {
  return join(packagePath('src/model/weights'), name, 'readout.safetensors');
}

/**
 * The readout that ships with a baseline.
 *
 * @param name - Of the baseline.
 * @returns Without tasks where none was fitted.
 */
export function readReadout(name: string): Readout {
  const path = readoutPath(name);
  if (!existsSync(path)) return { features: { channels: 1, channelsPooled: 1 }, tasks: [] };
  const arrays = readSafetensors(path);
  const { features, labels } = safetensorsMetadata(path);
  const ofTasks = JSON.parse(labels!) as Record<string, string[]>;
  return {
    features: JSON.parse(features!) as ReadoutFeatures,
    tasks: Object.entries(ofTasks).map(([task, ofTask]) => ({
      ...{ task, labels: ofTask },
      weights: arrays.get(`${task}.weights`)!.values,
      bias: arrays.get(`${task}.bias`)!.values,
    })),
  };
}

/**
 * Means of neighboring channels of a stage.
 *
 * @param stage - Shape [batch, units], frequency the slowest axis of the units.
 * @returns Shape [batch, features].
 */
export function pooledFeatures(stage: Tensor, { channels, channelsPooled }: ReadoutFeatures): Tensor {
  if (channelsPooled === 1) return stage;
  const inner = stage.shape[1]! / channels;
  const groups = Math.ceil(channels / channelsPooled);
  const means = new Float32Array(groups * channels);
  for (let channel = 0; channel < channels; channel++) {
    const group = Math.floor(channel / channelsPooled);
    means[group * channels + channel] =
      1 / (Math.min(channels, (group + 1) * channelsPooled) - group * channelsPooled);
  }
  const pooled = tf.matMul(constant(means, [1, groups, channels]), tf.reshape(stage, [-1, channels, inner]));
  return tf.reshape(pooled, [-1, groups * inner]);
}

/**
 * Logits of a task.
 *
 * @param stage - What the readout stands on, shape [batch, units].
 * @returns Shape [batch, classes].
 */
export function readoutTensor(
  { labels, weights, bias }: ReadoutTask,
  features: ReadoutFeatures,
  stage: Tensor,
): Tensor {
  const pooled = pooledFeatures(stage, features);
  const product = tf.matMul(pooled, constant(weights, [weights.length / labels.length, labels.length]));
  return tf.add(product, constant(bias, [1, labels.length]));
}
