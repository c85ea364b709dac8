import { naturalCondition } from '../records/conditions.ts';
import { type TrialFacts, type TrialRecord, trialRecord } from '../records/trialRecord.ts';

/** One sound that a model recognized, with the answer that counts as right. */
export interface RecognizedSound
  extends Pick<TrialFacts, 'task' | 'sourceId' | 'target' | 'response'>,
    Partial<Pick<TrialFacts, 'stage' | 'metamerModel' | 'stageIndex'>> {
  /** `natural` unless told. */
  condition?: string;
  /** Probability that the model gives to the target. */
  targetProbability: number;
}

/**
 * A model's answers as trial records, as the analysis reads them beside people's.
 *
 * @param model - Name of the model: participant and observer.
 * @param sounds - What it recognized.
 * @returns One record a sound, of no study.
 */
export function recognitionTrials(model: string, sounds: readonly RecognizedSound[]): TrialRecord[] {
  return sounds.map((sound, trialIndex) =>
    trialRecord({
      ...{ study: '', participant: model, observer: model, trialIndex, condition: naturalCondition },
      ...sound,
    }),
  );
}
