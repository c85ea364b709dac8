import type { ExclusionRules } from '../config.ts';

/** Ids that studies record, by the rule here that covers the same ground; all other ids belong to `recorded`. */
const families: readonly (readonly [rule: keyof ExclusionRules, pattern: RegExp])[] = [
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
export function ruleOfRecordedId(id: string): keyof ExclusionRules {
  return families.find(([, pattern]) => pattern.test(id))?.[0] ?? 'recorded';
}

/**
 * Ids of one trial.
 *
 * @param text - As in the file, `;` between them.
 * @returns The ids.
 */
export function recordedIds(text: string): string[] {
  return text
    .split(';')
    .map((id) => id.trim())
    .filter(Boolean);
}
