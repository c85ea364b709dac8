import type { Tensor } from '@tensorflow/tfjs';
import { arraySize } from '../base/arraySize.ts';
import { tf } from '../engine/tf.ts';
import { type AxisMatrices, mapPlanes, spreadPlanes, withChannelsFirst } from './channelsFirst.ts';

/** Added to variances. */
export const batchNormEpsilon = 1e-5;

/** Statistics of one batch normalization in training, for the running averages. */
export interface BatchStatistics {
  /** `<stage>.batchNorm`; its running averages are the weights `.mean` and `.variance`. */
  name: string;
  mean: Tensor;
  /** Biased variance (divided by the count). */
  variance: Tensor;
}

/** What a normalization has learned; a fixed one nothing. */
export interface LearnedNorm {
  name: string;
  scale?: Tensor;
  shift?: Tensor;
}

/**
 * What a normalization has learned.
 *
 * @param name - `<stage>.batchNorm`.
 * @param context - Gives the weights by name.
 */
export function learnedOf(
  isFixed: boolean,
  name: string,
  { weight }: { weight: (name: string) => Tensor },
): LearnedNorm {
  return isFixed ? { name } : { name, scale: weight(`${name}.scale`), shift: weight(`${name}.shift`) };
}

/**
 * Normalization by the batch's own statistics, and pooling after it if asked. Means whose weights sum to one pass over
 * what is normalized, so the pooling goes first: scale, shift and the sums of their gradients then pass over the few
 * places that are left.
 *
 * @param x - Images [batch, height, width, channels], or [batch, channels].
 * @param learned - Name, scale and shift.
 * @param context - Receives the statistics; `pooling` of images, whose rows sum to one.
 */
export function batchNormOfBatch(
  x: Tensor,
  { name, scale, shift }: LearnedNorm,
  { batchStatistics, pooling }: { batchStatistics: BatchStatistics[]; pooling?: AxisMatrices },
): Tensor {
  const axes = x.rank === 4 ? [0, 2, 3] : x.shape.map((_, axis) => axis).slice(0, -1);
  const wide: Widening = (ofChannels) => (x.rank === 4 ? tf.reshape(ofChannels, [-1, 1, 1]) : ofChannels);
  return withChannelsFirst(x, (y) => {
    const mean = tf.mean(y, axes);
    const centered = tf.sub(y, wide(mean));
    const variance = tf.mean(tf.mul(centered, centered), axes);
    batchStatistics.push({ name, mean, variance });
    const deviation = tf.sqrt(tf.add(variance, batchNormEpsilon));
    const given = { x: y, mean, centered, deviation };
    const scaled = scaledByBatch(given, scale ?? tf.ones(deviation.shape), { axes, wide, pooling });
    return shift ? tf.add(scaled, wide(shift)) : scaled;
  });
}

/** Reshapes one number a channel for broadcasting. */
type Widening = (ofChannels: Tensor) => Tensor;

/** What a batch is normalized by: means, deviations from them, and the standard deviation of each channel. */
interface Centered {
  x: Tensor;
  mean: Tensor;
  centered: Tensor;
  deviation: Tensor;
}

/** Along which axes, and what is pooled after it. */
interface Form {
  axes: number[];
  wide: Widening;
  pooling: AxisMatrices | undefined;
}

/**
 * Normalized and pooled values times a scale. The gradient is written in one formula, which passes over memory half as
 * often as that of its steps.
 *
 * @see Ioffe & Szegedy (2015), the gradients of section 3, put together.
 */
function scaledByBatch({ x, mean, centered, deviation }: Centered, scale: Tensor, form: Form): Tensor {
  const { wide, pooling } = form;
  const normalized = tf.customGrad((_, given, save) => {
    const factor = tf.div(given as Tensor, deviation);
    const pooled = pooling ? tf.sub(mapPlanes(x, pooling), wide(mean)) : centered;
    (save as (tensors: Tensor[]) => void)([centered, pooled, factor, deviation]);
    return {
      value: tf.mul(pooled, wide(factor)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => normalizedGradient(dy, saved as Saved, form),
    };
  });
  return normalized(x, scale) as Tensor;
}

type Saved = [centered: Tensor, pooled: Tensor, factor: Tensor, deviation: Tensor];

/** Gradients with respect to what is normalized, and to the scale. */
function normalizedGradient(
  dy: Tensor,
  [centered, pooled, factor, deviation]: Saved,
  { axes, wide, pooling }: Form,
): Tensor[] {
  const count = arraySize(centered.shape) / deviation.size;
  const along = tf.div(tf.sum(tf.mul(dy, pooled), axes), deviation);
  const slope = tf.div(along, tf.mul(deviation, count));
  const offset = tf.div(tf.sum(dy, axes), count);
  const towardsMean = (ofChannel: (numbers: Tensor) => Tensor) =>
    tf.add(tf.mul(centered, wide(ofChannel(slope))), wide(ofChannel(offset)));
  if (!pooling)
    return [
      tf.mul(
        tf.sub(
          dy,
          towardsMean((numbers) => numbers),
        ),
        wide(factor),
      ),
      along,
    ];
  // Scaled where few places are left.
  const spread = spreadPlanes(tf.mul(dy, wide(factor)), pooling);
  return [
    tf.sub(
      spread,
      towardsMean((numbers) => tf.mul(numbers, factor)),
    ),
    along,
  ];
}
