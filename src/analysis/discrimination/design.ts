import type { TrialTable } from '../../records/trialTable.ts';

/**
 * What a task asks: to name a sound; whether two sounds are the same; or which of several sounds is the odd one, or the
 * same as another.
 */
export const taskDesigns = ['recognition', 'same-different', 'forced-choice'] as const;

/** Design of a task. */
export type TaskDesign = (typeof taskDesigns)[number];

const sameDifferent = /^(same|different)$/i;
/** Answers that are places of sounds, not names of them. */
const places = /^((interval|sound) ?)?([1-9]|first|second|third|fourth|left|right)$/i;

/**
 * Design of every task that people answered.
 *
 * @param table - The trials.
 * @param stated - Designs that the configuration states.
 * @returns By task. Where none is stated: `same-different` if all answers and targets are same or different,
 *   `forced-choice` if all are places of sounds, such as 1 and 2, else `recognition`.
 */
export function designsOf(
  table: TrialTable,
  stated: Readonly<Record<string, TaskDesign>> = {},
): Map<string, TaskDesign> {
  const answers = table.task.names.map(() => new Set<number>());
  for (let row = 0; row < table.count; row++) {
    const own = answers[table.task.codes[row]!]!;
    own.add(table.target.codes[row]!);
    own.add(table.response.codes[row]!);
  }
  return new Map(
    table.task.names.map((task, code) => {
      const names = [...answers[code]!].map((answer) => table.target.names[answer]!).filter(Boolean);
      const all = (pattern: RegExp) => names.length > 0 && names.every((name) => pattern.test(name));
      const found = all(sameDifferent) ? 'same-different' : all(places) ? 'forced-choice' : 'recognition';
      return [task, stated[task] ?? found];
    }),
  );
}
