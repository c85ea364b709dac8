import { naturalCondition, noiseCondition } from '../../records/conditions.ts';
import { type TrialRecord, trialRecord } from '../../records/trialRecord.ts';
import type { HeardExcerpt, HearOptions } from './hearExcerpts.ts';

/**
 * Excerpts as trial records, as the analysis reads them beside people's.
 *
 * @param model - Name of the model: participant and observer.
 * @param heard - From `hearExcerpts`.
 * @param options - Split and seed name the study.
 * @returns One record an excerpt; the condition is `natural` when clean, else `<background>@<SNR>dB`.
 */
export function heardTrials(
  model: string,
  heard: readonly HeardExcerpt[],
  { split, seed }: Pick<HearOptions, 'split' | 'seed'>,
): TrialRecord[] {
  return heard.map(({ task, target, response, targetProbability, entryId, background, snrDb }, trialIndex) =>
    trialRecord({
      study: `evaluation-${split}-${seed}`,
      participant: model,
      observer: model,
      task,
      trialIndex,
      sourceId: entryId,
      condition: snrDb === null ? naturalCondition : noiseCondition(background, snrDb),
      target,
      response,
      targetProbability,
    }),
  );
}
