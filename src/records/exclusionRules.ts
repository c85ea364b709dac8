import type { Study } from '../../listening-test/study/definition.ts';
import { median } from '../statistics/estimates/descriptive.ts';

/** A participant's part of what the exclusion rules look at. */
export interface Conduct {
  state: string;
  /** Step in which the session ended early. */
  endReason: string;
  hearingLoss: string;
  /** Rules an experimenter set by hand. */
  byHand: readonly string[];
  trials: readonly {
    block: string;
    task: string;
    response: string;
    correct: boolean;
    rtMs: number | null;
    playValid: boolean;
  }[];
}

/** Rules that exclude a participant as a whole, and what each means. */
export const participantRules: Readonly<Record<string, string>> = {
  incomplete: 'the session was not completed',
  'headphones-failed': 'screened out by a headphone check',
  'practice-failed': 'screened out by the practice',
  'catch-failed': 'too few catch trials were answered rightly',
  'invalid-plays': 'too many sounds were not heard whole',
  'same-response': 'one label was given too often (tasks with more than ten labels)',
  'fast-responses': 'the median answer came too soon after the sound',
  'hearing-loss': 'a hearing loss was reported',
  experimenter: 'excluded by the experimenter',
};

/** Rules that exclude single trials, and what each means. */
export const trialRules: Readonly<Record<string, string>> = {
  'invalid-play': 'the sound was not heard whole and undisturbed',
  replaced: 'the natural sound stood in for a metamer that failed or was missing',
};

const manyLabels = 10;
const fewTrials = 10;

/**
 * Ids of the rules that exclude a participant. Nothing is deleted; the records carry the ids.
 *
 * @param study - The study with its limits.
 * @param conduct - What the participant did.
 * @returns Rule ids of {@link participantRules}.
 */
export function participantExclusions(study: Pick<Study, 'exclusion' | 'tasks'>, conduct: Conduct): string[] {
  const limits = study.exclusion;
  const main = conduct.trials.filter(({ block }) => block === 'main');
  const catches = conduct.trials.filter(({ block }) => block === 'catch');
  const heard = [...main, ...catches];
  const isScreenedOut = conduct.state === 'screened-out';
  const isHeadphones = conduct.endReason === 'antiphase' || conduct.endReason === 'huggins';
  const broken: [string, boolean][] = [
    ['incomplete', conduct.state !== 'complete'],
    ['headphones-failed', isScreenedOut && isHeadphones],
    ['practice-failed', isScreenedOut && conduct.endReason === 'practice'],
    ['catch-failed', catches.length > 0 && share(catches, (trial) => trial.correct) < limits.catchPassShare],
    [
      'invalid-plays',
      heard.length > 0 && share(heard, (trial) => !trial.playValid) > limits.maxInvalidPlayShare,
    ],
    ['same-response', sameResponseShare(study, main) > limits.maxSameResponseShare],
    ['fast-responses', medianMs(main) < limits.minMedianMs],
    ['hearing-loss', limits.hearingLoss && conduct.hearingLoss === 'yes'],
    ['experimenter', conduct.byHand.length > 0],
  ];
  return broken.filter(([, isBroken]) => isBroken).map(([rule]) => rule);
}

function share<Item>(items: readonly Item[], isCounted: (item: Item) => boolean): number {
  return items.filter(isCounted).length / items.length;
}

function sameResponseShare(study: Pick<Study, 'tasks'>, main: Conduct['trials']): number {
  const counted = main.filter(({ task }) => (study.tasks[task]?.labels.length ?? 0) > manyLabels);
  if (counted.length < fewTrials) return 0;
  const counts = new Map<string, number>();
  for (const { response } of counted) counts.set(response, (counts.get(response) ?? 0) + 1);
  return Math.max(...counts.values()) / counted.length;
}

function medianMs(main: Conduct['trials']): number {
  const times = main.flatMap(({ rtMs }) => (rtMs === null ? [] : [rtMs]));
  return times.length === 0 ? Number.POSITIVE_INFINITY : median(times);
}
