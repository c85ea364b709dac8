import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import { constant, tf } from '../engine/tf.ts';
import type { AxisMatrix } from './axisMatrices.ts';
import { localResponseNorm } from './localResponseNorm.ts';
import { dropoutName, type NetworkPlan, type PlannedOperation, type PlannedStage, product } from './plan.ts';

const batchNormEpsilon = 1e-5;

/** Looks a weight up by its name: a constant in synthesis, an input of the graph in training. */
export type WeightLookup = (name: string) => Tensor;

/** How the network runs. */
export interface ForwardOptions {
  /** The asked stages' own rectifier passes gradients unchanged; later stages still see the true rectifier. */
  identityGradient?: boolean;
  /** Present while training: batch statistics instead of running ones, and dropout by the given masks. */
  training?: {
    /** Mask of a dropout by name, shape [batch, …]: 0, or 1/(1 − rate). */
    dropoutMask: (name: string) => Tensor;
  };
}

/** Statistics of one batch normalization in training, for the running averages. */
export interface BatchStatistics {
  /** `<stage>.batchNorm`; its running averages are the weights `.mean` and `.variance`. */
  name: string;
  mean: Tensor;
  /** Biased variance (divided by the count). */
  variance: Tensor;
}

/** What a forward pass gives. */
export interface ForwardResult {
  /** Activations of the asked stages, shape [batch, ...stage.shape]. */
  activations: Tensor[];
  /** Of every batch normalization passed while training; else empty. */
  batchStatistics: BatchStatistics[];
}

/**
 * Runs a network from cochleagrams to stages, in TensorFlow.js ops; computes only what the asked stages need.
 *
 * @param plan - The network.
 * @param cochleagram - Shape [batch, channels, frames].
 * @param stageNames - Names of stages of the plan, or `cochleagram`.
 * @param weight - Gives the weights.
 * @param options - Gradient rule and training.
 * @returns Activations in the order asked for.
 */
export function forward(
  plan: NetworkPlan,
  cochleagram: Tensor,
  stageNames: readonly string[],
  weight: WeightLookup,
  options: ForwardOptions = {},
): ForwardResult {
  const stages = new Map(plan.stages.map((stage) => [stage.name, stage]));
  const [batch, channels, frames] = cochleagram.shape as [number, number, number];
  const outputs = new Map<string, Tensor>([
    ['cochleagram', tf.reshape(cochleagram, [batch, channels, frames, 1])],
  ]);
  const unrectified = new Map<string, Tensor>();
  const context: Context = { weight, options, batchStatistics: [] };
  const compute = (name: string): Tensor => {
    const known = outputs.get(name);
    if (known) return known;
    const stage = stages.get(name)!;
    const result = runStage(stage, compute(stage.input), context);
    outputs.set(name, result.output);
    if (result.unrectified) unrectified.set(name, result.unrectified);
    return result.output;
  };
  const activations = stageNames.map((name) => {
    if (name === 'cochleagram') return cochleagram;
    const output = compute(name);
    const before = unrectified.get(name);
    return options.identityGradient && before ? identityGradientRelu(before) : output;
  });
  return { activations, batchStatistics: context.batchStatistics };
}

/**
 * Rectifier whose gradient is one everywhere.
 *
 * @param x - Any shape.
 * @returns max(x, 0).
 * @see Feather et al. (2023): used at the matched stage only, so that units at zero can be driven.
 */
export function identityGradientRelu(x: Tensor): Tensor {
  return tf.customGrad((input) => ({
    value: tf.relu(input as Tensor),
    gradFunc: (gradient: Tensor) => gradient,
  }))(x);
}

interface Context {
  weight: WeightLookup;
  options: ForwardOptions;
  batchStatistics: BatchStatistics[];
}

/** A stage's output and, when it ends in a rectifier, what the rectifier was given. */
function runStage(stage: PlannedStage, input: Tensor, context: Context) {
  let output = input;
  let unrectified: Tensor | undefined;
  for (const step of stage.operations) {
    unrectified = step.operation.kind === 'relu' ? output : undefined;
    output = apply(step, output, stage.name, context);
  }
  return { output, unrectified };
}

function apply(step: PlannedOperation, x: Tensor, stage: string, context: Context): Tensor {
  const { operation } = step;
  switch (operation.kind) {
    case 'conv': {
      const kernel = context.weight(`${stage}.conv.kernel`) as Tensor4D;
      const y = tf.conv2d(x as Tensor4D, kernel, [...operation.stride], 'same');
      return operation.bias ? tf.add(y, context.weight(`${stage}.conv.bias`)) : y;
    }
    case 'dense': {
      const flat = tf.reshape(x, [x.shape[0]!, product(step.inputShape)]);
      const y = tf.matMul(flat, context.weight(`${stage}.dense.kernel`));
      return operation.bias ? tf.add(y, context.weight(`${stage}.dense.bias`)) : y;
    }
    case 'relu':
      return tf.relu(x);
    case 'batchNorm':
      return batchNorm(x, `${stage}.batchNorm`, context);
    case 'localResponseNorm':
      return localResponseNorm(x as Tensor4D, operation);
    case 'maxPool':
      return tf.maxPool(x as Tensor4D, [...operation.size], [...operation.stride], 'same');
    case 'averagePool':
    case 'hannPool':
    case 'resize':
      return mapAxes(x, step.matrices!);
    case 'dropout': {
      const { training } = context.options;
      return training ? tf.mul(x, training.dropoutMask(dropoutName(stage))) : x;
    }
    case 'slice':
      return tf.slice(x, [0, operation.begin], [x.shape[0]!, operation.units]);
  }
}

function batchNorm(x: Tensor, name: string, context: Context): Tensor {
  const scale = context.weight(`${name}.scale`);
  const shift = context.weight(`${name}.shift`);
  if (!context.options.training) {
    // One multiplication and one addition; the factors fold into constants.
    const factor = tf.mul(scale, tf.rsqrt(tf.add(context.weight(`${name}.variance`), batchNormEpsilon)));
    return tf.add(tf.mul(x, factor), tf.sub(shift, tf.mul(context.weight(`${name}.mean`), factor)));
  }
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const mean = tf.mean(x, axes);
  const centered = tf.sub(x, mean);
  const variance = tf.mean(tf.mul(centered, centered), axes);
  context.batchStatistics.push({ name, mean, variance });
  return tf.add(tf.mul(centered, tf.mul(scale, tf.rsqrt(tf.add(variance, batchNormEpsilon)))), shift);
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
