import type { Tensor } from '@tensorflow/tfjs';
import { identityGradientRelu } from '../engine/gradientRules.ts';
import { tf } from '../engine/tf.ts';
import {
  applyOperation,
  type BatchStatistics,
  type OperationContext,
  type Training,
  type WeightLookup,
} from './applyOperation.ts';
import type { NetworkPlan, PlannedStage } from './plan.ts';

export type { BatchStatistics, Training, WeightLookup } from './applyOperation.ts';

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
  const stages = new Map(plan.stages.map((stage) => [stage.name, stage]));
  const [batch, channels, frames] = cochleagram.shape as [number, number, number];
  const outputs = new Map<string, Tensor>([
    ['cochleagram', tf.reshape(cochleagram, [batch, channels, frames, 1])],
  ]);
  const unrectified = new Map<string, Tensor>();
  const context: Omit<OperationContext, 'stage'> = {
    weight,
    training: options.training,
    batchStatistics: [],
  };
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

/** A stage's output and, when it ends in a rectifier, what the rectifier was given. */
function runStage(stage: PlannedStage, input: Tensor, context: Omit<OperationContext, 'stage'>) {
  let output = input;
  let unrectified: Tensor | undefined;
  for (const step of stage.operations) {
    unrectified = step.operation.kind === 'relu' ? output : undefined;
    output = applyOperation(step, output, { ...context, stage: stage.name });
  }
  return { output, unrectified };
}
