import { z } from 'zod';
import type { Queries } from '../store/openStore.ts';
import { exitOf } from './ending.ts';
import { endSession } from './enterStep.ts';
import { type Caller, changeSession } from './findSession.ts';
import { type SessionState, sessionState } from './sessionState.ts';
import type { Session, Site } from './site.ts';

/** Body of the request that ends a session early. */
export const leaveSchema = z.strictObject({
  /** Whether the answers given so far are deleted. */
  deleteAnswers: z.boolean(),
});

/**
 * Ends a session at the participant's wish, at any time, even after the end.
 *
 * @param caller - Token and page.
 * @param request - Whether the answers are deleted; if so nothing of the session remains but that there was one.
 * @returns The state with code and address for those who withdraw.
 */
export function leaveSession(
  site: Site,
  caller: Caller,
  request: z.infer<typeof leaveSchema>,
): Promise<SessionState> {
  const end = async (transaction: Queries, session: Session): Promise<SessionState> => {
    if (request.deleteAnswers) {
      // Before anything is deleted: the code depends on what was done.
      const ending = {
        ...exitOf(site, session),
        outcome: 'withdrawn' as const,
        reason: session.step,
      };
      await eraseSession(site, transaction, { session: session.id, actor: 'participant' });
      return {
        participant: session.id,
        preview: session.preview === 1,
        state: 'erased',
        step: session.step,
        trial: null,
        upcoming: [],
        interlude: null,
        given: {},
        ending,
      };
    }
    const left = session.state === 'active' ? await endSession(site, transaction, session, 'left') : session;
    return sessionState(site, transaction, left);
  };
  return changeSession(site, caller, end, { anyPage: true });
}

/**
 * Deletes everything of a session; a row that says only that one was erased remains, with the keyed hash by which the
 * person is refused, unless the study lets those who withdrew begin again.
 *
 * @param request - The session and who asked for it.
 * @returns Whether the study has such a session; another study's in the same database is left alone.
 */
export async function eraseSession(
  site: Site,
  transaction: Queries,
  request: { session: string; actor: string },
): Promise<boolean> {
  const { session, actor } = request;
  const known = await transaction
    .selectFrom('sessions')
    .select('id')
    .where('id', '=', session)
    .where('study', '=', site.loaded.study.id)
    .executeTakeFirst();
  if (!known) return false;
  for (const table of ['responses', 'plays'] as const)
    await transaction.deleteFrom(table).where('session', '=', session).execute();
  for (const table of ['trials', 'steps', 'reservations', 'exclusions'] as const)
    await transaction.deleteFrom(table).where('session', '=', session).execute();
  await transaction
    .updateTable('sessions')
    .set({
      state: 'erased',
      token_hash: `erased ${session}`,
      ...(site.loaded.study.recruitment.restartAfterWithdrawal ? { recruitment_hash: null } : {}),
      submission_hash: null,
      recruitment_ids: '',
      platform: '',
      consent_hash: '',
      seed: 0,
      next_position: 0,
      created_at: 0,
      last_seen_at: 0,
      ended_at: null,
      end_reason: '',
    })
    .where('id', '=', session)
    .execute();
  const study = site.loaded.study.id;
  // What was said of the participant goes too.
  await transaction
    .updateTable('audit')
    .set({ detail: session })
    .where('study', '=', study)
    .where('detail', 'like', `${session}:%`)
    .execute();
  const entry = { at: site.clock(), actor, action: 'erase', detail: session, study };
  await transaction.insertInto('audit').values(entry).execute();
  return true;
}
