import { type Cell, csvText } from '../../src/base/writeCsv.ts';
import { participantRules, trialRules } from '../../src/records/exclusionRules.ts';
import { trialsCsv } from '../../src/records/writeTrials.ts';
import type { StudyRecords } from './readRecords.ts';

/**
 * The CSV export: `trials.csv` with the shared columns, and beside it participants, exclusions and details of answers.
 *
 * @param records - The study's records.
 * @returns Texts by file name.
 */
export function csvFiles({ trials, participants }: StudyRecords): Map<string, string> {
  const steps = ['demographics', 'browser', 'comments'] as const;
  const fields = steps.flatMap((step) =>
    [...new Set(participants.flatMap(({ answers }) => Object.keys(answers[step] ?? {})))].map((field) => ({
      step,
      field,
    })),
  );
  const surveys = ['survey-before', 'survey-after'];
  const personColumns = [
    'participant',
    'state',
    'end_reason',
    'platform',
    'consent_version',
    'started_at',
    'ended_at',
  ];
  return new Map([
    ['trials.csv', trialsCsv(trials)],
    [
      'participants.csv',
      csvText(
        [
          ...personColumns,
          'lists',
          'headphone_scores',
          'exclusion_rules',
          ...fields.map(({ step, field }) => `${step}_${field}`),
          ...surveys.map((step) => step.replace('-', '_')),
        ],
        participants.map((person) => [
          person.participant,
          person.state,
          person.endReason,
          person.platform,
          person.consentVersion,
          person.startedAt,
          person.endedAt,
          keyed(person.lists),
          keyed(person.headphoneScores),
          person.exclusionRules.join(';'),
          ...fields.map(({ step, field }) => plainCell(person.answers[step]?.[field])),
          ...surveys.map((step) => plainCell(person.answers[step]?.['data'])),
        ]),
      ),
    ],
    ['exclusions.csv', exclusionsCsv({ trials, participants })],
  ]);
}

/** One row a rule: for a participant as a whole, or for a trial. */
function exclusionsCsv({ trials, participants }: StudyRecords): string {
  const people = participants.flatMap(({ participant, exclusionRules }) =>
    exclusionRules.map((rule): Cell[] => [participant, null, rule, participantRules[rule] ?? '']),
  );
  const single = trials.flatMap(({ participant, trialIndex, exclusionRules }) =>
    exclusionRules
      .filter((rule) => rule in trialRules)
      .map((rule): Cell[] => [participant, trialIndex, rule, trialRules[rule]!]),
  );
  return csvText(['participant', 'trial_index', 'rule', 'meaning'], [...people, ...single]);
}

function keyed(record: Record<string, number>): string {
  return Object.entries(record)
    .map(([key, value]) => `${key}:${value}`)
    .join(';');
}

function plainCell(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : JSON.stringify(value);
}
