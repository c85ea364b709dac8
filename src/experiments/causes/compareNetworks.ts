import { InputError } from '../../base/inputError.ts';
import type { ComputingOptions } from '../../engine/engine.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { randomHalves } from '../brain/predictStage.ts';
import type { Responses } from '../brain/responses.ts';
import { representationalSimilarity } from '../brain/similarity.ts';
import { stageAgreement } from '../dissimilarity.ts';
import { type StageFeatures, stageFeatures } from '../stageFeatures.ts';
import type { CausesResult, Pair, StageSimilarity } from './causesRecord.ts';

/** How networks are run on sounds. */
export interface CompareOptions extends ComputingOptions {
  onProgress?: ((line: string) => void) | undefined;
}

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
 * Compares two networks with each other and with measured responses to the same sounds.
 *
 * @param models - Of one rate and length of sounds.
 * @param waveforms - Shape [samples] each, in the order of the responses.
 * @param measured - Responses; engine and threads, progress.
 */
export async function compareWithResponses(
  models: Pair<AuditoryModel>,
  waveforms: readonly Float32Array[],
  { responses, ...options }: CompareOptions & { responses: Responses },
): Promise<NonNullable<CausesResult['measured']>> {
  const features = await featuresOf(models, waveforms, options);
  const halves = randomHalves(waveforms.length, splits, 1);
  const agreement = (of: readonly StageFeatures[]) =>
    representationalSimilarity(of, responses, halves) ?? null;
  return {
    ...similarityOf(features, waveforms.length),
    responses: { inference: agreement(features.inference), recognition: agreement(features.recognition) },
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
  { onProgress, ...computing }: CompareOptions,
): Promise<Pair<StageFeatures[]>> {
  const of = async (model: AuditoryModel) => {
    const all = await stageFeatures(model, waveforms, {
      ...computing,
      stages: model.stages.map(({ name }) => name),
      onProgress: (done, total) => onProgress?.(`${model.name}: activations of ${done}/${total} sounds`),
    });
    return all.filter(({ width }) => width >= fewestFeatures);
  };
  return { inference: await of(inference), recognition: await of(recognition) };
}

function similarityOf({ inference, recognition }: Pair<StageFeatures[]>, sounds: number): StageSimilarity {
  const namesOf = (features: readonly StageFeatures[]) => features.map(({ stage }) => stage);
  return {
    ...{ sounds, stages: { inference: namesOf(inference), recognition: namesOf(recognition) } },
    agreement: stageAgreement(inference, recognition),
  };
}
