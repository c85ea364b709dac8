import { median } from '../statistics/estimates/descriptive.ts';
import type { TrialRecord } from './trialRecord.ts';

/** What the exclusion rules look at of a participant's trials. */
export interface ConductTally {
  mainTrials: number;
  /** The last twelve practice trials: those without feedback in the published procedure. */
  practice: { trials: number; correct: number };
  catch: { trials: number; correct: number };
  /** Plays of main trials, and those of them that were not heard whole. */
  plays: { heard: number; invalid: number };
  /** Median response time of main trials, ms; NaN without any. */
  medianRtMs: number;
  /** Largest share that one answer has among a task's main answers, and the number of answers one can choose from. */
  mostRepeated: { answer: string; share: number; choices: number };
}

/** What a tally takes of a trial. */
export type ConductTrial = Pick<
  TrialRecord,
  'block' | 'task' | 'trialIndex' | 'response' | 'correct' | 'rtMs' | 'playValid'
>;

const lastPracticeTrials = 12;
/** Answers of a task below which no answer counts as given too often. */
const fewAnswers = 20;

/**
 * Tallies the trials of one participant, in any order.
 *
 * @returns `push` takes a trial; `finish` gives the tally, told how many answers each task offers.
 */
export function conductTally(): {
  push(trial: ConductTrial): void;
  finish(choicesOf: (task: string) => number): ConductTally;
} {
  const practice: { trialIndex: number; correct: boolean }[] = [];
  const caught = { trials: 0, correct: 0 };
  let mainTrials = 0;
  let invalid = 0;
  const rtMs: number[] = [];
  const answers = new Map<string, Map<string, number>>();
  return {
    push({ block, task, trialIndex, response, correct, rtMs: time, playValid }) {
      if (block === 'practice') {
        if (correct !== null) practice.push({ trialIndex, correct });
        return;
      }
      if (block === 'catch') {
        // Where nothing is right or wrong, nobody can be caught.
        if (correct === null) return;
        caught.trials += 1;
        caught.correct += correct ? 1 : 0;
        return;
      }
      mainTrials += 1;
      invalid += playValid ? 0 : 1;
      if (time !== null) rtMs.push(time);
      const ofTask = answers.get(task) ?? new Map<string, number>();
      answers.set(task, ofTask);
      // Of several choices the first is the best.
      const answer = response.split(';', 1)[0]!;
      ofTask.set(answer, (ofTask.get(answer) ?? 0) + 1);
    },
    finish: (choicesOf) => ({
      mainTrials,
      practice: lastOf(practice),
      catch: caught,
      plays: { heard: mainTrials, invalid },
      medianRtMs: median(rtMs),
      mostRepeated: mostRepeated(answers, choicesOf),
    }),
  };
}

function lastOf(practice: readonly { trialIndex: number; correct: boolean }[]): ConductTally['practice'] {
  const last = [...practice].sort((a, b) => a.trialIndex - b.trialIndex).slice(-lastPracticeTrials);
  return { trials: last.length, correct: last.filter(({ correct }) => correct).length };
}

/** An empty answer, no idea, is no label. */
function mostRepeated(
  answers: ReadonlyMap<string, ReadonlyMap<string, number>>,
  choicesOf: (task: string) => number,
): ConductTally['mostRepeated'] {
  let worst = { answer: '', share: 0, choices: 1 };
  for (const [task, counts] of answers) {
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    if (total < fewAnswers) continue;
    for (const [answer, count] of counts)
      if (answer !== '' && count / total > worst.share)
        worst = { answer, share: count / total, choices: choicesOf(task) };
  }
  return worst;
}
