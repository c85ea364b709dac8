import { InputError } from '../../base/inputError.ts';
import type { TrialTable } from '../../records/trialTable.ts';

/**
 * What a task asks: to name a sound; whether two sounds are the same; whether a change or signal is in a sound; or which
 * of several sounds is the odd one, or the same as another.
 */
export const taskDesigns = ['recognition', 'same-different', 'detection', 'forced-choice'] as const;

/** Design of a task. */
export type TaskDesign = (typeof taskDesigns)[number];

const sameDifferent = /^(same|different)$/i;
const yesNo = /^(yes|no)$/i;
/** Answers that are places of sounds, not names of them. */
const places = /^((interval|sound) ?)?([1-9]|first|second|third|fourth|left|right)$/i;
/** Names of tasks that say what is asked, whatever the answers are called. */
const namedSameDifferent = /^(same.?different|same.?or.?different|ax)$/i;
const namedForcedChoice = /^(\d.?a?fc|abx|odd.?one.?out)$/i;

/**
 * Design of every task that people answered.
 *
 * @param table - The trials.
 * @param stated - Designs that the configuration states.
 * @returns By task. Where none is stated: `same-different` if all answers and targets are same or different, or the task is
 *   called so; `detection` if all are yes or no, no the target of natural sounds; `forced-choice` if all are places of sounds, such as 1 and 2, or the task is called 2afc, abx or
 *   odd-one-out; else `recognition`.
 */
export function designsOf(
  table: TrialTable,
  stated: Readonly<Record<string, TaskDesign>> = {},
): Map<string, TaskDesign> {
  return new Map(
    table.task.names.map((task) => {
      const names = answersOf(table, task);
      const all = (pattern: RegExp) => names.length > 0 && names.every((name) => pattern.test(name));
      const found =
        namedSameDifferent.test(task) || all(sameDifferent)
          ? 'same-different'
          : all(yesNo) && targetsOf(table, task, isNatural).join() === 'no'
            ? 'detection'
            : namedForcedChoice.test(task) || all(places)
              ? 'forced-choice'
              : 'recognition';
      return [task, stated[task] ?? found];
    }),
  );
}

const isNatural = (stage: string) => stage === '';

/**
 * Which answer of a same–different task says "different", or of a detection task that the signal was there.
 *
 * @param table - The trials.
 * @returns The answer in small letters: the one of that name, else the target of all metamers where another is that of all natural sounds.
 * @throws InputError where neither tells it.
 */
export function differentAnswer(table: TrialTable, task: string): string {
  const names = answersOf(table, task);
  if (names.every((name) => sameDifferent.test(name))) return 'different';
  const same = targetsOf(table, task, isNatural);
  const different = targetsOf(table, task, (stage) => !isNatural(stage)).filter(
    (name) => !same.includes(name),
  );
  if (same.length !== 1 || different.length !== 1 || names.length !== 2)
    throw new InputError(
      `${table.path}: task '${task}' must have two answers, one the target of natural sounds and one of metamers, it has ${names.map((name) => `'${name}'`).join(', ')}; name them same and different, or state another design for it in the configuration's 'designs'`,
    );
  return different[0]!;
}

/** Targets and responses of a task. */
function answersOf(table: TrialTable, task: string): string[] {
  return namesOf(table, task, { columns: [table.target, table.response] });
}

function targetsOf(table: TrialTable, task: string, isMeant: (stage: string) => boolean): string[] {
  return namesOf(table, task, { columns: [table.target], isMeant });
}

/** Names in columns of a task's rows, of the stages that are meant, in small letters, each once. */
function namesOf(
  table: TrialTable,
  task: string,
  {
    columns,
    isMeant = () => true,
  }: { columns: readonly TrialTable['target'][]; isMeant?: (stage: string) => boolean },
): string[] {
  const codes = new Set<number>();
  const wanted = table.task.names.indexOf(task);
  const stages = table.stage.names.map(isMeant);
  for (let row = 0; row < table.count; row++)
    if (table.task.codes[row] === wanted && stages[table.stage.codes[row]!])
      for (const column of columns) codes.add(column.codes[row]!);
  // Responses go by the names of targets.
  const names = [...codes].map((code) => table.target.names[code]!.toLowerCase());
  return [...new Set(names)].filter((name) => name !== '');
}
