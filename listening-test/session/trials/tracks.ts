import { nextSound, type Path, type TrackAnswer, trackAfter } from '../../staircase/nextSound.ts';
import { answersWithTrials } from '../../store/answersWithTrials.ts';
import type { Queries } from '../../store/openStore.ts';
import type { Session, Site, Trial } from '../site.ts';
import { insertTrials } from './insertTrials.ts';

/** What stands in `trials.plan` for a trial of a staircase. */
export interface TrackPlan {
  path: string;
  /** Which track of the path, from 1. */
  track: number;
}

/**
 * The track a trial belongs to.
 *
 * @param plan - What was planned, as it is stored.
 * @returns The track; null for a trial of none.
 */
export function trackOf(plan: string): TrackPlan | null {
  return plan === '' ? null : (JSON.parse(plan) as TrackPlan);
}

/**
 * After an answer: ends its track if that is over, and chooses the sound of the next trial if it depends on answers.
 *
 * @param transaction - The transaction in which the answer was stored.
 * @param session - The session, at its next trial.
 * @param plan - Plan of the trial that was answered.
 */
export async function followTracks(
  site: Site,
  transaction: Queries,
  session: Session,
  answered: Pick<Trial, 'task' | 'plan'>,
): Promise<void> {
  if (site.loaded.paths.size === 0) return;
  if (answered.plan !== '') {
    const { track } = await trackNow(site, transaction, session, answered);
    if (track.isOver !== null) await dropRest(transaction, session, answered.plan);
  }
  await chooseSound(site, transaction, session);
}

/**
 * Chooses the sound of a session's next trial if it belongs to a staircase.
 *
 * @param transaction - The transaction; nothing of it is kept anywhere else, so that a restart changes nothing.
 */
export async function chooseSound(site: Site, transaction: Queries, session: Session): Promise<void> {
  const next = await transaction
    .selectFrom('trials')
    .select(['task', 'plan', 'stimulus'])
    .where('session', '=', session.id)
    .where('position', '=', session.next_position)
    .executeTakeFirst();
  if (!next || next.plan === '' || next.stimulus !== '') return;
  const { answers, settings, path } = await trackNow(site, transaction, session, next);
  const name = `${next.task} ${next.plan}`;
  const { id, target } = nextSound(answers, { settings, path, seed: session.seed, name });
  await transaction
    .updateTable('trials')
    .set({ stimulus: id, target })
    .where('session', '=', session.id)
    .where('position', '=', session.next_position)
    .execute();
}

async function trackNow(
  { loaded }: Site,
  transaction: Queries,
  session: Session,
  { task, plan }: Pick<Trial, 'task' | 'plan'>,
) {
  const path: Path = loaded.paths.get(task)!.get(trackOf(plan)!.path)!;
  const settings = loaded.study.tasks[task]!.staircase!;
  const rows = await answersWithTrials(transaction)
    .select(['trials.stimulus', 'responses.correct', 'responses.play_valid'])
    .where('responses.session', '=', session.id)
    .where('trials.task', '=', task)
    .where('trials.plan', '=', plan)
    .orderBy('responses.position')
    .execute();
  const answers: TrackAnswer[] = rows.map(({ stimulus, correct, play_valid }) => ({
    level: loaded.stimuli.get(stimulus)?.level ?? 0,
    isRight: correct === 1,
    isValid: play_valid === 1,
  }));
  return { answers, settings, path, track: trackAfter(answers, settings, path) };
}

/** Takes the trials that a track did not need out of the session; those after them move up. */
async function dropRest(transaction: Queries, session: Session, plan: string): Promise<void> {
  const rest = await transaction
    .selectFrom('trials')
    .selectAll()
    .where('session', '=', session.id)
    .where('position', '>=', session.next_position)
    .orderBy('position')
    .execute();
  await transaction
    .deleteFrom('trials')
    .where('session', '=', session.id)
    .where('position', '>=', session.next_position)
    .execute();
  const kept = rest
    .filter((trial) => trial.plan !== plan)
    .map((trial, place) => ({ ...trial, position: session.next_position + place }));
  await insertTrials(transaction, kept);
}
