import type { Queries } from '../store/openStore.ts';
import { endSession } from './enterStep.ts';
import type { Session, Site } from './site.ts';

/**
 * Whether a session took longer than its study allows.
 *
 * @param site - The study.
 * @param session - The session; previews have all the time in the world.
 * @returns True if it must end now.
 */
export function isOverTime(site: Pick<Site, 'loaded' | 'clock'>, session: Session): boolean {
  const { timeLimitMinutes } = site.loaded.study.recruitment;
  if (timeLimitMinutes === null || session.state !== 'active' || session.preview === 1) return false;
  return site.clock() > session.created_at + timeLimitMinutes * 60_000;
}

/**
 * Ends a session that took longer than its study allows.
 *
 * @param site - The study.
 * @returns The session as it stands afterwards.
 */
export async function endIfOverTime(site: Site, transaction: Queries, session: Session): Promise<Session> {
  return isOverTime(site, session) ? endSession(site, transaction, session, 'timed-out') : session;
}
