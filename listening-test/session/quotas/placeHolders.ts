import type { Queries } from '../../store/openStore.ts';
import type { Site } from '../site.ts';

/**
 * Since when a session under way must have been heard of to hold its place and its lists.
 *
 * @param site - The study, with its `reserveMinutes`.
 * @returns Milliseconds since 1970; who was last heard of at this very moment holds none any more.
 */
export function freshSince({ clock, loaded }: Pick<Site, 'clock' | 'loaded'>): number {
  return clock() - loaded.study.assignment.reserveMinutes * 60_000;
}

/**
 * Sessions that hold a place: complete, or under way and heard of lately; previews never do.
 *
 * @param queries - Database or transaction.
 * @returns A query, to be joined and counted.
 */
export function placeHolders(site: Site, queries: Queries) {
  return queries
    .selectFrom('sessions')
    .where('sessions.study', '=', site.loaded.study.id)
    .where('sessions.preview', '=', 0)
    .where(({ eb, or, and }) =>
      or([
        eb('sessions.state', '=', 'complete'),
        and([eb('sessions.state', '=', 'active'), eb('sessions.last_seen_at', '>', freshSince(site))]),
      ]),
    );
}
