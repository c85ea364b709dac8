import { unsynced } from '../../store/openStore.ts';
import { type Caller, currentSession, requireActive, requirePage } from '../findSession.ts';
import { Refusal } from '../refusal.ts';
import { clipsAhead, playCounts, playsOf } from '../sessionState.ts';
import type { Site } from '../site.ts';
import { type Clip, clipOf } from './clipSource.ts';
import { mayPlay } from './judgePlay.ts';

/**
 * The bytes of a clip of the session's open trial or of the few after it.
 *
 * @param caller - Token and page.
 * @param clipToken - The clip's opaque name in this session.
 * @returns The clip; that it was asked for is stored.
 * @throws Refusal 404 when the session may not have it (yet), 409 when it was heard already.
 */
export async function offerClip(site: Site, caller: Caller, clipToken: string): Promise<Clip> {
  const { database } = site.store;
  const session = await currentSession(site, caller.token);
  requirePage(session, caller);
  requireActive(session);
  const trial = await database
    .selectFrom('trials')
    .selectAll('trials')
    .select(playCounts)
    .where('clip_token', '=', clipToken)
    .where('session', '=', session.id)
    .executeTakeFirst();
  if (!trial || trial.stimulus === '' || trial.position > session.next_position + clipsAhead)
    throw new Refusal(404, 'no-clip', 'There is no such clip.');
  if (
    trial.position < session.next_position ||
    !mayPlay(trial, {
      maxInvalidPlays: site.loaded.study.maxInvalidPlays,
      plays: playsOf(site, trial.task),
    })
  )
    throw new Refusal(409, 'heard', 'This clip was heard already.');
  if (trial.fetched_at === null)
    await database
      .updateTable('trials')
      .set({ fetched_at: site.clock() })
      .where('session', '=', session.id)
      .where('position', '=', trial.position)
      .where(unsynced(site.store))
      .execute();
  return clipOf(site, trial);
}
