import { type ConductTally, conductTally } from './conductTally.ts';
import { recordedIds } from './exclusionRules.ts';
import { nameAt, type TrialTable } from './trialTable.ts';

/** What the exclusion rules look at, for each human participant. */
export interface ParticipantStatistics extends ConductTally {
  /** Code of the participant in the table. */
  code: number;
  participant: string;
  /** Study of the participant's first trial. */
  study: string;
  /** Rule ids that the study recorded on any trial of the participant. */
  recordedRules: readonly string[];
  /** Those that stand on every trial: they are about the participant, not about single trials. */
  rulesOnEveryTrial: readonly string[];
}

interface Participant {
  code: number;
  study: string;
  tally: ReturnType<typeof conductTally>;
  /** Rule ids by the number of trials that carry them. */
  rules: Map<string, number>;
  trials: number;
}

/**
 * Tallies every human participant in one pass.
 *
 * @param table - The trials.
 * @returns Participants in order of first appearance.
 */
export function participantStatistics(table: TrialTable): ParticipantStatistics[] {
  const human = table.observer.names.indexOf('human');
  const participants = new Map<number, Participant>();
  for (let row = 0; row < table.count; row++) {
    if (table.observer.codes[row] !== human) continue;
    const code = table.participant.codes[row]!;
    const participant = participants.get(code) ?? newParticipant(code, nameAt(table.study, row));
    participants.set(code, participant);
    pushRowInto(participant, table, row);
  }
  const targets = targetCounts(table);
  return [...participants.values()].map(({ code, study, tally, rules, trials }) => ({
    code,
    participant: table.participant.names[code]!,
    study,
    ...tally.finish((task) => table.studies.get(study)?.choices[task] ?? targets.get(task)!),
    recordedRules: [...rules.keys()],
    rulesOnEveryTrial: [...rules].filter(([, count]) => count === trials).map(([rule]) => rule),
  }));
}

function newParticipant(code: number, study: string): Participant {
  return { code, study, tally: conductTally(), rules: new Map(), trials: 0 };
}

function pushRowInto(participant: Participant, table: TrialTable, row: number): void {
  const { tally, rules } = participant;
  participant.trials += 1;
  const recorded = nameAt(table.exclusionRules, row);
  if (recorded !== '') for (const id of recordedIds(recorded)) rules.set(id, (rules.get(id) ?? 0) + 1);
  tally.push({
    block: nameAt(table.block, row) as 'practice' | 'main' | 'catch',
    task: nameAt(table.task, row),
    trialIndex: table.trialIndex[row]!,
    response: nameAt(table.response, row),
    correct: table.correct[row] === 1,
    rtMs: Number.isNaN(table.rtMs[row]!) ? null : table.rtMs[row]!,
    playValid: table.playValid[row] === 1,
  });
}

/**
 * Number of different targets of a task, from which its chance level follows when none is stated.
 *
 * @param table - The trials.
 * @returns Targets by task name.
 */
function targetCounts(table: TrialTable): Map<string, number> {
  const targets = new Map<number, Set<number>>();
  for (let row = 0; row < table.count; row++) {
    const task = table.task.codes[row]!;
    const seen = targets.get(task) ?? new Set<number>();
    targets.set(task, seen);
    seen.add(table.target.codes[row]!);
  }
  return new Map([...targets].map(([task, seen]) => [table.task.names[task]!, seen.size]));
}
