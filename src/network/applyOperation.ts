import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import { arraySize } from '../base/arraySize.ts';
import { constant, tf } from '../engine/tf.ts';
import type { Pair } from './architecture.ts';
import type { AxisMatrix } from './axisMatrices.ts';
import { applyBottleneck } from './bottleneck.ts';
import { localResponseNorm } from './localResponseNorm.ts';
import { minMaxScale } from './minMaxScale.ts';
import { dropoutName } from './plan.ts';
import type { PlannedOperation } from './plannedOperation.ts';

const batchNormEpsilon = 1e-5;

/** Looks a weight up by its name: a constant in synthesis, an input of the graph in training. */
export type WeightLookup = (name: string) => Tensor;

/** What training needs beyond weights. */
export interface Training {
  /** Mask of a dropout by name, shape [batch, …]: 0, or 1/(1 − rate). */
  dropoutMask: (name: string) => Tensor;
}

/** Statistics of one batch normalization in training, for the running averages. */
export interface BatchStatistics {
  /** `<stage>.batchNorm`; its running averages are the weights `.mean` and `.variance`. */
  name: string;
  mean: Tensor;
  /** Biased variance (divided by the count). */
  variance: Tensor;
}

/** Where an operation runs. */
export interface OperationContext {
  /** Stage it belongs to; its weights are named after it. */
  stage: string;
  weight: WeightLookup;
  training?: Training | undefined;
  /** Receives the statistics of batch normalizations while training. */
  batchStatistics: BatchStatistics[];
}

/**
 * Runs one operation in TensorFlow.js ops.
 *
 * @param step - The operation with its shapes.
 * @param x - Shape [batch, ...step.inputShape].
 * @param context - Stage, weights, training.
 * @returns Shape [batch, ...step.outputShape].
 */
export function applyOperation(step: PlannedOperation, x: Tensor, context: OperationContext): Tensor {
  const { operation } = step;
  const { stage, training } = context;
  switch (operation.kind) {
    case 'conv': {
      const kernel = context.weight(`${stage}.conv.kernel`) as Tensor4D;
      const y = tf.conv2d(x as Tensor4D, kernel, [...operation.stride], paddingOf(operation));
      return operation.bias ? tf.add(y, context.weight(`${stage}.conv.bias`)) : y;
    }
    case 'dense': {
      const flat = tf.reshape(x, [x.shape[0]!, arraySize(step.inputShape)]);
      const y = tf.matMul(flat, context.weight(`${stage}.dense.kernel`));
      return operation.bias ? tf.add(y, context.weight(`${stage}.dense.bias`)) : y;
    }
    case 'relu':
      return training ? channelsFirst(x, tf.relu) : tf.relu(x);
    case 'batchNorm':
      return batchNorm(x, operation.isFixed ?? false, `${stage}.batchNorm`, context);
    case 'localResponseNorm':
      return localResponseNorm(x as Tensor4D, operation);
    case 'minMaxScale':
      return minMaxScale(x as Tensor4D, operation.largest);
    case 'maxPool':
      return tf.maxPool(x as Tensor4D, [...operation.size], [...operation.stride], paddingOf(operation));
    case 'globalAverage':
      return tf.mean(x, [1, 2]);
    case 'bottleneck':
      return applyBottleneck(step.parts!, x, (part, y) =>
        applyOperation(part.step, y, { ...context, stage: part.prefix }),
      );
    case 'averagePool':
    case 'hannPool':
    case 'resize':
      return mapAxes(x, step.matrices!);
    case 'dropout':
      return training ? tf.mul(x, training.dropoutMask(dropoutName(stage))) : x;
    case 'slice':
      return tf.slice(x, [0, operation.begin], [x.shape[0]!, operation.units]);
  }
}

type Padding = 'same' | [[number, number], [number, number], [number, number], [number, number]];

function paddingOf({ padding }: { padding?: Pair }): Padding {
  if (!padding) return 'same';
  const [frequency, time] = padding;
  return [
    [0, 0],
    [frequency, frequency],
    [time, time],
    [0, 0],
  ];
}

function batchNorm(x: Tensor, isFixed: boolean, name: string, context: OperationContext): Tensor {
  if (context.training) return batchNormOfBatch(x, isFixed, name, context);
  // One multiplication and one addition of x; the factors fold into constants.
  const deviation = tf.rsqrt(tf.add(context.weight(`${name}.variance`), batchNormEpsilon));
  const factor = isFixed ? deviation : tf.mul(context.weight(`${name}.scale`), deviation);
  const offset = tf.neg(tf.mul(context.weight(`${name}.mean`), factor));
  return tf.add(tf.mul(x, factor), isFixed ? offset : tf.add(offset, context.weight(`${name}.shift`)));
}

/** Normalization by the batch's own statistics. */
function batchNormOfBatch(x: Tensor, isFixed: boolean, name: string, context: OperationContext): Tensor {
  const axes = x.rank === 4 ? [0, 2, 3] : x.shape.map((_, axis) => axis).slice(0, -1);
  const wide: Widening = (ofChannels) => (x.rank === 4 ? tf.reshape(ofChannels, [-1, 1, 1]) : ofChannels);
  return channelsFirst(x, (y) => {
    const mean = tf.mean(y, axes);
    const centered = tf.sub(y, wide(mean));
    const variance = tf.mean(tf.mul(centered, centered), axes);
    context.batchStatistics.push({ name, mean, variance });
    const deviation = tf.rsqrt(tf.add(variance, batchNormEpsilon));
    const scale = isFixed ? tf.ones(deviation.shape) : context.weight(`${name}.scale`);
    const scaled = scaledByBatch({ x: y, centered, deviation }, scale, { axes, wide });
    return isFixed ? scaled : tf.add(scaled, wide(context.weight(`${name}.shift`)));
  });
}

/**
 * A function of images with their channels first, as in the convolutions around it: long runs of one channel go faster,
 * and the transpositions cancel in the graph. Anything but images is taken as it is.
 */
function channelsFirst(x: Tensor, of: (channelsFirst: Tensor) => Tensor): Tensor {
  if (x.rank !== 4) return of(x);
  return tf.transpose(of(tf.transpose(x, [0, 3, 1, 2])), [0, 2, 3, 1]);
}

/** Reshapes one number a channel for broadcasting. */
type Widening = (ofChannels: Tensor) => Tensor;

/** What a batch is normalized by: its deviations from the means, and one over the standard deviation of each channel. */
interface Centered {
  x: Tensor;
  centered: Tensor;
  deviation: Tensor;
}

/**
 * Normalized values times a scale. The gradient is written in one formula, which passes over memory half as often as
 * that of its steps.
 *
 * @see Ioffe & Szegedy (2015), the gradients of section 3, put together.
 */
function scaledByBatch(
  { x, centered, deviation }: Centered,
  scale: Tensor,
  { axes, wide }: { axes: number[]; wide: Widening },
): Tensor {
  const count = arraySize(x.shape) / deviation.size;
  const normalized = tf.customGrad((_, given, save) => {
    const factor = tf.mul(given as Tensor, deviation);
    (save as (tensors: Tensor[]) => void)([centered, factor, deviation]);
    return {
      value: tf.mul(centered, wide(factor)),
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        normalizedGradient(dy, saved as Three, { axes, count, wide }),
    };
  });
  return normalized(x, scale) as Tensor;
}

type Three = [centered: Tensor, factor: Tensor, deviation: Tensor];

/** Gradients with respect to what is normalized, and to the scale. */
function normalizedGradient(
  dy: Tensor,
  [centered, factor, deviation]: Three,
  { axes, count, wide }: { axes: number[]; count: number; wide: Widening },
): Tensor[] {
  const along = tf.mul(tf.sum(tf.mul(dy, centered), axes), deviation);
  const slope = tf.div(tf.mul(tf.mul(factor, along), deviation), count);
  const offset = tf.div(tf.mul(factor, tf.sum(dy, axes)), count);
  const towardsMean = tf.add(tf.mul(centered, wide(slope)), wide(offset));
  return [tf.sub(tf.mul(dy, wide(factor)), towardsMean), along];
}

/** Maps frequency and time by constant matrices: plain matrix products, cheap in values and gradients on every engine. */
function mapAxes(x: Tensor, [frequency, time]: readonly [AxisMatrix, AxisMatrix]): Tensor {
  const [batch, , , channels] = x.shape as [number, number, number, number];
  const rows = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch * channels * frequency.inputs, time.inputs]);
  const alongTime = tf.matMul(rows, constant(time.values, [time.outputs, time.inputs]), false, true);
  const alongBoth = tf.matMul(
    constant(frequency.values, [1, frequency.outputs, frequency.inputs]) as Tensor3D,
    tf.reshape(alongTime, [batch * channels, frequency.inputs, time.outputs]),
  );
  const result = tf.reshape(alongBoth, [batch, channels, frequency.outputs, time.outputs]);
  return tf.transpose(result, [0, 2, 3, 1]);
}
