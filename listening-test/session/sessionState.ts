import type { Expression, ExpressionBuilder } from 'kysely';
import type { Queries } from '../store/openStore.ts';
import type { Tables } from '../store/tables.ts';
import type { GivenAnswers } from '../study/branching.ts';
import type { StudyTask } from '../study/studySchema.ts';
import { taskTypeOf } from '../tasks/taskTypes.ts';
import { type Ending, endingOf } from './ending.ts';
import { givenAnswers } from './given.ts';
import { dueInterlude } from './interludes.ts';
import type { Session, Site, Trial } from './site.ts';
import { trialSteps } from './steps.ts';
import { clipFacts } from './trials/clipSource.ts';
import { isHeard } from './trials/judgePlay.ts';

/** A clip the page may fetch: its name in this session, and what a whole play of it must show. */
export interface ClipOffer {
  token: string;
  sha256: string;
  seconds: number;
  /** Where its sounds stand in it, seconds, if they are played at will; the first is the reference. */
  parts?: { atSeconds: number; seconds: number }[];
}

/** The open trial as the page knows it: nothing that tells the answer or the condition. */
export interface OpenTrial {
  position: number;
  phase: string;
  task: string;
  clip: ClipOffer;
  /** Plays so far; more than one only if one went wrong. */
  plays: number;
  /** Whether the clip was heard, so that only the answer is missing. */
  heard: boolean;
  /** Whether this is the first trial of its task in this phase. */
  opensTask: boolean;
  /** Whether a break is due before it. */
  breakBefore: boolean;
  /** Place in its phase, from 1, and the phase's length. */
  number: number;
  of: number;
  attempt: number;
}

/** Everything the page needs to go on. */
export interface SessionState {
  participant: string;
  preview: boolean;
  state: Session['state'];
  step: string;
  trial: OpenTrial | null;
  /** The clips after the open trial's, to be fetched ahead. */
  upcoming: ClipOffer[];
  /** Step of the survey that is due within the main part; null for none. */
  interlude: string | null;
  /** Answers on which surveys depend, by question. */
  given: GivenAnswers;
  ending: Ending | null;
}

/** How many clips after the open one a page may fetch ahead. */
export const clipsAhead = 3;

/**
 * Where a session stands.
 *
 * @param queries - Database or transaction.
 * @returns The state for the participant's page.
 */
export async function sessionState(site: Site, queries: Queries, session: Session): Promise<SessionState> {
  const window =
    session.state === 'active' && trialSteps.has(session.step)
      ? await trialWindow(queries, session)
      : ([] as WindowTrial[]);
  const open = window.find(({ position }) => position === session.next_position);
  // What a staircase plays later depends on answers.
  const ahead = window.filter(
    ({ position, stimulus }) => position > session.next_position && stimulus !== '',
  );
  const breakNumber = open ? breakBefore(site, open) : null;
  return {
    participant: session.id,
    preview: session.preview === 1,
    state: session.state,
    step: session.step,
    trial: open ? openTrial(site, { open, before: window[0]! }) : null,
    upcoming: ahead.map((trial) => offer(site, trial)),
    interlude: await dueInterlude(site, queries, session, breakNumber),
    given: await givenAnswers(site, queries, session),
    ending: session.state === 'active' ? null : endingOf(site, session),
  };
}

/** A trial with its plays; the open one also with first position and number of trials of its attempt at its phase. */
type WindowTrial = Trial & Plays & { first: number | null; count: number | null };

/** What is known of a trial's plays. */
export interface Plays {
  plays: number | null;
  valid_plays: number | null;
  /** When the last one was begun, ms since 1970. */
  begun_at: number | null;
}

function trialWindow(queries: Queries, session: Session): Promise<WindowTrial[]> {
  return queries
    .selectFrom('trials')
    .selectAll('trials')
    .select(playCounts)
    .select(({ selectFrom, eb }) => {
      const peers = selectFrom('trials as peers')
        .whereRef('peers.session', '=', 'trials.session')
        .whereRef('peers.phase', '=', 'trials.phase')
        .whereRef('peers.attempt', '=', 'trials.attempt');
      // Counted once, not for each trial: a phase may have hundreds.
      const ofOpen = (count: Expression<number | null>) =>
        eb.case().when('trials.position', '=', session.next_position).then(count).else(null).end();
      return [
        ofOpen(peers.select(({ fn }) => fn.min<number>('peers.position').as('first')).$asScalar()).as(
          'first',
        ),
        ofOpen(peers.select(({ fn }) => fn.countAll<number>().as('count')).$asScalar()).as('count'),
      ];
    })
    .where('session', '=', session.id)
    .where('position', '>=', session.next_position - 1)
    .where('position', '<=', session.next_position + clipsAhead)
    .orderBy('position')
    .execute();
}

/**
 * Columns that count a trial's plays, for a query of `trials`.
 *
 * @param builder - Kysely's expression builder of that query.
 * @returns `plays`, `valid_plays` and `begun_at`.
 */
export function playCounts({ selectFrom }: ExpressionBuilder<Tables, 'trials'>) {
  const plays = selectFrom('plays')
    .whereRef('plays.session', '=', 'trials.session')
    .whereRef('plays.position', '=', 'trials.position');
  const count = plays.select(({ fn }) => fn.countAll<number>().as('count'));
  return [
    count.as('plays'),
    count.where('plays.valid', '=', 1).as('valid_plays'),
    plays.select(({ fn }) => fn.max<number>('plays.begun_at').as('begun_at')).as('begun_at'),
  ] as const;
}

function openTrial(site: Site, { open, before }: { open: WindowTrial; before: Trial }): OpenTrial {
  const index = open.position - Number(open.first);
  const isFirst = index === 0;
  return {
    position: open.position,
    phase: open.phase,
    task: open.task,
    clip: offer(site, open),
    plays: Number(open.plays),
    heard: isHeard(open, site.loaded.study.maxInvalidPlays),
    opensTask: isFirst || before.task !== open.task,
    breakBefore: breakBefore(site, open) !== null,
    number: index + 1,
    of: Number(open.count),
    attempt: open.attempt,
  };
}

/** Which break is due before a trial, from 1; null for none. Breaks split a phase into equal parts. */
function breakBefore({ loaded }: Site, { phase, position, first, count }: WindowTrial): number | null {
  const { breaks } = loaded.study;
  const [index, all] = [position - Number(first), Number(count)];
  const part = (place: number) => Math.floor((place * (breaks + 1)) / all);
  const isDue = phase === 'main' && index > 0 && all > 2 * breaks && part(index) !== part(index - 1);
  return isDue ? part(index) : null;
}

function offer(site: Site, trial: Trial): ClipOffer {
  const parts = site.loaded.stimuli.get(trial.stimulus)?.parts;
  const places = parts?.map(({ atSeconds, seconds }) => ({ atSeconds, seconds }));
  return { token: trial.clip_token, ...clipFacts(site, trial), ...(places ? { parts: places } : {}) };
}

/**
 * The task of a trial, headphone checks included.
 *
 * @param task - Task name.
 * @returns Its labels and how many to choose.
 */
export function taskOf(site: Pick<Site, 'loaded'>, task: string): StudyTask {
  return site.loaded.study.tasks[task] ?? headphoneTask;
}

/** Where sounds are played at will, their clip may be fetched again after the page was opened anew. */
const playsAtWill = 50;

/**
 * How often the clip of a task may be played.
 *
 * @param task - The task's name.
 */
export function playsOf(site: Pick<Site, 'loaded'>, task: string): number {
  const { kind, plays } = taskOf(site, task);
  return taskTypeOf(kind).gather ? playsAtWill : plays;
}

const headphoneTask: StudyTask = {
  kind: 'choice',
  prompt: '',
  instructions: '',
  labels: ['1', '2', '3'],
  choose: 1,
  unknownAnswer: false,
  settings: {},
  plays: 1,
  deadlineSeconds: null,
  intervalSeconds: 0,
  shuffleLabels: false,
  numberKeys: false,
  confidence: 0,
  answerDuring: false,
  staircase: null,
  when: null,
};
