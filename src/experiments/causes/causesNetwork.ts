import { createHash } from 'node:crypto';
import { createFastCochleagram, type GraphCochleagram } from '../../../cochlea/fastCochleagram.ts';
import {
  type CochleagramParameters,
  cochleagramParameters,
  cochleagramShape,
} from '../../../cochlea/parameters.ts';
import { byName } from '../../engine/names.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { createAuditoryModel } from '../../model/createAuditoryModel.ts';
import { permutedWeights, randomWeights } from '../../model/weightStore.ts';
import type { Architecture } from '../../network/architecture.ts';
import { type NetworkPlan, planNetwork } from '../../network/plan.ts';
import { presets } from '../../network/presets.ts';
import type { NamedValues } from '../../training/gradientStep.ts';
import type { BrainControl } from '../brain/predictResponses.ts';
import { causeNames, sourceKinds } from './causes.ts';
import type { CausesConfig } from './causesConfig.ts';

/** Stages that say what is inferred. */
export const causeStages = { source: 'source', causes: 'causes' } as const;

/** The network that infers causes, and its ear. */
export interface CausesNetwork {
  plan: NetworkPlan;
  parameters: CochleagramParameters;
  cochleagram: GraphCochleagram;
  /** Length of its sounds, samples. */
  samples: number;
}

const seconds = 2;
const controlSeed = 1;

/**
 * Plans the network that infers causes: the operations of the branched networks up to their last hidden layer, all
 * shared, with one output for the kind of the source and one for the causes that are numbers.
 *
 * @param training - Width and ear.
 */
export function causesNetwork(training: CausesConfig['training']): CausesNetwork {
  const parameters = cochleagramParameters(training.cochleagram);
  const samples = seconds * parameters.sampleRateHz;
  const shared = presets.branched({
    ...{ width: training.width, branchPoint: 11 },
    ...{ words: sourceKinds.length, genres: causeNames.length },
    cochleagram: cochleagramShape(parameters, samples),
  });
  const names: Record<string, string> = { 'top.word': causeStages.source, 'top.music': causeStages.causes };
  const architecture: Architecture = {
    ...shared,
    stages: shared.stages.map((stage) => ({ ...stage, name: names[stage.name] ?? stage.name })),
    outputs: [],
  };
  const cochleagram = createFastCochleagram(parameters, { oversampling: training.oversampling });
  return { plan: planNetwork(architecture), parameters, cochleagram, samples };
}

/**
 * The network with its weights as a model whose stages can be compared.
 *
 * @param training - Its settings.
 * @param weights - By name.
 */
export function causesModel(training: CausesConfig['training'], weights: NamedValues): AuditoryModel {
  const { plan, parameters, samples } = causesNetwork(training);
  const { name, width, oversampling } = training;
  const hash = createHash('sha256').update(JSON.stringify(training));
  for (const spec of plan.weights) hash.update(weights[spec.name]!);
  return createAuditoryModel(
    { version: 1, name, preset: 'branched', width, labels: { word: [] }, cochleagram: parameters, samples },
    { plan, weights: (weight) => weights[weight]!, oversampling, hash: hash.digest('hex') },
  );
}

/**
 * The network's weights without what they learned: each array's in another order, or as before a training.
 *
 * @param training - Its settings.
 * @param weights - Learned ones, by name.
 * @param kind - What is done to them.
 */
export function controlWeights(
  training: CausesConfig['training'],
  weights: NamedValues,
  kind: BrainControl,
): NamedValues {
  const { plan } = causesNetwork(training);
  const stores = {
    permuted: permutedWeights((name) => weights[name]!, controlSeed),
    random: randomWeights(plan, controlSeed),
  };
  return byName(plan.weights, ({ name }) => stores[kind](name));
}
