import { z } from 'zod';
import type { ConductTally } from './conductTally.ts';

const share = z.number().min(0).max(1);

/** Limits of the rules that exclude participants, as a study states them. */
export const exclusionLimits = z.strictObject({
  /** Right catch trials below which a participant is excluded, as a share (see {@link passMark}); 0 turns the rule off. */
  catchPassShare: share.prefault(0.8),
  maxInvalidPlayShare: share.prefault(0.1),
  /** Most that one label may be given, as a share; three times chance is always allowed. */
  maxSameResponseShare: share.prefault(0.3),
  minMedianMs: z.number().min(0).prefault(300),
  hearingLoss: z.boolean().prefault(false),
});

/** Limits of a study, every default filled in. */
export type ExclusionLimits = z.output<typeof exclusionLimits>;

/** A participant as the rules see it. */
export interface Conduct {
  state: string;
  /** Step in which the session ended early. */
  endReason: string;
  hearingLoss: string;
  /** Rules an experimenter set by hand. */
  byHand: readonly string[];
  tally: ConductTally;
}

/** Rules that exclude a participant as a whole, and what each means. */
export const participantRules: Readonly<Record<string, string>> = {
  incomplete: 'the session was not completed',
  'headphones-failed': 'screened out by a headphone check',
  'practice-failed': 'screened out by the practice',
  'catch-failed': 'too few catch trials were answered correctly',
  'invalid-plays': 'too many sounds were not heard whole',
  'same-response': 'one label was given too often, and more than three times as often as by chance',
  'fast-responses': 'the median answer came too soon after the sound',
  'hearing-loss': 'a hearing loss was reported',
  experimenter: 'excluded by the experimenter',
};

/** Rules that exclude single trials, and what each means. */
export const trialRules: Readonly<Record<string, string>> = {
  'invalid-play': 'the sound was not heard whole and undisturbed',
  replaced: 'the natural sound stood in for a metamer that failed or was missing',
};

/** What rounding may leave of a product of a share and a count. */
const rounding = 1e-9;

/**
 * Right answers that a share asks of a number of trials: rounded down to whole trials, so that one slip among few is
 * forgiven (0.8 of 4 are 3, 15/16 of 16 are 15), and at least one.
 *
 * @param leastShare - From 0, which asks for none, to 1, which asks for all.
 * @param trials - Number of trials.
 */
export function passMark(leastShare: number, trials: number): number {
  return leastShare === 0 ? 0 : Math.max(1, Math.floor(leastShare * trials + rounding));
}

/** Whether {@link passMark} asks for less than the share itself, since that is no whole number of trials. */
export function isRoundedDown(leastShare: number, trials: number): boolean {
  return passMark(leastShare, trials) < leastShare * trials - rounding;
}

/** Whether too few of some trials were right; none of none is not too few. */
export function isBelowPassMark(
  { trials, correct }: { trials: number; correct: number },
  leastShare: number,
): boolean {
  return trials > 0 && correct < passMark(leastShare, trials);
}

/** Whether more plays were invalid than a share allows. */
export function hasTooManyInvalidPlays({ plays }: Pick<ConductTally, 'plays'>, mostShare: number): boolean {
  return plays.invalid > mostShare * plays.heard + rounding;
}

/** Whether one label was given too often; three times chance is always allowed. */
export function repeatsOneAnswer(
  { mostRepeated }: Pick<ConductTally, 'mostRepeated'>,
  mostShare: number,
): boolean {
  return mostRepeated.share > Math.max(mostShare, 3 / mostRepeated.choices) + rounding;
}

/** Whether the median answer came too soon; without times it did not. */
export function answersTooFast({ medianRtMs }: Pick<ConductTally, 'medianRtMs'>, leastMs: number): boolean {
  return medianRtMs < leastMs;
}

/**
 * Ids of the rules that exclude a participant. Nothing is deleted; the records carry the ids.
 *
 * @param limits - The study's limits.
 * @param conduct - What the participant did.
 * @returns Rule ids of {@link participantRules}.
 */
export function participantExclusions(limits: ExclusionLimits, conduct: Conduct): string[] {
  const { tally } = conduct;
  const isScreenedOut = conduct.state === 'screened-out';
  const isHeadphones = conduct.endReason === 'antiphase' || conduct.endReason === 'huggins';
  const broken: [string, boolean][] = [
    ['incomplete', conduct.state !== 'complete'],
    ['headphones-failed', isScreenedOut && isHeadphones],
    ['practice-failed', isScreenedOut && conduct.endReason === 'practice'],
    ['catch-failed', isBelowPassMark(tally.catch, limits.catchPassShare)],
    ['invalid-plays', hasTooManyInvalidPlays(tally, limits.maxInvalidPlayShare)],
    ['same-response', repeatsOneAnswer(tally, limits.maxSameResponseShare)],
    ['fast-responses', answersTooFast(tally, limits.minMedianMs)],
    ['hearing-loss', limits.hearingLoss && conduct.hearingLoss === 'yes'],
    ['experimenter', conduct.byHand.length > 0],
  ];
  return broken.filter(([, isBroken]) => isBroken).map(([rule]) => rule);
}

/**
 * Ids of the rules that exclude a single trial.
 *
 * @param trial - Whether it was heard whole, and whether a natural sound stood in for its metamer.
 * @returns Rule ids of {@link trialRules}.
 */
export function trialExclusions(trial: { playValid: boolean; isReplaced: boolean }): string[] {
  return [...(trial.playValid ? [] : ['invalid-play']), ...(trial.isReplaced ? ['replaced'] : [])];
}

/**
 * Ids of one trial.
 *
 * @param text - As in the file, `;` between them.
 */
export function recordedIds(text: string): string[] {
  return text
    .split(';')
    .map((id) => id.trim())
    .filter(Boolean);
}
