import type { Queries } from '../../store/openStore.ts';
import type { Site } from '../site.ts';
import { placeHolders } from './placeHolders.ts';

/** How a study stands that wants so many complete sessions of each list. */
interface ListPlaces {
  /** How many may still begin, those under way being counted as complete. */
  free: number;
  /** Whether all lists of a task are complete. */
  isComplete: boolean;
}

/**
 * Places left in the lists of a study. Those who have not come to their list yet take a place in any of them. Tasks that
 * are only for some people are left out: nobody knows at the beginning who comes to them.
 *
 * @param queries - Database or transaction.
 * @returns The places of the fullest task; null where the study has no quota of its lists.
 */
export async function listPlaces(site: Site, queries: Queries): Promise<ListPlaces | null> {
  const { recruitment, tasks } = site.loaded.study;
  const quota = recruitment.quotaPerList;
  if (quota === null) return null;
  const places: ListPlaces = { free: Infinity, isComplete: false };
  for (const [task, lists] of site.loaded.lists) {
    if (tasks[task]!.when !== null) continue;
    const holders = await firstVisits(site, queries, task);
    const left = (isCounted: (state: string) => boolean) =>
      lists.reduce((sum, _, list) => {
        const counted = holders.filter((row) => row.list === list && isCounted(row.state));
        return sum + Math.max(0, quota - counted.reduce((total, { count }) => total + count, 0));
      }, 0);
    const waiting = holders.filter(({ list, state }) => list === null && state === 'active');
    const free = left(() => true) - waiting.reduce((total, { count }) => total + count, 0);
    places.free = Math.min(places.free, free);
    places.isComplete ||= left((state) => state === 'complete') === 0;
  }
  return places;
}

/**
 * Lists of a task that have all the first visits that the study wants of each.
 *
 * @param queries - Database or transaction.
 * @returns The lists, from 0; none where the study has no quota of its lists.
 */
export async function fullLists(site: Site, queries: Queries, task: string): Promise<Set<number>> {
  const quota = site.loaded.study.recruitment.quotaPerList;
  if (quota === null) return new Set();
  const counts = new Map<number, number>();
  for (const { list, count } of await firstVisits(site, queries, task))
    if (list !== null) counts.set(list, (counts.get(list) ?? 0) + count);
  return new Set([...counts].filter(([, count]) => count >= quota).map(([list]) => list));
}

/** First visits that hold a place, by list and state; without a list are those who have not come to it yet. */
async function firstVisits(
  site: Site,
  queries: Queries,
  task: string,
): Promise<{ list: number | null; state: string; count: number }[]> {
  const rows = await placeHolders(site, queries)
    .leftJoin('reservations', (join) =>
      join.onRef('reservations.session', '=', 'sessions.id').on('reservations.task', '=', task),
    )
    .select(({ fn }) => ['reservations.list', 'sessions.state', fn.countAll<number>().as('count')])
    .where('sessions.visit', '=', 1)
    .groupBy(['reservations.list', 'sessions.state'])
    .execute();
  return rows.map(({ list, state, count }) => ({
    list: list === null ? null : Number(list),
    state,
    count: Number(count),
  }));
}
