import { type Sound, samplesOf } from '../../stimuli/sound.ts';
import type { ComputingOptions } from '../engine/engine.ts';
import type { AuditoryModel } from '../model/auditoryModel.ts';
import type { Criteria, Difference } from '../records/runRecord.ts';
import { judge } from './criteria.ts';
import { type NullDistribution, nullFor } from './null/nullDistribution.ts';

/** How a metamer is judged. */
export interface JudgeOptions extends ComputingOptions {
  /** The matched stages. */
  stages: readonly string[];
  /** What the match must exceed; default: the one beside the model's weights, where there is one; `none` for no such test. */
  nullDistribution?: NullDistribution | 'none';
}

/** The verdict on a metamer. */
export interface Judgement {
  /** Whether all criteria are met. */
  passed: boolean;
  criteria: Criteria;
  difference: Difference;
}

/**
 * Judges a metamer from the two sounds alone, with the exact ear: recognized as the reference is, and a match at every
 * stage that no pair of the null distribution reaches.
 *
 * @param model - The model it is a metamer of.
 * @param sounds - Reference and metamer, of the model's length and rate.
 * @param options - Matched stages, null distribution, engine.
 * @returns The verdict, its criteria, and how different the two sounds are elsewhere.
 * @throws InputError for an unknown stage, a sound of another length, or a null distribution of another model.
 * @see Feather et al. (2023), Methods.
 */
export async function judgeMetamer(
  model: AuditoryModel,
  sounds: { reference: Sound | Float32Array; metamer: Sound | Float32Array },
  options: JudgeOptions,
): Promise<Judgement> {
  const { stages, nullDistribution: given, ...computing } = options;
  const waveforms = { reference: samplesOf(sounds.reference), metamer: samplesOf(sounds.metamer) };
  const nullDistribution = nullFor(model, given);
  const judged = await judge(model, waveforms, stages, { ...computing, nullDistribution });
  return { passed: judged.criteria.passed, ...judged };
}
