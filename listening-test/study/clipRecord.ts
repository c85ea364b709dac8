import { stagePlace } from '../../src/records/stageOrder.ts';
import type { TrialRecord } from '../../src/records/trialRecord.ts';
import type { Stimulus, Study } from './studySchema.ts';

/**
 * What a record tells of the sound that was played.
 *
 * @param stimulus - The clip.
 * @param study - Its study, which knows the order of each model's stages.
 */
export function soundOf(
  { sourceId, condition, stage, metamerModel }: Stimulus,
  { stageOrder }: Pick<Study, 'stageOrder'>,
): Pick<TrialRecord, 'sourceId' | 'condition' | 'stage' | 'metamerModel' | 'stageIndex'> {
  const stageIndex = stage === '' ? null : stagePlace(stageOrder[metamerModel], stage);
  return { sourceId, condition, stage, metamerModel, stageIndex };
}
