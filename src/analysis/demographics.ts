import { countsOf } from '../base/groups.ts';
import type { TrialTable } from '../records/trialTable.ts';
import { mean, standardDeviation } from '../statistics/estimates/descriptive.ts';

/** Answers of a group of people to one question. */
export interface AnswerSummary {
  answered: number;
  missing: number;
  /** Where all answers of everyone are numbers; null elsewhere. */
  numbers: { mean: number; standardDeviation: number; least: number; most: number } | null;
  /** How many gave each answer, commonest first; letter case and blanks around it aside. Empty where they are numbers. */
  answers: { answer: string; count: number }[];
}

/** What people told of themselves in answer to one question. */
export interface Demographic {
  /** Name of the column, without what all of them begin with. */
  question: string;
  /** Everybody who has trials, and those whose trials are analyzed. */
  everyone: AnswerSummary;
  analyzed: AnswerSummary;
}

/**
 * Who took part, and who of them is analyzed.
 *
 * @param table - The trials, with what their people told of themselves.
 * @param rows - Human rows that are analyzed (1) or not (0).
 * @returns One entry a question that somebody answered; none where nothing is known of anybody.
 */
export function demographics(table: TrialTable, rows: Uint8Array): Demographic[] {
  const { questions, answers } = table.people;
  const human = table.observer.names.indexOf('human');
  const everyone = participantsIn(table, (row) => table.observer.codes[row] === human);
  const analyzed = participantsIn(table, (row) => rows[row] === 1);
  return questions.flatMap((question) => {
    const told = (names: readonly string[]) => names.map((name) => answers.get(name)?.get(question));
    const all = told(everyone);
    if (all.every((answer) => answer === undefined)) return [];
    const isNumeric = all.every((answer) => answer === undefined || Number.isFinite(Number(answer)));
    const summary = (given: readonly (string | undefined)[]) => summaryOf(given, isNumeric);
    return [{ question, everyone: summary(all), analyzed: summary(told(analyzed)) }];
  });
}

function participantsIn({ participant, count }: TrialTable, isIn: (row: number) => boolean): string[] {
  const codes = new Set<number>();
  for (let row = 0; row < count; row++) if (isIn(row)) codes.add(participant.codes[row]!);
  return [...codes].map((code) => participant.names[code]!);
}

function summaryOf(given: readonly (string | undefined)[], isNumeric: boolean): AnswerSummary {
  const answers = given.filter((answer) => answer !== undefined);
  const counts = { answered: answers.length, missing: given.length - answers.length };
  if (!isNumeric) return { ...counts, numbers: null, answers: commonestFirst(answers) };
  const values = answers.map(Number);
  const numbers = {
    mean: mean(values),
    standardDeviation: standardDeviation(values),
    least: Math.min(...values),
    most: Math.max(...values),
  };
  return { ...counts, numbers: values.length > 0 ? numbers : null, answers: [] };
}

function commonestFirst(answers: readonly string[]): AnswerSummary['answers'] {
  return [...countsOf(answers.map((answer) => answer.trim().toLowerCase()))]
    .map(([answer, count]) => ({ answer, count }))
    .sort((a, b) => b.count - a.count || (a.answer < b.answer ? -1 : 1));
}
