import type { Cell } from '../../src/base/writeCsv.ts';
import {
  automationOf,
  conductFlags,
  flagsOfParticipant,
  participantFlags,
} from '../session/trials/conduct.ts';
import type { PlayReport } from '../session/trials/recordPlay.ts';
import { detailColumns } from '../tasks/details.ts';
import type { HeadphoneRecord, PlayRecord, StudyDetails } from './readDetails.ts';
import type { HumanTrial, ParticipantRecord } from './readRecords.ts';
import { type Column, idsWithMeanings } from './table.ts';

/** Columns of `answers.csv`: one row a trial of `trials.csv`, with how its answer came about. */
export const answerColumns: readonly Column<HumanTrial>[] = [
  { name: 'participant', meaning: 'Code of the participant', cell: (t) => t.participant },
  {
    name: 'trial_index',
    type: 'number',
    meaning: 'Position of the trial, as in trials.csv',
    cell: (t) => t.trialIndex,
  },
  { name: 'typed', meaning: 'Text as it was typed', cell: (t) => t.typed },
  {
    name: 'form_ms',
    meaning: 'From the end of the sound (or its start, as rt_ms) to the moment the form could be used, ms',
    cell: (t) => tenths(t.detail.formMs),
  },
  {
    name: 'first_input_ms',
    meaning: 'From the end of the sound (or its start, as rt_ms) to the first key or click, ms',
    cell: (t) => tenths(t.firstInputMs),
  },
  {
    name: 'resumed',
    type: 'boolean',
    meaning: 'Whether the page was opened again between sound and answer; its times are missing then',
    cell: (t) => t.detail.resumed,
  },
  {
    name: 'clock_jump_ms',
    meaning: 'How far the device’s clock was set during the trial, ms; 0 but for drift',
    cell: (t) => t.detail.clockJumpMs,
  },
  ...detailColumns.map(({ cell, ...column }) => ({
    ...column,
    cell: (t: HumanTrial) => cell(t.detail.details),
  })),
  {
    name: 'path',
    meaning: 'Path of the staircase that chose the sound; empty in other tasks',
    cell: (t) => t.staircase?.path ?? null,
  },
  {
    name: 'track',
    type: 'number',
    meaning: 'Which staircase on the path, from 1',
    cell: (t) => t.staircase?.track ?? null,
  },
  {
    name: 'level',
    type: 'number',
    meaning: 'Place of the sound on the path: 0 without a difference, then growing',
    cell: (t) => t.staircase?.level ?? null,
  },
  { name: 'keystrokes', type: 'number', meaning: 'Key presses in the form', cell: (t) => t.keystrokes },
  { name: 'plays', type: 'number', meaning: 'Plays of the sound that began', cell: (t) => t.plays },
  { name: 'received_at', meaning: 'When the answer was stored, server clock', cell: (t) => t.receivedAt },
  {
    name: 'conduct_flags',
    type: 'ids',
    meaning: `Marks for analyses with and without, joined by semicolons; nobody is excluded for them: ${idsWithMeanings(conductFlags)}`,
    cell: (t) => t.detail.flags.join(';'),
  },
  {
    name: 'pasted',
    type: 'number',
    meaning: 'Texts pasted or dragged in',
    cell: (t) => t.detail.conduct?.pasted ?? null,
  },
  {
    name: 'untrusted',
    type: 'number',
    meaning: 'Keys and clicks made by a script',
    cell: (t) => t.detail.conduct?.untrusted ?? null,
  },
  {
    name: 'keys',
    type: 'number',
    meaning: 'Key presses during the trial',
    cell: (t) => t.detail.conduct?.keys ?? null,
  },
  {
    name: 'pointers',
    type: 'number',
    meaning: 'Presses of mouse, pen or finger during the trial',
    cell: (t) => t.detail.conduct?.pointers ?? null,
  },
  {
    name: 'key_ms',
    meaning: 'Times of the first 100 key presses from the start of the trial, ms, joined by semicolons',
    cell: (t) => t.detail.conduct?.keyMs.join(';') ?? null,
  },
  {
    name: 'leaves',
    type: 'number',
    meaning: 'How often the page lost the focus or was hidden during the trial',
    cell: (t) => t.detail.conduct?.leaves ?? null,
  },
  { name: 'away_ms', meaning: 'For how long, ms', cell: (t) => t.detail.conduct?.awayMs ?? null },
];

const report = (play: PlayRecord, field: keyof PlayReport): Cell => play.report?.[field] ?? null;

/** Columns of `plays.csv`: one row for every play that began. */
export const playColumns: readonly Column<PlayRecord>[] = [
  { name: 'participant', meaning: 'Code of the participant', cell: (p) => p.participant },
  {
    name: 'trial_index',
    type: 'number',
    meaning: 'Position of the trial, as in trials.csv; empty in headphone checks and unanswered trials',
    cell: (p) => p.trialIndex,
  },
  { name: 'phase', meaning: 'antiphase, huggins, practice or main', cell: (p) => p.phase },
  { name: 'attempt', type: 'number', meaning: 'Which play of the trial, from 1', cell: (p) => p.attempt },
  {
    name: 'valid',
    type: 'boolean',
    meaning: 'Whether the sound was heard whole and undisturbed',
    cell: (p) => p.valid,
  },
  {
    name: 'reasons',
    type: 'ids',
    meaning:
      'What was wrong, joined by semicolons: duration (cut short), stalled (stood still), interrupted (by the device), hidden (page not visible), bytes (another sound), unreported (page closed or opened elsewhere)',
    cell: (p) => p.reasons.join(';'),
  },
  { name: 'begun_at', meaning: 'When the play was begun, server clock', cell: (p) => p.begunAt },
  { name: 'reported_at', meaning: 'When its report was stored, server clock', cell: (p) => p.reportedAt },
  { name: 'load_ms', meaning: 'Time the clip took to load, ms', cell: (p) => report(p, 'fetchMs') },
  {
    name: 'output_latency_s',
    meaning:
      'Delay from the browser to the ear as the device states it, s; counted in the times; empty in Firefox',
    cell: (p) => report(p, 'outputLatency'),
  },
  {
    name: 'base_latency_s',
    meaning: 'Delay within the browser, s',
    cell: (p) => report(p, 'baseLatency'),
  },
  { name: 'sample_rate_hz', meaning: 'Rate of the sound output, Hz', cell: (p) => report(p, 'sampleRateHz') },
];

/** Columns of `headphones.csv`: one row for every answer in a headphone check. */
export const headphoneColumns: readonly Column<HeadphoneRecord>[] = [
  { name: 'participant', meaning: 'Code of the participant', cell: (t) => t.participant },
  { name: 'check', meaning: 'antiphase or huggins', cell: (t) => t.check },
  {
    name: 'attempt',
    type: 'number',
    meaning: 'Which attempt at the check, from 1; the last one alone decides',
    cell: (t) => t.attempt,
  },
  { name: 'number', type: 'number', meaning: 'Place in the attempt, from 1', cell: (t) => t.number },
  { name: 'stimulus', meaning: 'Recipe of the sound', cell: (t) => t.stimulus },
  { name: 'target', meaning: 'Right answer', cell: (t) => t.target },
  { name: 'response', meaning: 'Given answer', cell: (t) => t.response },
  { name: 'correct', type: 'boolean', meaning: 'Whether it was right', cell: (t) => t.correct },
  { name: 'rt_ms', meaning: 'From the end of the sound to the answer, ms', cell: (t) => tenths(t.rtMs) },
];

/** Columns of `steps.csv`: when each step that is no trial was answered. */
export const stepColumns: readonly Column<StudyDetails['steps'][number]>[] = [
  { name: 'participant', meaning: 'Code of the participant', cell: (s) => s.participant },
  { name: 'step', meaning: 'Name of the step', cell: (s) => s.step },
  { name: 'received_at', meaning: 'When its answer was stored, server clock', cell: (s) => s.receivedAt },
];

/** Columns of `conduct.csv`: one row a participant. */
export const conductColumns: readonly Column<{ person: ParticipantRecord; trials: readonly HumanTrial[] }>[] =
  [
    { name: 'participant', meaning: 'Code of the participant', cell: ({ person }) => person.participant },
    { name: 'session', meaning: 'Code of the visit’s session', cell: ({ person }) => person.session },
    {
      name: 'participant_flags',
      type: 'ids',
      meaning: `Marks for analyses with and without: ${idsWithMeanings(participantFlags)}`,
      cell: ({ person }) => flagsOfParticipant(person.answers).join(';'),
    },
    {
      name: 'automation',
      type: 'ids',
      meaning: 'Signs that a program drives the browser: webdriver, headless, no-languages, no-window',
      cell: ({ person }) => automationOf(person.answers).join(';'),
    },
    { name: 'trials', type: 'number', meaning: 'Answered trials', cell: ({ trials }) => trials.length },
    ...Object.entries(conductFlags).map(([flag, meaning]) => ({
      name: `${flag.replaceAll('-', '_')}_trials`,
      type: 'number' as const,
      meaning: `Trials in which ${meaning}`,
      cell: ({ trials }: { trials: readonly HumanTrial[] }) =>
        trials.filter(({ detail }) => detail.flags.includes(flag)).length,
    })),
  ];

function tenths(milliseconds: number | null): number | null {
  return milliseconds === null ? null : Math.round(10 * milliseconds) / 10;
}
