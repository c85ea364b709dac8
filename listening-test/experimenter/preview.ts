import { keptRecruitment } from '../session/recruiting/recruitment.ts';
import { Refusal } from '../session/refusal.ts';
import { newToken, type Site } from '../session/site.ts';
import { insertSession, newSession } from '../session/startSession.ts';
import { transact } from '../store/openStore.ts';

/**
 * Starts a session that is never counted, to see what participants see.
 *
 * @param stimulusId - The one trial to show; null shows the whole session.
 * @returns Address of the page, relative to the site's root. The token in it is not sent to the server with the address.
 * @throws Refusal 404 when there is no such stimulus.
 */
export async function startPreview(site: Site, stimulusId: string | null): Promise<string> {
  const token = newToken(site);
  const session = newSession(site, { token, preview: true, ...keptRecruitment(site, undefined, 1) });
  const stimulus = stimulusId === null ? null : site.loaded.stimuli.get(stimulusId);
  if (stimulus === undefined) throw new Refusal(404, 'no-stimulus', 'There is no such stimulus.');
  await transact(site.store, async (transaction) => {
    await insertSession(transaction, stimulus ? { ...session, step: 'main' } : session);
    if (!stimulus) return;
    const trial = {
      session: session.id,
      position: 0,
      phase: 'main',
      attempt: 1,
      block: stimulus.role,
      task: stimulus.task,
      stimulus: stimulus.id,
      clip_token: newToken(site),
      target: stimulus.target,
      feedback: 0,
      fetched_at: null,
    };
    await transaction.insertInto('trials').values(trial).execute();
  });
  return `#preview=${token}`;
}
