import type { Study } from '../../study/studySchema.ts';

/**
 * What becomes of a participant at the end of an attempt at a part of the study. Each attempt stands for itself: right
 * answers of earlier ones do not count, nor do trials with feedback.
 *
 * @param study - Pass marks and attempts.
 * @param attempt - The part, which attempt at it from 1, and right answers in it.
 * @returns `passed`; `again` if a headphone check may be tried once more; `failed`.
 */
export function phaseVerdict(
  { screening, practice }: Pick<Study, 'screening' | 'practice'>,
  { phase, attempt, right }: { phase: string; attempt: number; right: number },
): 'passed' | 'again' | 'failed' {
  const marks: Record<string, number> = {
    antiphase: screening.antiphasePassMark,
    huggins: screening.hugginsPassMark,
    practice: practice.passMark,
  };
  if (right >= (marks[phase] ?? 0)) return 'passed';
  return phase !== 'practice' && attempt < screening.attempts ? 'again' : 'failed';
}
