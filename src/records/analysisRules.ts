import { z } from 'zod';
import type { ExclusionLimits } from './exclusionRules.ts';

const share = z.number().min(0).max(1);
const milliseconds = z.number().min(0);

/**
 * Exclusion rules of an analysis as its configuration states them; null or false turns one off. Where a limit is not
 * stated, the study's is taken, and the published one where the study's is not known.
 */
export const analysisRules = z.strictObject({
  /** Participants whose recorded rule ids name the headphone check. */
  headphones: z.boolean().default(true),
  /** Least share of the last twelve practice trials correct; 5 of 12 as published. */
  practice: z
    .strictObject({ leastCorrect: share })
    .nullable()
    .default({ leastCorrect: 5 / 12 }),
  /** Least share of correct catch trials; 15 of 16 as published. */
  catch: z.strictObject({ leastCorrect: share }).nullable().optional(),
  /** Most invalid plays a participant may have; single invalid plays are left out in any case. */
  plays: z.strictObject({ mostInvalid: share }).nullable().optional(),
  /** Least median response time of a participant, and bounds of single trials, ms after the sound's end. */
  responseTime: z
    .strictObject({
      leastMedianMs: milliseconds.default(0),
      leastMs: milliseconds.default(0),
      mostMs: z.number().positive().nullable().default(null),
    })
    .nullable()
    .optional(),
  /** Most often a participant may give the same answer, as a share; three times chance is always allowed. */
  repeatedAnswers: z.strictObject({ mostSame: share }).nullable().optional(),
  /** Participants and trials marked `excluded` by the study under ids that no other rule covers. */
  recorded: z.boolean().default(true),
});

/** Rules with a limit that a study may set for its own participants. */
export const limitedRules = ['catch', 'plays', 'responseTime', 'repeatedAnswers'] as const;
/** One of {@link limitedRules}. */
export type LimitedRule = (typeof limitedRules)[number];

/** Exclusion rules as stated. */
export type AnalysisRules = z.infer<typeof analysisRules>;

/** Where the limits come from that a configuration does not state. */
type Limits = Pick<
  ExclusionLimits,
  'catchPassShare' | 'maxInvalidPlayShare' | 'minMedianMs' | 'maxSameResponseShare'
>;

/** Feather et al. (2023) for catch trials; the rest is this toolkit's. */
const usualLimits: Limits = {
  catchPassShare: 15 / 16,
  maxInvalidPlayShare: 0.1,
  minMedianMs: 300,
  maxSameResponseShare: 0.3,
};

/** Exclusion rules with every limit filled in. */
export interface EffectiveRules extends AnalysisRules {
  catch: { leastCorrect: number } | null;
  plays: { mostInvalid: number } | null;
  responseTime: { leastMedianMs: number; leastMs: number; mostMs: number | null } | null;
  repeatedAnswers: { mostSame: number } | null;
}

/**
 * Fills in the limits that a configuration leaves open.
 *
 * @param rules - As stated.
 * @param limits - The study's; where it is not known, the published ones are taken.
 */
export function effectiveRules(rules: AnalysisRules, limits: Limits = usualLimits): EffectiveRules {
  const stated = <Rule>(rule: Rule | null | undefined, otherwise: Rule) =>
    rule === undefined ? otherwise : rule;
  return {
    ...rules,
    catch: stated(rules.catch, { leastCorrect: limits.catchPassShare }),
    plays: stated(rules.plays, { mostInvalid: limits.maxInvalidPlayShare }),
    responseTime: stated(rules.responseTime, {
      leastMedianMs: limits.minMedianMs,
      leastMs: 0,
      mostMs: null,
    }),
    repeatedAnswers: stated(rules.repeatedAnswers, { mostSame: limits.maxSameResponseShare }),
  };
}

/** Ids that studies record, by the rule here that covers the same ground; all other ids belong to `recorded`. */
const families: readonly (readonly [rule: keyof AnalysisRules, pattern: RegExp])[] = [
  ['headphones', /headphone/i],
  ['practice', /practice/i],
  ['catch', /catch/i],
  ['plays', /^invalid-?plays?$/i],
  ['responseTime', /^(fast-responses|response-time)/i],
  ['repeatedAnswers', /^(same-response|repeated)/i],
];

/**
 * The rule that a recorded id falls under, so that turning the rule off also turns off the study's own verdict.
 *
 * @param id - Rule id as recorded, such as `headphones-failed`.
 * @returns A rule's name; `recorded` for ids of the study's own.
 */
export function ruleOfRecordedId(id: string): keyof AnalysisRules {
  return families.find(([, pattern]) => pattern.test(id))?.[0] ?? 'recorded';
}
