import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { arraySize } from '../base/arraySize.ts';
import { tf } from '../engine/tf.ts';
import type { Pair } from './architecture.ts';
import { type BatchStatistics, batchNormEpsilon, batchNormOfBatch, learnedOf } from './batchNormOfBatch.ts';
import { applyBottleneck } from './bottleneck.ts';
import { mapAxes, withChannelsFirst } from './channelsFirst.ts';
import { localResponseNorm } from './localResponseNorm.ts';
import { minMaxScale } from './minMaxScale.ts';
import { dropoutName } from './plan.ts';
import type { PlannedOperation } from './plannedOperation.ts';

/** Looks a weight up by its name: a constant in synthesis, an input of the graph in training. */
export type WeightLookup = (name: string) => Tensor;

/** What training needs beyond weights. */
export interface Training {
  /** Mask of a dropout by name, shape [batch, …]: 0, or 1/(1 − rate). */
  dropoutMask: (name: string) => Tensor;
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
      return training ? withChannelsFirst(x, tf.relu) : tf.relu(x);
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
  if (context.training) return batchNormOfBatch(x, learnedOf(isFixed, name, context), context);
  // One multiplication and one addition of x; the factors fold into constants.
  const deviation = tf.rsqrt(tf.add(context.weight(`${name}.variance`), batchNormEpsilon));
  const factor = isFixed ? deviation : tf.mul(context.weight(`${name}.scale`), deviation);
  const offset = tf.neg(tf.mul(context.weight(`${name}.mean`), factor));
  return tf.add(tf.mul(x, factor), isFixed ? offset : tf.add(offset, context.weight(`${name}.shift`)));
}
