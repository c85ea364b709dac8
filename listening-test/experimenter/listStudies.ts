import { basename, resolve } from 'node:path';
import type { Site } from '../session/site.ts';
import { countSessions } from '../store/countSessions.ts';
import { studyDefaults } from '../study/defaultTexts.ts';
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
      const { id } = site.loaded.study;
      return { path, id, title: titleOf(site), state: await studyState(site), ...(await counts(site)) };
    }),
  );
}

/**
 * What experimenters know a study by: its title, and its folder where nobody gave it a title of its own.
 *
 * @param site - The study.
 */
export function titleOf({ loaded: { study, folder } }: Pick<Site, 'loaded'>): string {
  const { title, language } = study;
  return title === studyDefaults(language).title ? `${title} (folder ${basename(resolve(folder))})` : title;
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
  const sessions = await countSessions(store, loaded.study.id);
  return { complete: sessions.get('complete') ?? 0, active: sessions.get('active') ?? 0 };
}
