import type { Cell } from '../../src/base/writeCsv.ts';
import { answersOfScreen } from '../study/branching.ts';
import { plainCell } from './plainCell.ts';
import type { ParticipantRecord } from './readRecords.ts';
import { type Column, ownerColumns } from './table.ts';

/** One answer to one question of a survey. */
export interface SurveyRow {
  participant: string;
  session: string;
  /** Step of the survey. */
  survey: string;
  /** Place of the jsPsych trial in it, from 1. */
  number: number;
  type: string;
  question: string;
  answer: Cell;
  rtMs: number | null;
}

/** Columns of `surveys.csv`: one row an answered question. */
export const surveyColumns: readonly Column<SurveyRow>[] = [
  ...ownerColumns,
  { name: 'survey', meaning: 'Which survey: its step', cell: (row) => row.survey },
  {
    name: 'number',
    meaning: 'Place of the screen in the survey, from 1',
    type: 'number',
    cell: (row) => row.number,
  },
  { name: 'screen_type', meaning: 'jsPsych plugin of the screen', cell: (row) => row.type },
  {
    name: 'question',
    meaning: 'Name of the question, as the study gives it or as jsPsych numbers it',
    cell: (row) => row.question,
  },
  { name: 'answer', meaning: 'The answer; several as JSON', cell: (row) => row.answer },
  { name: 'rt_ms', meaning: 'Time on the screen, ms', cell: (row) => row.rtMs },
];

/**
 * Answers to surveys, one row a question.
 *
 * @param people - The participants.
 * @returns The rows in order of participants and screens.
 */
export function surveyRows(people: readonly ParticipantRecord[]): SurveyRow[] {
  return people.flatMap(({ participant, session, answers }) =>
    Object.entries(answers)
      .filter(([step]) => step.startsWith('survey'))
      .flatMap(([survey, given]) =>
        screensOf(given).flatMap((screen, place) =>
          answersOf(screen).map(([question, answer]) => ({
            participant,
            session,
            survey,
            number: Number(screen['screen'] ?? place + 1),
            type: String(screen['trial_type'] ?? ''),
            question,
            answer: plainCell(answer),
            rtMs: typeof screen['rt'] === 'number' ? Math.round(10 * screen['rt']) / 10 : null,
          })),
        ),
      ),
  );
}

const screensOf = (given: Record<string, unknown>) =>
  (Array.isArray(given['data']) ? given['data'] : []) as Record<string, unknown>[];

/** What was left unanswered has no row. */
const answersOf = (screen: Record<string, unknown>) =>
  (screen['response'] ?? null) === null ? [] : answersOfScreen(screen);

/**
 * Columns of `participants.csv` for the answers to surveys: one a question that anybody answered.
 *
 * @param people - All participants.
 * @returns Columns in the order of surveys and screens; questions without names of their own carry their screen's number.
 */
export function surveyAnswerColumns(people: readonly ParticipantRecord[]): Column<ParticipantRecord>[] {
  const questions = new Map<string, SurveyRow>();
  const answers = new Map<string, Map<string, Cell>>();
  for (const row of surveyRows(people)) {
    const name = columnName(row);
    const own = answers.get(row.session) ?? new Map<string, Cell>();
    answers.set(row.session, own);
    if (!questions.has(name)) questions.set(name, row);
    if (!own.has(name)) own.set(name, row.answer);
  }
  return [...questions]
    .sort(([, a], [, b]) => stepOrder(a.survey) - stepOrder(b.survey) || a.number - b.number)
    .map(([name, { survey, number, question }]) => ({
      name,
      meaning: `Answer to ${question || 'the one question'} on screen ${number} of ${survey}; several as JSON`,
      cell: ({ session }) => answers.get(session)?.get(name) ?? null,
    }));
}

/** The names that jsPsych gives by itself are the same on every screen. */
function columnName({ survey, number, question }: SurveyRow): string {
  const isOwn = question !== '' && !/^Q\d+$/.test(question);
  const parts = [survey.replaceAll('-', '_'), ...(isOwn ? [] : [String(number)]), question];
  return parts.filter((part) => part !== '').join('_');
}

const stepOrder = (survey: string) =>
  ['survey-before', 'survey-break', 'survey-after'].findIndex((step) => survey.startsWith(step));
