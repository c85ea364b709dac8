import type { Cell } from '../../src/base/writeCsv.ts';
import { plainCell } from './plainCell.ts';
import type { ParticipantRecord } from './readRecords.ts';
import { surveyAnswerColumns } from './surveyRows.ts';
import type { Column, ColumnType } from './table.ts';

/** A participant with what the plays tell of the device. */
export interface ParticipantRow extends ParticipantRecord {
  /** Rate of the sound output, Hz; null before the first play. */
  outputSampleRateHz: number | null;
}

/** A question that every study may ask, or a thing that every browser tells. */
const answerColumns: readonly (readonly [step: string, field: string, meaning: string, type?: ColumnType])[] =
  [
    ['demographics', 'age', 'Age in years', 'number'],
    ['demographics', 'gender', 'Gender in the participant’s own words'],
    ['demographics', 'hearingLoss', 'Whether a hearing loss is known: no, yes or no answer'],
    ['demographics', 'nativeLanguage', 'First language in the participant’s own words'],
    ['demographics', 'headphones', 'over-ear, in-ear, other or no answer'],
    ['demographics', 'connection', 'wired, wireless or no answer'],
    ['demographics', 'musicYears', 'Years of playing an instrument or singing', 'number'],
    ['browser', 'userAgent', 'What the browser says of itself'],
    ['browser', 'language', 'The browser’s language, BCP 47'],
    ['browser', 'width', 'Width of the page when the session began, CSS pixels', 'number'],
    ['browser', 'height', 'Height of the page when the session began, CSS pixels', 'number'],
    ['browser', 'pixelRatio', 'Pixels of the screen for one CSS pixel', 'number'],
    ['browser', 'mobile', 'Whether it is a phone or tablet', 'boolean'],
    ['comments', 'comments', 'Comments in the participant’s own words'],
    ['comments', 'problems', 'Problems in the participant’s own words'],
  ];

/**
 * Columns of `participants.csv`: one row a session.
 *
 * @param people - All participants: fields that only some of them answered have their columns, too.
 */
export function participantColumns(people: readonly ParticipantRow[]): Column<ParticipantRow>[] {
  return [
    ...sessionColumns,
    ...answerColumns.map(([step, field, meaning, type]) => ({
      name: `${step}_${field}`,
      meaning,
      ...(type ? { type } : {}),
      cell: answerCell(step, field),
    })),
    {
      name: 'browser_sampleRateHz',
      meaning: 'Rate of the sound output, Hz: as the browser said at the first play',
      type: 'number',
      cell: ({ answers, outputSampleRateHz }) =>
        plainCell(answers['browser']?.['sampleRateHz']) ?? outputSampleRateHz,
    },
    {
      name: 'level_plays',
      meaning: 'Plays of the noise while the volume was set',
      type: 'number',
      cell: answerCell('level', 'plays'),
    },
    ...furtherColumns(people),
    ...surveyAnswerColumns(people),
  ];
}

const sessionColumns: readonly Column<ParticipantRecord>[] = [
  {
    name: 'participant',
    meaning: 'Code of the person; says nothing about who it is',
    cell: (p) => p.participant,
  },
  {
    name: 'session',
    meaning: 'Code of the session; that of a first visit is the participant’s',
    cell: (p) => p.session,
  },
  { name: 'visit', meaning: 'Which of the study’s visits, from 1', type: 'number', cell: (p) => p.visit },
  {
    name: 'state',
    meaning: 'active (not finished), complete, screened-out, timed-out, or left (early, answers kept)',
    cell: (p) => p.state,
  },
  {
    name: 'end_reason',
    meaning: 'Step in which the session ended early, or time-limit',
    cell: (p) => p.endReason,
  },
  { name: 'platform', meaning: 'Recruiter; none for an open link', cell: (p) => p.platform },
  {
    name: 'consent_version',
    meaning: 'SHA-256 of the consent text that was agreed to',
    cell: (p) => p.consentVersion,
  },
  { name: 'started_at', meaning: 'Consent, server clock', cell: (p) => p.startedAt },
  { name: 'ended_at', meaning: 'End, server clock; empty while it goes on', cell: (p) => p.endedAt },
  {
    name: 'lists',
    meaning: 'Condition list by task, from 0: task:list, joined by semicolons',
    cell: (p) => keyed(p.lists),
  },
  {
    name: 'headphone_scores',
    meaning: 'Right answers of the last attempt at each headphone check: check:answers, joined by semicolons',
    cell: (p) => keyed(p.headphoneScores),
  },
  {
    name: 'exclusion_rules',
    meaning: 'Rules that exclude the participant; exclusions.csv says what they mean',
    type: 'ids',
    cell: (p) => p.exclusionRules.join(';'),
  },
];

/** Answers that the lists above do not name are exported all the same. */
function furtherColumns(people: readonly ParticipantRecord[]): Column<ParticipantRecord>[] {
  const named = new Set([
    ...answerColumns.map(([step, field]) => `${step}_${field}`),
    'browser_sampleRateHz',
    'level_plays',
  ]);
  const steps = ['demographics', 'browser', 'level', 'instructions', 'comments'];
  const found = people.flatMap(({ answers }) =>
    steps.flatMap((step) => Object.keys(answers[step] ?? {}).map((field) => ({ step, field }))),
  );
  const open = new Map(found.map((place) => [`${place.step}_${place.field}`, place]));
  return [...open]
    .filter(([name]) => !named.has(name))
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([name, { step, field }]) => ({
      name,
      meaning: `${field}, of the step ${step}`,
      cell: answerCell(step, field),
    }));
}

const answerCell =
  (step: string, field: string) =>
  ({ answers }: ParticipantRecord): Cell =>
    plainCell(answers[step]?.[field]);

function keyed(record: Record<string, number>): string {
  return Object.entries(record)
    .map(([key, value]) => `${key}:${value}`)
    .join(';');
}
