import type { Tensor } from '@tensorflow/tfjs';
import { arraySize } from '../../base/arraySize.ts';
import { InputError } from '../../base/inputError.ts';
import { constant, tf } from '../../engine/tf.ts';
import { type AuditoryModel, checkStages, type Stage, type Task } from '../../model/auditoryModel.ts';
import type { Readouts } from '../brain/readouts.ts';

/** What is driven: one member of a population of responses that are linear in a model's activations. */
export interface DriveTarget {
  /** For people and folders, as `channel-12`. */
  label: string;
  /** Stages that the responses are read from. */
  stages: readonly string[];
  /** The population: the driven member and its neighbors. */
  names: readonly string[];
  /** Place of the driven member. */
  index: number;
  /** Tells readouts from others of the same names; absent where the model tells all. */
  readoutsHash?: string;
  /** Whether a single silent unit is asked for, which has no gradient: its rectifier then passes it. */
  isSingleUnit: boolean;
  /**
   * Responses of the population, in TensorFlow.js ops.
   *
   * @param activations - Of each stage, shape [1, ...stage.shape].
   * @returns Shape [members].
   */
  responses(activations: readonly Tensor[]): Tensor;
}

/**
 * One unit; its neighbors are the other channels at its place.
 *
 * @param stageName - Stage of the model.
 * @param place - Row-major place among the stage's activations, or one along each axis joined by `/`, as `4/16/120`.
 * @throws InputError for a place that the stage does not have.
 */
export function unitTarget(model: AuditoryModel, stageName: string, place: string): DriveTarget {
  const { name, shape } = stageOf(model, stageName);
  const along = placeAlong(shape, place);
  const flat = along.reduce((index, at, axis) => index * shape[axis]! + at, 0);
  const isFlat = shape.length === 1;
  const [count, step, first] = channelsAround(shape, along);
  return {
    ...{ label: `unit-${along.join('-')}`, stages: [name], isSingleUnit: true },
    names: Array.from({ length: count }, (_, i) => (isFlat ? `unit ${i}` : `channel ${i} there`)),
    index: (flat - first) / step,
    responses: ([activations]) => {
      const values = tf.reshape(activations!, [activations!.size]);
      if (step === 1) return tf.slice(values, [first], [count]);
      // The cochleagram's channels are its rows.
      return tf.reshape(tf.slice(activations!, [0, 0, first], [1, count, 1]), [count]);
    },
  };
}

/** Number of channels, the distance between two of them, and the place of the first, at one place of the stage. */
function channelsAround(shape: readonly number[], along: readonly number[]): [number, number, number] {
  if (shape.length === 2) return [shape[0]!, shape[1]!, along[1]!];
  const channels = shape.at(-1)!;
  const before = along.slice(0, -1).reduce((index, at, axis) => index * shape[axis]! + at, 0);
  return [channels, 1, before * channels];
}

function placeAlong(shape: readonly number[], place: string): number[] {
  const parts = place.split('/').map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
  const size = arraySize(shape);
  if (parts.length === 1 && parts[0]! < size) {
    let rest = parts[0]!;
    return shape.map((_, axis) => {
      const inner = arraySize(shape.slice(axis + 1));
      const at = Math.floor(rest / inner);
      rest -= at * inner;
      return at;
    });
  }
  if (parts.length === shape.length && parts.every((at, axis) => at < shape[axis]!)) return parts;
  throw new InputError(
    `must be a whole number below ${size}, or one along each axis of [${shape.join(', ')}] joined by '/', from 0, got '${place}'; give such a place`,
    { option: 'unit' },
  );
}

/**
 * The mean of a channel over frequency and time; its neighbors are the stage's other channels.
 *
 * @param stageName - Stage of the model.
 * @param channel - From 0; of the cochleagram, a frequency.
 * @throws InputError for a channel that the stage does not have.
 */
export function channelTarget(model: AuditoryModel, stageName: string, channel: number): DriveTarget {
  const { name, shape } = stageOf(model, stageName);
  const channels = shape.length === 2 ? shape[0]! : shape.at(-1)!;
  if (!(Number.isInteger(channel) && channel >= 0 && channel < channels))
    throw new InputError(
      `must be a whole number from 0 to ${channels - 1}, the channels of ${name}, got ${channel}; give one of them`,
      { option: 'channel' },
    );
  return {
    ...{ label: `channel-${channel}`, stages: [name], index: channel, isSingleUnit: shape.length === 1 },
    names: Array.from({ length: channels }, (_, i) => `channel ${i}`),
    responses([activations]) {
      if (shape.length === 2) return tf.reshape(tf.mean(activations!, 2), [channels]);
      const places = activations!.size / channels;
      return tf.mean(tf.reshape(activations!, [places, channels]), 0);
    },
  };
}

/**
 * The evidence for a class: its logit above the mean of all logits, which no probability depends on; its neighbors are the
 * other classes.
 *
 * @param label - One of a classifier's labels.
 * @param task - Whose, where several tasks have it.
 * @throws InputError for a label that no classifier has, or more than one.
 */
export function classTarget(model: AuditoryModel, label: string, task?: Task): DriveTarget {
  const known = model.classifiers.filter((each) => task === undefined || each.task === task);
  const having = known.filter(({ labels }) => labels.includes(label));
  if (having.length !== 1)
    throw new InputError(
      having.length === 0
        ? `class '${label}' must be one that ${model.name} names: ${known.flatMap(({ labels }) => labels).join(', ') || 'it names none'}; choose one of them`
        : `class '${label}' must be of one task, it is of ${having.map((each) => each.task).join(' and ')}; name the task`,
    );
  const { stage, labels, task: own } = having[0]!;
  return {
    ...{ label: `${own}-${label}`, stages: [stage], names: labels, isSingleUnit: false },
    index: labels.indexOf(label),
    responses([activations]) {
      const logits = tf.reshape(activations!, [labels.length]);
      return tf.sub(logits, tf.mean(logits));
    },
  };
}

/**
 * A measured response as a linear readout predicts it; its neighbors are the other responses of the file.
 *
 * @param readouts - Fitted to this model's stages.
 * @param response - Name of one of them.
 * @throws InputError for readouts of another model, or a response that they do not have.
 */
export function readoutTarget(model: AuditoryModel, readouts: Readouts, response: string): DriveTarget {
  if (readouts.modelHash !== model.hash)
    throw new InputError(
      `the readouts must be fitted to ${model.name}, they are to a model of hash ${readouts.modelHash.slice(0, 12)}…; fit them to this model`,
    );
  const names = readouts.stages.flatMap((stage) => stage.names);
  if (!names.includes(response))
    throw new InputError(`must be one of ${names.join(', ')}, got '${response}'; choose one of them`, {
      option: 'response',
    });
  return {
    ...{ label: `response-${response}`, names, index: names.indexOf(response), isSingleUnit: false },
    stages: readouts.stages.map(({ stage }) => stage),
    readoutsHash: readouts.hash,
    responses: (activations) =>
      tf.concat(
        readouts.stages.map(({ weights, intercepts, width }, i) => {
          const x = activations[i]!;
          const features = tf.reshape(x.rank > 2 ? tf.mean(x, 2) : x, [1, width]);
          const products = tf.matMul(features, constant(weights, [intercepts.length, width]), false, true);
          return tf.add(tf.reshape(products, [intercepts.length]), constant(intercepts, [intercepts.length]));
        }),
      ),
  };
}

function stageOf(model: AuditoryModel, name: string): Stage {
  checkStages(model, [name]);
  return model.stages.find((each) => each.name === name)!;
}
