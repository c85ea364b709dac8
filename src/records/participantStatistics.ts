import { recordedIds } from '../analysis/exclusions/recordedRules.ts';
import { median } from '../statistics/estimates/descriptive.ts';
import type { TrialTable } from './trialTable.ts';

/** What the exclusion rules look at, for each human participant. */
export interface ParticipantStatistics {
  /** Code of the participant in the table. */
  code: number;
  participant: string;
  mainTrials: number;
  /** The last twelve practice trials: those without feedback in the published procedure. */
  practice: { trials: number; correct: number };
  catch: { trials: number; correct: number };
  invalidPlays: number;
  /** Median response time of main trials, ms; NaN without any. */
  medianRtMs: number;
  /** Largest share that one answer has among a task's answers, and that task's number of targets. */
  mostRepeated: { answer: string; share: number; targets: number };
  /** Rule ids that the study recorded on any trial of the participant. */
  recordedRules: readonly string[];
  /** Those that stand on every trial: they are about the participant, not about single trials. */
  rulesOnEveryTrial: readonly string[];
}

interface Tally {
  statistics: ParticipantStatistics;
  rtMs: number[];
  /** Answers of main trials: task code → answer code → count. */
  answers: Map<number, Map<number, number>>;
  /** Rule ids by the number of trials that carry them. */
  rules: Map<string, number>;
  trials: number;
  practice: { trialIndex: number; correct: number }[];
}

const lastPracticeTrials = 12;

/**
 * Tallies every human participant in one pass.
 *
 * @param table - The trials.
 * @returns Participants in order of first appearance.
 */
export function participantStatistics(table: TrialTable): ParticipantStatistics[] {
  const human = table.observer.names.indexOf('human');
  const tallies = new Map<number, Tally>();
  for (let row = 0; row < table.count; row++) {
    if (table.observer.codes[row] !== human) continue;
    const code = table.participant.codes[row]!;
    const tally = tallies.get(code) ?? newTally(code, table.participant.names[code]!);
    tallies.set(code, tally);
    tallyRowInto(tally, table, row);
  }
  const targets = targetsByTask(table);
  return [...tallies.values()].map(({ statistics, rtMs, answers, rules, trials, practice }) => ({
    ...statistics,
    practice: lastOf(practice),
    medianRtMs: median(rtMs),
    mostRepeated: mostRepeated(answers, targets, table.response.names),
    recordedRules: [...rules.keys()],
    rulesOnEveryTrial: [...rules].filter(([, count]) => count === trials).map(([rule]) => rule),
  }));
}

function newTally(code: number, participant: string): Tally {
  return {
    statistics: {
      code,
      participant,
      mainTrials: 0,
      practice: { trials: 0, correct: 0 },
      catch: { trials: 0, correct: 0 },
      invalidPlays: 0,
      medianRtMs: Number.NaN,
      mostRepeated: { answer: '', share: 0, targets: 0 },
      recordedRules: [],
      rulesOnEveryTrial: [],
    },
    rtMs: [],
    answers: new Map(),
    rules: new Map(),
    trials: 0,
    practice: [],
  };
}

function tallyRowInto(tally: Tally, table: TrialTable, row: number): void {
  const { statistics, rtMs, answers, rules } = tally;
  tally.trials += 1;
  const recorded = table.exclusionRules.names[table.exclusionRules.codes[row]!]!;
  if (recorded !== '') for (const id of recordedIds(recorded)) rules.set(id, (rules.get(id) ?? 0) + 1);
  const block = table.block.names[table.block.codes[row]!]!;
  if (block === 'practice') {
    tally.practice.push({ trialIndex: table.trialIndex[row]!, correct: table.correct[row]! });
    return;
  }
  if (block === 'catch') {
    statistics.catch.trials += 1;
    statistics.catch.correct += table.correct[row]!;
    return;
  }
  statistics.mainTrials += 1;
  statistics.invalidPlays += 1 - table.playValid[row]!;
  if (!Number.isNaN(table.rtMs[row]!)) rtMs.push(table.rtMs[row]!);
  const ofTask = answers.get(table.task.codes[row]!) ?? new Map<number, number>();
  answers.set(table.task.codes[row]!, ofTask);
  const answer = table.response.codes[row]!;
  ofTask.set(answer, (ofTask.get(answer) ?? 0) + 1);
}

function lastOf(practice: Tally['practice']): { trials: number; correct: number } {
  const last = [...practice].sort((a, b) => a.trialIndex - b.trialIndex).slice(-lastPracticeTrials);
  return { trials: last.length, correct: last.reduce((sum, { correct }) => sum + correct, 0) };
}

function targetsByTask(table: TrialTable): Map<number, number> {
  const targets = new Map<number, Set<number>>();
  for (let row = 0; row < table.count; row++) {
    const task = table.task.codes[row]!;
    const seen = targets.get(task) ?? new Set<number>();
    targets.set(task, seen);
    seen.add(table.target.codes[row]!);
  }
  return new Map([...targets].map(([task, seen]) => [task, seen.size]));
}

function mostRepeated(
  answers: Map<number, Map<number, number>>,
  targets: Map<number, number>,
  names: readonly string[],
): ParticipantStatistics['mostRepeated'] {
  let worst = { answer: '', share: 0, targets: 1 };
  for (const [task, counts] of answers) {
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    for (const [answer, count] of counts)
      if (total >= 20 && names[answer] !== '' && count / total > worst.share)
        worst = { answer: names[answer]!, share: count / total, targets: targets.get(task)! };
  }
  return worst;
}

/**
 * Number of different targets of a task, from which its chance level follows when none is stated.
 *
 * @param table - The trials.
 * @returns Targets by task name.
 */
export function targetCounts(table: TrialTable): Map<string, number> {
  return new Map([...targetsByTask(table)].map(([task, count]) => [table.task.names[task]!, count]));
}
