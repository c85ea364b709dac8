import { participantRules, trialRules } from '../../src/records/exclusionRules.ts';
import type { StudyDetails } from './readDetails.ts';
import type { StudyRecords } from './readRecords.ts';
import { type Column, ownerColumns } from './table.ts';

/** One rule that excludes a participant as a whole, or a trial. */
export interface ExclusionRow {
  participant: string;
  session: string;
  /** Null for a participant as a whole. */
  trialIndex: number | null;
  rule: string;
  meaning: string;
  /** Of an experimenter's own decision. */
  reason: string;
  decidedAt: string;
}

/** Columns of `exclusions.csv`. */
export const exclusionColumns: readonly Column<ExclusionRow>[] = [
  ...ownerColumns,
  {
    name: 'trial_index',
    meaning: 'Position of the trial, as in trials.csv; empty where all of the session is excluded',
    type: 'number',
    cell: (row) => row.trialIndex,
  },
  { name: 'rule', meaning: 'Id of the rule', cell: (row) => row.rule },
  { name: 'meaning', meaning: 'What the rule says', cell: (row) => row.meaning },
  { name: 'reason', meaning: 'Reason of an exclusion by the experimenter', cell: (row) => row.reason },
  {
    name: 'decided_at',
    meaning: 'When the experimenter decided, server clock',
    cell: (row) => row.decidedAt,
  },
];

/**
 * Who and what is excluded, by which rule, and why.
 *
 * @param records - The study's records.
 * @param byHand - Decisions of experimenters.
 * @returns One row a rule: participants first, then trials.
 */
export function exclusionRows(
  { trials, participants }: StudyRecords,
  byHand: StudyDetails['byHand'],
): ExclusionRow[] {
  const decisions = new Map(byHand.map((decision) => [`${decision.session} ${decision.rule}`, decision]));
  const whole = participants.flatMap(({ participant, session, exclusionRules }) =>
    exclusionRules.map((rule) => {
      const decision = decisions.get(`${session} ${rule}`);
      const meaning = participantRules[rule as keyof typeof participantRules] ?? '';
      const { reason = '', decidedAt = '' } = decision ?? {};
      return { participant, session, trialIndex: null, rule, meaning, reason, decidedAt };
    }),
  );
  const single = trials.flatMap(({ participant, session, trialIndex, exclusionRules }) =>
    exclusionRules
      .filter((rule) => rule in trialRules)
      .map((rule) => {
        const meaning = trialRules[rule as keyof typeof trialRules];
        return { participant, session, trialIndex, rule, meaning, reason: '', decidedAt: '' };
      }),
  );
  return [...whole, ...single] as ExclusionRow[];
}
