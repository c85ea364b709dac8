import {
  type AnalysisRules,
  type EffectiveRules,
  effectiveRules,
  type LimitedRule,
  ruleOfRecordedId,
} from '../../records/analysisRules.ts';
import {
  answersTooFast,
  hasTooManyInvalidPlays,
  isBelowPassMark,
  isRoundedDown,
  passMark,
  recordedIds,
  repeatsOneAnswer,
} from '../../records/exclusionRules.ts';
import type { ParticipantStatistics } from '../../records/participantStatistics.ts';
import type { TrialTable } from '../../records/trialTable.ts';
import { humanMainRows } from '../trials/stimuli.ts';

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
  rule: keyof AnalysisRules | 'noMainTrials';
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
  rules: AnalysisRules,
): Exclusion {
  const rows = humanMainRows(table);
  const exclusion: Exclusion = {
    rows,
    startParticipants: statistics.length,
    startTrials: count(rows),
    steps: [],
  };
  let remaining = [...statistics];
  for (const { rule, description, reason } of participantRules(rules, table, statistics)) {
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
  for (const { rule, description, removes } of trialRules(table, effectiveRules(rules)))
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

function participantRules(
  rules: AnalysisRules,
  table: TrialTable,
  statistics: readonly ParticipantStatistics[],
): ParticipantRule[] {
  const limits = limitsByStudy(rules, table);
  const list: ParticipantRule[] = [];
  if (rules.headphones)
    list.push({
      rule: 'headphones',
      description: 'failed the headphone check',
      reason: ({ recordedRules }) => recordedFor('headphones', recordedRules),
    });
  const { practice } = rules;
  if (practice)
    list.push({
      rule: 'practice',
      description: `fewer than ${percent(practice.leastCorrect)} of the last practice trials correct${wholeTrials(
        practice.leastCorrect,
        statistics.map((entry) => entry.practice.trials),
      )}`,
      reason: (entry) =>
        recordedFor('practice', entry.recordedRules) ?? below(entry.practice, practice.leastCorrect),
    });
  list.push(
    ...limits.rule('catch', {
      description: ({ leastCorrect }, study) =>
        `fewer than ${percent(leastCorrect)} of catch trials correct${wholeTrials(
          leastCorrect,
          statistics.filter((entry) => entry.study === study).map((entry) => entry.catch.trials),
        )}`,
      reason: (entry, { leastCorrect }) =>
        entry.catch.trials > 0 ? below(entry.catch, leastCorrect) : recordedFor('catch', entry.recordedRules),
    }),
    ...limits.rule('plays', {
      description: ({ mostInvalid }) => `more than ${percent(mostInvalid)} of plays invalid`,
      reason: (entry, { mostInvalid }) =>
        hasTooManyInvalidPlays(entry, mostInvalid)
          ? `${entry.plays.invalid} of ${entry.plays.heard} invalid`
          : null,
    }),
    ...limits.rule('responseTime', {
      description: ({ leastMedianMs }) =>
        leastMedianMs > 0 ? `median response time under ${leastMedianMs} ms` : '',
      reason: (entry, { leastMedianMs }) =>
        answersTooFast(entry, leastMedianMs) ? `median ${entry.medianRtMs} ms` : null,
    }),
    ...limits.rule('repeatedAnswers', {
      description: ({ mostSame }) =>
        `one answer in more than ${percent(mostSame)} of trials (and three times chance)`,
      reason: (entry, { mostSame }) =>
        repeatsOneAnswer(entry, mostSame)
          ? `'${entry.mostRepeated.answer}' in ${percent(entry.mostRepeated.share)}`
          : null,
    }),
  );
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

/** Rules with limits that each study may set for its own participants. */
function limitsByStudy(rules: AnalysisRules, { studies, study }: TrialTable) {
  const known = new Map(
    study.names.map((name) => [name, effectiveRules(rules, studies.get(name)?.exclusion)]),
  );
  return {
    rule<Rule extends LimitedRule>(
      rule: Rule,
      told: {
        description: (limit: NonNullable<EffectiveRules[Rule]>, study: string) => string;
        reason: (entry: ParticipantStatistics, limit: NonNullable<EffectiveRules[Rule]>) => string | null;
      },
    ): ParticipantRule[] {
      const described = [...known].flatMap(([name, { [rule]: limit }]) => {
        const text = limit === null ? '' : told.description(limit, name);
        const isStudys = rules[rule] === undefined && studies.has(name);
        return text === '' ? [] : [isStudys ? `${text} (limit of the study)` : text];
      });
      if (described.length === 0) return [];
      const description = [...new Set(described)].join(' or ');
      return [
        {
          rule,
          description,
          reason: (entry) => {
            const limit = known.get(entry.study)![rule];
            return limit === null ? null : told.reason(entry, limit);
          },
        },
      ];
    },
  };
}

/** The study's own verdict on a participant under a rule. */
function recordedFor(rule: keyof AnalysisRules, recorded: readonly string[]): string | null {
  const ids = recorded.filter((id) => ruleOfRecordedId(id) === rule);
  return ids.length > 0 ? ids.join(', ') : null;
}

function below(tally: { trials: number; correct: number }, least: number): string | null {
  return isBelowPassMark(tally, least) ? `${tally.correct} of ${tally.trials} correct` : null;
}

/** What a share asks of numbers of trials of which it is no whole number; empty where there are none. */
function wholeTrials(leastShare: number, numbersOfTrials: readonly number[]): string {
  const rounded = [...new Set(numbersOfTrials)].filter((trials) => isRoundedDown(leastShare, trials));
  if (rounded.length === 0) return '';
  const shown = rounded
    .sort((a, b) => b - a)
    .slice(0, 2)
    .map((trials) => `${passMark(leastShare, trials)} of ${trials}`);
  return `, rounded down to ${shown.join(', ')}${rounded.length > shown.length ? ', …' : ''}`;
}

function trialRules(table: TrialTable, rules: EffectiveRules) {
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
