import { InputError } from '../../base/inputError.ts';
import { createRandom } from '../../base/random.ts';
import type { ComputingOptions } from '../../engine/engine.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { type BrainControl, brainControls } from '../brain/predictResponses.ts';
import { randomHalves } from '../brain/predictStage.ts';
import { meanResponses, type Responses } from '../brain/responses.ts';
import { representationalSimilarity } from '../brain/similarity.ts';
import { correlationMatrix, matrixAgreementInterval, stageAgreement } from '../dissimilarity.ts';
import { type StageFeatures, stageFeatures } from '../stageFeatures.ts';
import type { CausesResult, Pair, ResponseSimilarity, StageSimilarity } from './causesRecord.ts';

/** How networks are run on sounds. */
export interface CompareOptions extends ComputingOptions {
  /** Hears how many sounds a network has been run on. */
  onHeard?: ((done: number, total: number, network: string) => void) | undefined;
  /** Ends the work after the sounds it is at. */
  signal?: AbortSignal | undefined;
}

/** Networks without what they learned, by what was done to their weights. */
export type Controls = Record<
  BrainControl,
  { inference: AuditoryModel; recognition: AuditoryModel | undefined }
>;

/** Stages of fewer features have no pattern to correlate. */
const fewestFeatures = 3;
const splits = 10;

/**
 * Compares how alike the stages of two networks find sounds.
 *
 * @param models - Of one rate and length of sounds.
 * @param waveforms - Shape [samples] each.
 * @param options - Threads, progress.
 */
export async function compareNetworks(
  models: Pair<AuditoryModel>,
  waveforms: readonly Float32Array[],
  options: CompareOptions,
): Promise<StageSimilarity> {
  return similarityOf(await featuresOf(models, waveforms, options), waveforms.length);
}

/**
 * Compares two networks with each other, and both and their controls with measured responses to the same sounds.
 *
 * @param models - Of one rate and length of sounds; `controls`: the same without what they learned.
 * @param waveforms - Shape [samples] each, in the order of the responses.
 * @param measured - Responses; engine and threads, progress.
 */
export async function compareWithResponses(
  { controls, ...models }: Pair<AuditoryModel> & { controls: Controls },
  waveforms: readonly Float32Array[],
  { responses, ...options }: CompareOptions & { responses: Responses },
): Promise<NonNullable<CausesResult['measured']>> {
  const features = await featuresOf(models, waveforms, options);
  const ofControl = async (model: AuditoryModel | undefined) =>
    model ? responseSimilarity(await featuresOfModel(model, waveforms, options), responses) : null;
  const compared: [BrainControl, Pair<ResponseSimilarity | null>][] = [];
  for (const kind of brainControls) {
    const inference = await ofControl(controls[kind].inference);
    compared.push([kind, { inference, recognition: await ofControl(controls[kind].recognition) }]);
  }
  return {
    ...similarityOf(features, waveforms.length),
    responses: {
      inference: responseSimilarity(features.inference, responses),
      recognition: responseSimilarity(features.recognition, responses),
    },
    controls: Object.fromEntries(compared) as Record<BrainControl, Pair<ResponseSimilarity | null>>,
  };
}

function responseSimilarity(
  features: readonly StageFeatures[],
  responses: Responses,
): ResponseSimilarity | null {
  const similarity = representationalSimilarity(
    features,
    responses,
    randomHalves(responses.sounds, splits, 1),
  );
  if (!similarity) return null;
  const measured = correlationMatrix(meanResponses(responses), responses.names.length);
  const interval = ({ values, width }: StageFeatures) =>
    matrixAgreementInterval(correlationMatrix(values, width), measured, createRandom(1));
  return {
    ...similarity,
    intervals: Object.fromEntries(features.map((of) => [of.stage, interval(of)])),
  };
}

/**
 * Refuses a network that hears other sounds than the one that infers causes.
 *
 * @param recognition - The network.
 * @param sounds - Rate, and length in samples, of what the other one hears.
 * @throws InputError naming rates and lengths.
 */
export function requireSameSounds(
  recognition: AuditoryModel,
  sounds: { samples: number; sampleRateHz: number },
): void {
  const said = ({ samples, sampleRateHz }: typeof sounds) => `${samples} samples at ${sampleRateHz} Hz`;
  if (said(recognition) !== said(sounds))
    throw new InputError(
      `recognition must be a network that hears sounds of ${said(sounds)}, ${recognition.name} hears ${said(recognition)}; choose another or change the ear's sampleRateHz`,
    );
}

async function featuresOf(
  { inference, recognition }: Pair<AuditoryModel>,
  waveforms: readonly Float32Array[],
  options: CompareOptions,
): Promise<Pair<StageFeatures[]>> {
  return {
    inference: await featuresOfModel(inference, waveforms, options),
    recognition: await featuresOfModel(recognition, waveforms, options),
  };
}

async function featuresOfModel(
  model: AuditoryModel,
  waveforms: readonly Float32Array[],
  { onHeard, ...running }: CompareOptions,
): Promise<StageFeatures[]> {
  const all = await stageFeatures(model, waveforms, {
    ...running,
    stages: model.stages.map(({ name }) => name),
    onProgress: (done, total) => onHeard?.(done, total, model.name),
  });
  return all.filter(({ width }) => width >= fewestFeatures);
}

function similarityOf({ inference, recognition }: Pair<StageFeatures[]>, sounds: number): StageSimilarity {
  const namesOf = (features: readonly StageFeatures[]) => features.map(({ stage }) => stage);
  return {
    ...{ sounds, stages: { inference: namesOf(inference), recognition: namesOf(recognition) } },
    agreement: stageAgreement(inference, recognition),
  };
}
