import type { Tensor } from '@tensorflow/tfjs';
import { identityGradientRelu } from '../engine/gradientRules.ts';
import { tf } from '../engine/tf.ts';
import { applyOperation, type OperationContext, type Training, type WeightLookup } from './applyOperation.ts';
import { type BatchStatistics, batchNormOfBatch, learnedOf } from './batchNormOfBatch.ts';
import type { AxisMatrices } from './channelsFirst.ts';
import type { NetworkPlan, PlannedStage } from './plan.ts';

/** How the network runs. */
export interface ForwardOptions {
  /** The asked stages' own rectifier passes gradients unchanged; later stages still see the true rectifier. */
  identityGradient?: boolean;
  /** Present while training: batch statistics instead of running ones, and dropout by the given masks. */
  training?: Training;
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
  const [batch, channels, frames] = cochleagram.shape as [number, number, number];
  const context = { weight, training: options.training, batchStatistics: [] };
  const image = tf.reshape(cochleagram, [batch, channels, frames, 1]);
  const { compute, unrectified } = lazily(plan, new Map([['cochleagram', image]]), context);
  const activations = stageNames.map((name) => {
    if (name === 'cochleagram') return cochleagram;
    const output = compute(name);
    const before = unrectified.get(name);
    return options.identityGradient && before ? identityGradientRelu(before) : output;
  });
  return { activations, batchStatistics: context.batchStatistics };
}

/**
 * Runs the rest of a network from a stage on, in TensorFlow.js ops.
 *
 * @param plan - The network.
 * @param from - A stage and what it shall give, shape [batch, ...stage.shape].
 * @param asked - Names of stages that the sound reaches through it alone, and what gives the weights.
 * @returns Activations in the order asked for.
 * @throws RangeError for a stage that does not stand on it.
 */
export function forwardFrom(
  plan: NetworkPlan,
  { stage, activations }: { stage: string; activations: Tensor },
  { stageNames, weight }: { stageNames: readonly string[]; weight: WeightLookup },
): Tensor[] {
  const context = { weight, training: undefined, batchStatistics: [] };
  const { compute } = lazily(plan, new Map([[stage, activations]]), context);
  return stageNames.map(compute);
}

/** Computes stages when they are asked for, each once, from those whose output is known. */
function lazily(
  plan: NetworkPlan,
  known: ReadonlyMap<string, Tensor>,
  context: Omit<OperationContext, 'stage'>,
) {
  const stages = new Map(plan.stages.map((stage) => [stage.name, stage]));
  const outputs = new Map(known);
  const unrectified = new Map<string, Tensor>();
  const compute = (name: string): Tensor => {
    const output = outputs.get(name);
    if (output) return output;
    const stage = stages.get(name);
    if (!stage)
      throw new RangeError(
        `forward: the asked stages must stand on ${[...known.keys()].join(', ')}, one stands on ${name}`,
      );
    const norm = context.training && !outputs.has(stage.input) && normPooled(plan, stage);
    const result = norm
      ? runStage(stage, compute(norm.input), context, norm)
      : runStage(stage, compute(stage.input), context);
    outputs.set(name, result.output);
    if (result.unrectified) unrectified.set(name, result.unrectified);
    return result.output;
  };
  return { compute, unrectified };
}

/** The stage of nothing but a normalization of images that a stage alone reads, which begins by pooling it. */
function normPooled({ stages }: NetworkPlan, stage: PlannedStage): PlannedStage | undefined {
  const before = stages.find(({ name }) => name === stage.input);
  const isNorm = before?.operations.length === 1 && before.operations[0]!.operation.kind === 'batchNorm';
  const isAlone = stages.filter(({ input }) => input === stage.input).length === 1;
  return isNorm && isAlone && stage.operations[0]?.operation.kind === 'hannPool' ? before : undefined;
}

/**
 * A stage's output and, when it ends in a rectifier, what the rectifier was given. `norm` is a stage before it whose
 * normalization is done with its first operation, a pooling.
 */
function runStage(
  { name, operations }: PlannedStage,
  input: Tensor,
  context: Omit<OperationContext, 'stage'>,
  norm?: PlannedStage,
) {
  let output = norm ? pooledNorm(norm, operations[0]!.matrices!, input, context) : input;
  let unrectified: Tensor | undefined;
  for (const step of norm ? operations.slice(1) : operations) {
    unrectified = step.operation.kind === 'relu' ? output : undefined;
    output = applyOperation(step, output, { ...context, stage: name });
  }
  return { output, unrectified };
}

function pooledNorm(
  { name, operations }: PlannedStage,
  pooling: AxisMatrices,
  input: Tensor,
  context: Omit<OperationContext, 'stage'>,
): Tensor {
  const { operation } = operations[0]!;
  const isFixed = operation.kind === 'batchNorm' && (operation.isFixed ?? false);
  return batchNormOfBatch(input, learnedOf(isFixed, `${name}.batchNorm`, context), {
    ...{ batchStatistics: context.batchStatistics, pooling },
  });
}
