import type { HearingImpairment } from '../../../cochlea/impairment.ts';
import { breath } from '../../base/breath.ts';
import { InputError } from '../../base/inputError.ts';
import type { ComputingOptions } from '../../engine/engine.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { earOf } from '../../model/hearingThrough.ts';
import { type LoadOptions, loadModel } from '../../model/loadModel.ts';
import { stageFeatures } from '../stageFeatures.ts';
import {
  type BestStage,
  bestStages,
  type ListenerStage,
  listenerStages,
  relativeDepths,
} from './bestStage.ts';
import { publishedPenalties } from './penalties.ts';
import { predictStage, type ResponsePrediction, randomHalves } from './predictStage.ts';
import { fitReadouts, type StageReadouts } from './readouts.ts';
import { type Responses, requireRowPerSound, requireVariation } from './responses.ts';
import { representationalSimilarity, type Similarity } from './similarity.ts';

/** How responses are predicted. */
export interface BrainOptions extends ComputingOptions {
  /** Default every stage of the model. */
  stages?: readonly string[];
  /** Random halves, at least two; default 10. */
  splits?: number;
  /** Seed of the halves; default 1. */
  seed?: number;
  /** Results of stages that an earlier run had finished. */
  finished?: ReadonlyMap<string, ResponsePrediction[]>;
  /** Is given each stage's results when they are there. */
  onStage?: (stage: string, predictions: ResponsePrediction[]) => void;
  /** Is given linear readouts of the responses, each of its best stage and fitted on all sounds; none are fitted otherwise. */
  onReadouts?: (readouts: StageReadouts[]) => void;
  /** How many sounds are heard; then, over all stages, in how many halves responses are predicted. */
  onProgress?: (done: number, total: number, pieces: 'sounds' | 'halves') => void;
  /** Ends the work after the sounds or the half it is at. */
  signal?: AbortSignal | undefined;
}

/** How well a model's stages predict measured responses. */
export interface BrainPrediction {
  model: string;
  modelHash: string;
  /** Hearing impairment of the ear it heard through; absent for the published ear. */
  ear?: HearingImpairment;
  sounds: number;
  repeats: number;
  splits: number;
  seed: number;
  stages: {
    stage: string;
    features: number;
    /** Medians over the splits; penalty by leave-one-out. */
    responses: { name: string; r2: number; r2Corrected: number | null; alpha: number }[];
  }[];
  bestStage: BestStage[];
  /** Where response names are `listener/response`. */
  listenerStage: ListenerStage[];
  similarity: Similarity | null;
}

/**
 * Predicts measured responses to sounds from each stage's time-averaged activations, by ridge regression.
 *
 * @param waveforms - The sounds, each of shape [model.samples], in the order of the responses.
 * @param responses - Measured.
 * @param options - Stages, splits, seed, engine.
 * @throws InputError when sounds and responses do not fit together, or there are too few; the
 *   signal's reason when it is stopped.
 * @see Kell et al. (2018), Neuron 98, 630–644; Tuckute et al. (2023), PLoS Biol. 21, e3002366.
 */
export async function predictResponses(
  model: AuditoryModel,
  waveforms: readonly Float32Array[],
  responses: Responses,
  options: BrainOptions = {},
): Promise<BrainPrediction> {
  const {
    splits: count = 10,
    seed = 1,
    onProgress,
    onStage,
    onReadouts,
    finished,
    signal,
    ...computing
  } = options;
  checkSizes(waveforms.length, responses, count);
  const stages = options.stages ?? model.stages.map(({ name }) => name);
  const features = await stageFeatures(model, waveforms, {
    ...computing,
    stages,
    onProgress: (done, total) => onProgress?.(done, total, 'sounds'),
    signal,
  });
  const splits = randomHalves(waveforms.length, count, seed);
  const depths = relativeDepths(model.stages);
  const predicted = [];
  for (const [s, ofStage] of features.entries()) {
    const { stage, width } = ofStage;
    const onSplit = async (done: number) => {
      onProgress?.(s * count + done, features.length * count, 'halves');
      await breath(signal);
    };
    const predictions =
      finished?.get(stage) ??
      (await predictStage(ofStage, responses, { splits, penalties: publishedPenalties, onSplit }));
    onStage?.(stage, predictions);
    predicted.push({ stage, width, relativeDepth: depths.get(stage)!, predictions });
  }
  const bestStage = bestStages(predicted, responses.names);
  onReadouts?.(await fitReadouts(features, responses, { bestStage, penalties: publishedPenalties }));
  return {
    ...{
      model: model.name,
      modelHash: model.hash,
      ...earOf(model),
      sounds: waveforms.length,
      repeats: responses.repeats,
    },
    ...{ splits: count, seed },
    stages: predicted.map(({ stage, width, predictions }) => ({
      ...{ stage, features: width },
      responses: predictions.map(({ r2, r2Corrected, alpha }, r) => ({
        ...{ name: responses.names[r]!, r2, r2Corrected, alpha },
      })),
    })),
    bestStage,
    listenerStage: listenerStages(predicted, responses.names),
    similarity: representationalSimilarity(features, responses, splits) ?? null,
  };
}

/** Models that a comparison is held against: what does learning add? */
export const brainControls = ['permuted', 'random'] as const;
/** One of {@link brainControls}. */
export type BrainControl = (typeof brainControls)[number];

/**
 * The controls of a model: its weights permuted within each array, and random ones.
 *
 * @param nameOrFolder - As for `loadModel`.
 * @param options - The ear that they hear through, as the model does.
 * @returns By kind; none for ONNX files.
 */
export function controlModels(
  nameOrFolder: string,
  { ear }: Pick<LoadOptions, 'ear'> = {},
): Map<BrainControl, AuditoryModel> {
  if (nameOrFolder.endsWith('.onnx')) return new Map();
  return new Map(brainControls.map((weights) => [weights, loadModel(nameOrFolder, { weights, ear })]));
}

/** What of the models that are no networks is held beside a network's stages. */
const baselineStages = { spectemp: 'avgpool', texture: 'statistics' } as const;

/**
 * The models that are no networks, for sounds as long as a model's, each with the stage that predicts.
 *
 * @param model - Whose comparison they join.
 * @param options - The ear that they hear through, as the model does.
 */
export function baselineModels(
  { samples, sampleRateHz }: AuditoryModel,
  { ear }: Pick<LoadOptions, 'ear'> = {},
): { model: AuditoryModel; stage: string }[] {
  return Object.entries(baselineStages).map(([name, stage]) => ({
    model: loadModel(name, { durationSeconds: samples / sampleRateHz, ear }),
    stage,
  }));
}

function checkSizes(sounds: number, responses: Responses, splits: number): void {
  if (sounds < 8)
    throw new InputError(`there must be ≥ 8 sounds for two halves, got ${sounds}; measure more`);
  requireRowPerSound(responses, sounds);
  requireVariation(responses);
  if (!(Number.isInteger(splits) && splits >= 2))
    throw new InputError(`must be a whole number ≥ 2, got ${splits}; use 10`, { option: 'splits' });
}
