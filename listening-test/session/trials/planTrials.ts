import { createRandom, type Random } from '../../../src/base/random.ts';
import { orderTrials, spreadCatchTrials } from '../../assignment/trialOrder.ts';
import { antiphaseOrders } from '../../sound/headphoneSounds.ts';
import { type GivenAnswers, isFulfilled } from '../../study/branching.ts';
import type { LoadedStudy } from '../../study/loadStudy.ts';
import type { Stimulus } from '../../study/studySchema.ts';
import { noTarget } from '../../tasks/taskType.ts';
import type { headphoneChecks } from '../steps.ts';
import type { TrackPlan } from './tracks.ts';

/** A trial as it is planned, before it has a place and a clip name in a session. */
export interface PlannedTrial {
  phase: string;
  attempt: number;
  block: string;
  task: string;
  stimulus: string;
  target: string;
  feedback: number;
  /** What a staircase needs to know, JSON; its sound and target are chosen when the trial is due. */
  plan: string;
}

/**
 * Trials of one attempt at a headphone check: each of the three answers twice (of six trials), in random order.
 *
 * @param options - Session's seed; attempt, from 1; number of trials.
 * @returns The trials; `stimulus` is the recipe of the sound, `target` the right interval, `1` to `3`.
 */
export function planHeadphoneCheck(
  check: (typeof headphoneChecks)[number],
  options: { seed: number; attempt: number; count: number },
): PlannedTrial[] {
  const random = createRandom(options.seed + 1000 * options.attempt + (check === 'huggins' ? 500 : 0));
  const recipes =
    check === 'antiphase'
      ? antiphaseOrders.map((order) => ({ stimulus: order as string, target: order.indexOf('S') + 1 }))
      : [0, 1, 2, 0, 1, 2].map((position, set) => ({ stimulus: `${position}-${set}`, target: position + 1 }));
  return random
    .shuffled(recipes)
    .slice(0, options.count)
    .map(({ stimulus, target }) => ({
      phase: check,
      attempt: options.attempt,
      block: 'headphones',
      task: check,
      stimulus,
      target: String(target),
      feedback: 0,
      plan: '',
    }));
}

/**
 * Practice trials, task by task; the first of each task give feedback.
 *
 * @param loaded - The study.
 * @param seed - Session's seed; it orders the tasks as in the main part.
 * @param given - Answers so far, on which tasks may depend.
 */
export function planPractice(loaded: LoadedStudy, seed: number, given: GivenAnswers): PlannedTrial[] {
  const random = createRandom(seed + 1);
  // Of a rating nothing can be said.
  const isTold = ({ target }: Stimulus, place: number) =>
    target !== noTarget && place < loaded.study.practice.withFeedback;
  return taskOrder(loaded, seed, given).flatMap((task) =>
    random
      .shuffled(stimuliOf(loaded, task, 'practice'))
      .map((stimulus, place) => planned(stimulus, 'practice', isTold(stimulus, place) ? 1 : 0)),
  );
}

/**
 * Main and catch trials, task by task: seeded order, no condition more often in a row than the study allows, tracks of
 * staircases mixed, catch trials spread evenly.
 *
 * @param loaded - The study.
 * @param options - Session's seed, the list it holds in each task, and answers on which tasks may depend.
 */
export function planMain(
  loaded: LoadedStudy,
  options: { seed: number; lists: ReadonlyMap<string, number>; given: GivenAnswers },
): PlannedTrial[] {
  const random = createRandom(options.seed + 2);
  return taskOrder(loaded, options.seed, options.given).flatMap((task) => {
    const ids = loaded.lists.get(task)![options.lists.get(task)!]!;
    const main = orderTrials(
      ids.map((id) => loaded.stimuli.get(id)!),
      { random, maxRun: loaded.study.assignment.maxSameConditionRun },
    ).map((stimulus) => planned(stimulus, 'main', 0));
    const catches = random
      .shuffled(stimuliOf(loaded, task, 'catch'))
      .map((stimulus) => planned(stimulus, 'main', 0));
    return spreadCatchTrials([...main, ...planTracks(loaded, task, random)], catches, random);
  });
}

/** Trials of a task's staircases, as many as each may need: in each round one of every track, in random order. */
function planTracks(loaded: LoadedStudy, task: string, random: Random): PlannedTrial[] {
  const { staircase } = loaded.study.tasks[task]!;
  const paths = [...(loaded.paths.get(task)?.keys() ?? [])];
  if (!staircase) return [];
  const tracks = paths.flatMap((path) =>
    Array.from({ length: staircase.tracks }, (_, i): TrackPlan => ({ path, track: i + 1 })),
  );
  return Array.from({ length: staircase.maxTrials }, () => random.shuffled(tracks))
    .flat()
    .map((track) => ({
      phase: 'main',
      attempt: 1,
      block: 'main',
      task,
      stimulus: '',
      target: '',
      feedback: 0,
      plan: JSON.stringify(track),
    }));
}

function taskOrder({ study }: LoadedStudy, seed: number, given: GivenAnswers): string[] {
  const random: Random = createRandom(seed);
  return random
    .shuffled(Object.keys(study.tasks))
    .filter((task) => isFulfilled(study.tasks[task]!.when, given));
}

function stimuliOf(loaded: LoadedStudy, task: string, role: Stimulus['role']): Stimulus[] {
  return [...loaded.stimuli.values()].filter((stimulus) => stimulus.task === task && stimulus.role === role);
}

function planned(stimulus: Stimulus, phase: 'practice' | 'main', feedback: 0 | 1): PlannedTrial {
  const { id, task, role, target } = stimulus;
  return { phase, attempt: 1, block: role, task, stimulus: id, target, feedback, plan: '' };
}
