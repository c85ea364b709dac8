import type { Queries } from '../store/openStore.ts';
import { givenAnswers } from './given.ts';
import { closeWhenFull } from './quotas/quota.ts';
import { reservedLists } from './reserveLists.ts';
import { newToken, type Session, type Site } from './site.ts';
import { isHeadphoneCheck, type Step, stepsOf, trialSteps } from './steps.ts';
import { insertTrials } from './trials/insertTrials.ts';
import { type PlannedTrial, planHeadphoneCheck, planMain, planPractice } from './trials/planTrials.ts';
import { chooseSound } from './trials/tracks.ts';

/**
 * Ends a step: the session enters the next one, whose trials are planned now, or is complete.
 *
 * @param transaction - The transaction of the answer that ended the step.
 * @param session - The session; its `step` is the one that ended, `next_position` is up to date.
 * @returns The session as it stands afterwards.
 */
export async function advance(site: Site, transaction: Queries, session: Session): Promise<Session> {
  const steps = stepsOf(site.loaded);
  const next = steps[steps.indexOf(session.step as Step) + 1];
  if (next === undefined) return endSession(site, transaction, session, 'complete');
  await transaction.updateTable('sessions').set({ step: next }).where('id', '=', session.id).execute();
  const entered = { ...session, step: next };
  const planned = await planStep(site, transaction, entered, 1);
  // Where no task is for this person, there is nothing to do in a part.
  return trialSteps.has(next) && planned === 0 ? advance(site, transaction, entered) : entered;
}

/**
 * Plans the trials of the step a session is in.
 *
 * @param attempt - Which attempt at a headphone check this is, from 1.
 * @returns How many there are.
 */
export async function planStep(
  site: Site,
  transaction: Queries,
  session: Session,
  attempt: number,
): Promise<number> {
  const trials = await plannedTrials(site, transaction, session, attempt);
  const rows = trials.map((trial, place) => ({
    ...trial,
    session: session.id,
    position: session.next_position + place,
    clip_token: newToken(site),
    fetched_at: null,
  }));
  await insertTrials(transaction, rows);
  if (session.step === 'main') await chooseSound(site, transaction, session);
  return rows.length;
}

async function plannedTrials(
  site: Site,
  transaction: Queries,
  session: Session,
  attempt: number,
): Promise<PlannedTrial[]> {
  const { seed, step } = session;
  if (isHeadphoneCheck(step))
    return planHeadphoneCheck(step, { seed, attempt, count: site.loaded.study.screening.headphoneTrials });
  if (step !== 'practice' && step !== 'main') return [];
  const given = await givenAnswers(site, transaction, session);
  if (step === 'practice') return planPractice(site.loaded, seed, given);
  const lists = await reservedLists(site, transaction, session, given);
  return planMain(site.loaded, { seed, given, lists });
}

/**
 * Ends a session. A list it holds is free again unless it is complete.
 *
 * @param transaction - Database or transaction.
 * @param state - How it ends; the step it ends in, or `time-limit`, is kept as the reason. The last one that the study
 *   wants closes it.
 * @returns The session as it stands afterwards.
 */
export async function endSession(
  site: Site,
  transaction: Queries,
  session: Session,
  state: 'complete' | 'screened-out' | 'timed-out' | 'withdrawn' | 'left',
): Promise<Session> {
  const end_reason = state === 'complete' ? '' : state === 'timed-out' ? 'time-limit' : session.step;
  const change = { state, ended_at: site.clock(), end_reason };
  await transaction.updateTable('sessions').set(change).where('id', '=', session.id).execute();
  if (state === 'complete') await closeWhenFull(site, transaction);
  return { ...session, ...change };
}
