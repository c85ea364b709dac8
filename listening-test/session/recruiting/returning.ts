import type { Queries } from '../../store/openStore.ts';
import { Refusal } from '../refusal.ts';
import type { Session, Site } from '../site.ts';

/** What becomes of somebody whom the study knows already. */
export type Return =
  /** Goes on with that session, or sees its end again. */
  | { way: 'resume'; session: Session }
  /** Was refused for the device, and begins with the browser check again. */
  | { way: 'other-device'; session: Session }
  /** Begins the next visit. */
  | { way: 'next-visit'; before: Session }
  /** Withdrew, and the study lets them begin anew. */
  | { way: 'anew'; withdrawn: Session };

/** The refusal of somebody who took part. */
export const tookPart = () =>
  new Refusal(409, 'took-part', 'You have taken part in this study already; thank you.');

/**
 * Decides what becomes of somebody who comes again.
 *
 * @param site - The study.
 * @param last - The person's latest session.
 * @param submission - Keyed hash of the submission they come with.
 * @returns What happens.
 * @throws Refusal 409 when they took part or withdrew, 403 when their next visit is not due.
 */
export function returnOf(site: Pick<Site, 'loaded' | 'clock'>, last: Session, submission: string): Return {
  const { recruitment, visits } = site.loaded.study;
  const isSame = last.submission_hash === submission;
  if (last.state === 'screened-out' && last.end_reason === 'browser')
    return { way: 'other-device', session: last };
  if (last.state === 'complete' && last.visit < visits.count) {
    const isDue = hoursSince(site, last) >= visits.minHours;
    if (!isDue && isSame) return { way: 'resume', session: last };
    requireDue(site, last);
    return { way: 'next-visit', before: last };
  }
  const isWithdrawn = ['left', 'withdrawn', 'erased'].includes(last.state);
  if (isWithdrawn && recruitment.restartAfterWithdrawal) return { way: 'anew', withdrawn: last };
  if (isSame) return { way: 'resume', session: last };
  if (isWithdrawn)
    throw new Refusal(409, 'withdrew', 'You have withdrawn from this study; you cannot begin again.');
  throw tookPart();
}

const hoursSince = ({ clock }: Pick<Site, 'clock'>, { ended_at, last_seen_at }: Session) =>
  (clock() - (ended_at ?? last_seen_at)) / 3_600_000;

function requireDue(site: Pick<Site, 'loaded' | 'clock'>, last: Session): void {
  const { minHours, maxHours } = site.loaded.study.visits;
  const hours = hoursSince(site, last);
  if (hours < minHours) {
    const wait = minHours - hours;
    const when = wait < 1 ? `${Math.ceil(60 * wait)} minutes` : `${Math.ceil(wait)} hours`;
    throw new Refusal(403, 'too-early', `Your next visit opens in ${when}; please come back then.`, {
      hours: Math.ceil(wait),
    });
  }
  if (maxHours !== null && hours > maxHours)
    throw new Refusal(403, 'too-late', 'The time for your next visit is over.');
}

/**
 * Lets a session that ended for its device begin again.
 *
 * @returns The session as it stands afterwards.
 */
export async function beginAgain(transaction: Queries, session: Session): Promise<Session> {
  const change = { state: 'active', step: 'browser', ended_at: null, end_reason: '' } as const;
  await transaction
    .deleteFrom('steps')
    .where('session', '=', session.id)
    .where('step', '=', 'browser')
    .execute();
  await transaction.updateTable('sessions').set(change).where('id', '=', session.id).execute();
  return { ...session, ...change };
}
