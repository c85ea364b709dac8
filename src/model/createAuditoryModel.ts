import type { Tensor } from '@tensorflow/tfjs';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { cochleagramShape } from '../../cochlea/parameters.ts';
import { constant } from '../engine/tf.ts';
import type { Architecture } from '../network/architecture.ts';
import { forward, forwardFrom } from '../network/forward.ts';
import { type NetworkPlan, planNetwork } from '../network/plan.ts';
import { presets } from '../network/presets.ts';
import {
  type ActivationOptions,
  type AuditoryModel,
  type Classifier,
  checkStages,
  type Stage,
} from './auditoryModel.ts';
import type { ModelDescription } from './modelDescription.ts';
import type { WeightStore } from './weightStore.ts';

/**
 * The network a description asks for.
 *
 * @param description - The model's description.
 * @returns Its plan.
 */
export function networkOf(description: ModelDescription): NetworkPlan {
  const { preset, width, branchPoint, labels, cochleagram, samples } = description;
  const architecture: Architecture = presets[preset]({
    width,
    ...(branchPoint === undefined ? {} : { branchPoint }),
    words: labels.word.length,
    ...(labels.genre ? { genres: labels.genre.length } : {}),
    cochleagram: cochleagramShape(cochleagram, samples),
  });
  return planNetwork(architecture);
}

/**
 * Joins ear and network to a model.
 *
 * @param description - What the model is.
 * @param parts - The network's plan and weights, oversampling of the fast ear, the hash of description and weights, the
 *   folder if it was called by that, and the network's own length if it is asked for another.
 */
export function createAuditoryModel(
  description: ModelDescription,
  parts: {
    plan: NetworkPlan;
    weights: WeightStore;
    oversampling: number;
    hash: string;
    path?: string;
    ownLength?: AuditoryModel['ownLength'];
  },
): AuditoryModel {
  const { plan, weights, oversampling } = parts;
  const ownLength = parts.ownLength ? { ownLength: parts.ownLength } : {};
  const cochleagramOf = createFastCochleagram(description.cochleagram, { oversampling });
  const stages = stagesOf(plan);
  const shapes = new Map(plan.weights.map(({ name, shape }) => [name, shape]));
  const weight = (name: string) => constant(weights(name), shapes.get(name)!);
  const activationsOfCochleagram: AuditoryModel['activationsOfCochleagram'] = (
    cochleagram,
    stageNames,
    { identityGradient = false } = {},
  ) => {
    checkStages({ name: description.name, stages, ...ownLength }, stageNames);
    return forward(plan, cochleagram, stageNames, weight, { identityGradient }).activations;
  };
  return {
    name: description.name,
    hash: parts.hash,
    ...(parts.path === undefined ? {} : { path: parts.path }),
    sampleRateHz: description.cochleagram.sampleRateHz,
    samples: description.samples,
    ...ownLength,
    oversampling,
    cochleagram: description.cochleagram,
    stages,
    classifiers: plan.architecture.outputs.map(
      ({ task, stage }): Classifier => ({ task, stage, labels: description.labels[task] ?? [] }),
    ),
    activations: (waveform: Tensor, stageNames: readonly string[], options?: ActivationOptions) =>
      activationsOfCochleagram(cochleagramOf(waveform), stageNames, options),
    activationsOfCochleagram,
    activationsAfter: (stage, activations, stageNames) =>
      forwardFrom(plan, { stage, activations }, { stageNames, weight }),
  };
}

function stagesOf({ architecture, stages }: NetworkPlan): Stage[] {
  return [
    { name: 'cochleagram', inputs: [], shape: architecture.cochleagram, parameters: 0, macs: 0 },
    ...stages.map(({ name, input, shape, parameters, macs }) => ({
      ...{ name, inputs: [input], shape, parameters, macs },
    })),
  ];
}
