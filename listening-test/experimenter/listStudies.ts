import type { Site } from '../session/site.ts';
import { countSessions } from '../store/countSessions.ts';
import type { Laboratory } from './laboratory.ts';

/** A study in the list of a laboratory. */
export interface ListedStudy {
  /** Where it is below the server's root; empty for the only study. */
  path: string;
  id: string;
  title: string;
  state: 'open' | 'paused' | 'closed';
  /** Sessions that are complete, and under way. */
  complete: number;
  active: number;
}

/**
 * All studies with their states.
 *
 * @returns In the order of their paths.
 */
export function listStudies(laboratory: Laboratory): Promise<ListedStudy[]> {
  return Promise.all(
    laboratory.studies.map(async ({ path, site }) => {
      const { id, title } = site.loaded.study;
      return { path, id, title, state: await studyState(site), ...(await counts(site)) };
    }),
  );
}

/**
 * Whether a study takes participants.
 *
 * @param site - The study.
 * @returns Its state.
 */
export async function studyState(site: Site): Promise<ListedStudy['state']> {
  const { state } = await site.store.database
    .selectFrom('studies')
    .select('state')
    .where('id', '=', site.loaded.study.id)
    .executeTakeFirstOrThrow();
  return state;
}

async function counts({ store, loaded }: Site): Promise<Pick<ListedStudy, 'complete' | 'active'>> {
  const rows = await countSessions(store, loaded.study.id);
  const of = (wanted: string) => Number(rows.find(({ state }) => state === wanted)?.count ?? 0);
  return { complete: of('complete'), active: of('active') };
}
