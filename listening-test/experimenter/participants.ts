import { z } from 'zod';
import { freshSince } from '../session/quotas/placeHolders.ts';
import { recruitmentHashes } from '../session/recruiting/recruitment.ts';
import type { Session, Site } from '../session/site.ts';
import { type Conduct, noConduct } from './conducts.ts';
import { ownRule } from './exclude.ts';
import { participantFilters } from './participantFilters.ts';

/** Which participants the experimenter wants to see. */
export const participantQuerySchema = z.strictObject({
  /** Beginning of a participant code, or a whole recruitment id. */
  search: z
    .string()
    .trim()
    .max(200)
    .regex(/^[^\0]*$/),
  filter: z.enum(participantFilters),
  /** Page of the list, from 0. */
  page: z.int().min(0).max(100_000),
});

/** What {@link participantQuerySchema} holds. */
export type ParticipantQuery = z.infer<typeof participantQuerySchema>;

/** A participant in the experimenter's list. */
export interface ListedParticipant extends Conduct {
  participant: string;
  visit: number;
  state: string;
  step: string;
  startedAt: number;
  lastSeenAt: number;
  /** From consent to the end, or to the last sign, minutes. */
  minutes: number;
  /** Reason of an exclusion by hand; null without one. */
  excludedBecause: string | null;
}

/** One page of participants, the latest heard of first. */
export interface ParticipantPage {
  participants: ListedParticipant[];
  /** How many there are on all pages. */
  total: number;
  pageLength: number;
}

const pageLength = 50;

/**
 * Searches the participants of a study; previews and erased sessions are left out.
 *
 * @param site - The study.
 * @param query - What to look for.
 * @param conducts - What each of them did.
 * @returns One page.
 */
export async function findParticipants(
  site: Site,
  query: ParticipantQuery,
  conducts: ReadonlyMap<string, Conduct>,
): Promise<ParticipantPage> {
  const sessions = await foundSessions(site, query.search);
  const wanted = sessions.filter((session) => fits(site, session, { filter: query.filter, conducts }));
  const shown = wanted.slice(query.page * pageLength, (query.page + 1) * pageLength);
  const reasons = await exclusionReasons(
    site,
    shown.map(({ id }) => id),
  );
  return {
    total: wanted.length,
    pageLength,
    participants: shown.map((session) => ({
      ...(conducts.get(session.id) ?? noConduct),
      participant: session.id,
      visit: session.visit,
      state: isSilent(site, session) ? 'silent' : session.state,
      step: session.step,
      startedAt: session.created_at,
      lastSeenAt: session.last_seen_at,
      minutes: ((session.ended_at ?? session.last_seen_at) - session.created_at) / 60_000,
      excludedBecause: reasons.get(session.id) ?? null,
    })),
  };
}

function foundSessions(site: Site, search: string): Promise<Session[]> {
  const all = site.store.database
    .selectFrom('sessions')
    .selectAll()
    .where('study', '=', site.loaded.study.id)
    .where('preview', '=', 0)
    .where('state', '!=', 'erased')
    .orderBy('last_seen_at', 'desc')
    .orderBy('id');
  if (search === '') return all.execute();
  const hashes = recruitmentHashes(site, search);
  return all
    .where(({ eb, or }) =>
      or([
        ...(isCode(search) ? [eb('id', 'like', `${search}%`)] : [eb('id', '=', search)]),
        ...(hashes.length > 0 ? [eb('recruitment_hash', 'in', hashes)] : []),
      ]),
    )
    .execute();
}

/** Whether it can be the beginning of a participant code; nothing else is taken for a pattern. */
const isCode = (search: string) => /^p[0-9a-f]{0,10}$/.test(search);

/**
 * Whether a session is under way and was not heard of for as long as its list is held.
 *
 * @param site - The study.
 */
export function isSilent(
  site: Pick<Site, 'clock' | 'loaded'>,
  session: Pick<Session, 'state' | 'last_seen_at'>,
): boolean {
  return session.state === 'active' && session.last_seen_at <= freshSince(site);
}

function fits(
  site: Site,
  session: Session,
  {
    filter,
    conducts,
  }: { filter: (typeof participantFilters)[number]; conducts: ReadonlyMap<string, Conduct> },
): boolean {
  if (filter === 'all') return true;
  if (filter === 'excluded') return isExcluded(conducts.get(session.id));
  return (isSilent(site, session) ? 'silent' : session.state) === filter;
}

/** Not having ended yet is no reason to look at somebody. */
function isExcluded(conduct: Conduct | undefined): boolean {
  return conduct?.exclusionRules.some((rule) => rule !== 'incomplete') ?? false;
}

async function exclusionReasons({ store }: Site, sessions: readonly string[]): Promise<Map<string, string>> {
  if (sessions.length === 0) return new Map();
  const rows = await store.database
    .selectFrom('exclusions')
    .select(['session', 'reason'])
    .where('rule', '=', ownRule)
    .where('session', 'in', sessions)
    .execute();
  return new Map(rows.map(({ session, reason }) => [session, reason]));
}
