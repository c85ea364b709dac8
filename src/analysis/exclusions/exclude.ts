import type { ParticipantStatistics } from '../../records/participantStatistics.ts';
import type { TrialTable } from '../../records/trialTable.ts';
import type { ExclusionRules } from '../config.ts';
import { humanMainRows } from '../trials/stimuli.ts';
import { recordedIds, ruleOfRecordedId } from './recordedRules.ts';

/** One step of the flow from all participants to those analyzed. */
export interface ExclusionStep {
  rule: string;
  description: string;
  removedParticipants: readonly { participant: string; reason: string }[];
  removedTrials: number;
  remainingParticipants: number;
  remainingTrials: number;
}

/** Rows that are analyzed and how they were arrived at. */
export interface Exclusion {
  /** Human main trials to use (1) or not (0). */
  rows: Uint8Array;
  startParticipants: number;
  startTrials: number;
  steps: ExclusionStep[];
}

interface ParticipantRule {
  /** A field of the configuration, or `noMainTrials`, which is always on. */
  rule: keyof ExclusionRules | 'noMainTrials';
  description: string;
  /** Why a participant is left out, or null. */
  reason: (statistics: ParticipantStatistics) => string | null;
}

const percent = (share: number) => `${Math.round(1000 * share) / 10} %`;

/**
 * Applies the rules one after the other: participants first, then single trials. Nothing is deleted from the table.
 *
 * @param table - The trials.
 * @param statistics - Each participant's tallies.
 * @param rules - The rules; null or false skips one.
 * @returns The rows kept and every step.
 */
export function applyExclusions(
  table: TrialTable,
  statistics: readonly ParticipantStatistics[],
  rules: ExclusionRules,
): Exclusion {
  const rows = humanMainRows(table);
  const exclusion: Exclusion = {
    rows,
    startParticipants: statistics.length,
    startTrials: count(rows),
    steps: [],
  };
  let remaining = [...statistics];
  for (const { rule, description, reason } of participantRules(rules)) {
    const removed = remaining.flatMap((entry) => {
      const why = reason(entry);
      return why === null ? [] : [{ code: entry.code, participant: entry.participant, reason: why }];
    });
    const codes = new Set(removed.map(({ code }) => code));
    remaining = remaining.filter(({ code }) => !codes.has(code));
    const removedTrials = removeRowsInto(rows, (row) => codes.has(table.participant.codes[row]!));
    exclusion.steps.push({
      rule,
      description,
      removedParticipants: removed.map(({ participant, reason: why }) => ({ participant, reason: why })),
      removedTrials,
      remainingParticipants: remaining.length,
      remainingTrials: count(rows),
    });
  }
  for (const { rule, description, removes } of trialRules(table, rules))
    exclusion.steps.push({
      rule,
      description,
      removedParticipants: [],
      removedTrials: removeRowsInto(rows, removes),
      remainingParticipants: remaining.length,
      remainingTrials: count(rows),
    });
  return exclusion;
}

function participantRules(rules: ExclusionRules): ParticipantRule[] {
  const list: ParticipantRule[] = [];
  if (rules.headphones)
    list.push({
      rule: 'headphones',
      description: 'failed the headphone check',
      reason: ({ recordedRules }) => recordedFor('headphones', recordedRules),
    });
  const { practice, catch: catchRule, plays, responseTime, repeatedAnswers } = rules;
  if (practice)
    list.push({
      rule: 'practice',
      description: `fewer than ${percent(practice.leastCorrect)} of the last practice trials correct`,
      reason: (entry) =>
        recordedFor('practice', entry.recordedRules) ??
        below(entry.practice.correct, entry.practice.trials, practice.leastCorrect),
    });
  if (catchRule)
    list.push({
      rule: 'catch',
      description: `fewer than ${percent(catchRule.leastCorrect)} of catch trials correct`,
      reason: ({ catch: { trials, correct }, recordedRules }) =>
        trials > 0 ? below(correct, trials, catchRule.leastCorrect) : recordedFor('catch', recordedRules),
    });
  if (plays)
    list.push({
      rule: 'plays',
      description: `more than ${percent(plays.mostInvalid)} of plays invalid`,
      reason: ({ invalidPlays, mainTrials }) =>
        invalidPlays > plays.mostInvalid * mainTrials ? `${invalidPlays} of ${mainTrials} invalid` : null,
    });
  if (responseTime && responseTime.leastMedianMs > 0)
    list.push({
      rule: 'responseTime',
      description: `median response time under ${responseTime.leastMedianMs} ms`,
      reason: ({ medianRtMs }) =>
        medianRtMs < responseTime.leastMedianMs ? `median ${medianRtMs} ms` : null,
    });
  if (repeatedAnswers)
    list.push({
      rule: 'repeatedAnswers',
      description: `one answer in more than ${percent(repeatedAnswers.mostSame)} of trials (and three times chance)`,
      reason: ({ mostRepeated: { answer, share, targets } }) =>
        share > Math.max(repeatedAnswers.mostSame, 3 / targets) ? `'${answer}' in ${percent(share)}` : null,
    });
  if (rules.recorded)
    list.push({
      rule: 'recorded',
      description: 'participants whom the study marked as excluded',
      reason: ({ rulesOnEveryTrial }) => recordedFor('recorded', rulesOnEveryTrial),
    });
  list.push({
    rule: 'noMainTrials',
    description: 'no trials of the main block',
    reason: ({ mainTrials }) => (mainTrials === 0 ? 'no main trials' : null),
  });
  return list;
}

/** The study's own verdict on a participant under a rule. */
function recordedFor(rule: keyof ExclusionRules, recorded: readonly string[]): string | null {
  const ids = recorded.filter((id) => ruleOfRecordedId(id) === rule);
  return ids.length > 0 ? ids.join(', ') : null;
}

/** Rounding must not make 15 of 16 miss 0.9375. */
function below(correct: number, trials: number, least: number): string | null {
  return trials > 0 && correct < least * trials - 1e-9 ? `${correct} of ${trials} correct` : null;
}

function trialRules(table: TrialTable, rules: ExclusionRules) {
  const list: { rule: string; description: string; removes: (row: number) => boolean }[] = [];
  if (rules.recorded) {
    const isOwn = table.exclusionRules.names.map((text) => {
      const ids = recordedIds(text);
      return ids.length === 0 || ids.some((id) => ruleOfRecordedId(id) === 'recorded');
    });
    list.push({
      rule: 'recorded',
      description: 'single trials that the study marked as excluded',
      removes: (row) => table.excluded[row] === 1 && isOwn[table.exclusionRules.codes[row]!]!,
    });
  }
  if (rules.plays)
    list.push({
      rule: 'plays',
      description: 'single trials with an invalid play',
      removes: (row) => table.playValid[row] === 0,
    });
  const time = rules.responseTime;
  if (time && (time.leastMs > 0 || time.mostMs !== null))
    list.push({
      rule: 'responseTime',
      description: `single trials answered ${time.leastMs > 0 ? `before ${time.leastMs} ms` : ''}${time.leastMs > 0 && time.mostMs ? ' or ' : ''}${time.mostMs ? `after ${time.mostMs} ms` : ''}`,
      removes: (row) =>
        table.rtMs[row]! < time.leastMs || table.rtMs[row]! > (time.mostMs ?? Number.POSITIVE_INFINITY),
    });
  return list;
}

function removeRowsInto(rows: Uint8Array, removes: (row: number) => boolean): number {
  let removed = 0;
  for (let row = 0; row < rows.length; row++)
    if (rows[row] && removes(row)) {
      rows[row] = 0;
      removed += 1;
    }
  return removed;
}

function count(rows: Uint8Array): number {
  return rows.reduce((sum, used) => sum + used, 0);
}
