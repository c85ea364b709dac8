import type { Site } from '../session/site.ts';
import type { Store } from '../store/openStore.ts';
import type { Account } from './accounts.ts';

/** A study in a laboratory. */
export interface LaboratoryStudy {
  /** Where its pages are below the server's root: a folder's name, or empty for the only study. */
  path: string;
  site: Site;
}

/** What experimenters log in to: one study, or several with one login. */
export interface Laboratory extends Pick<Site, 'secret' | 'clock' | 'entropy'> {
  /** Tells laboratories apart that share a database. */
  name: string;
  /** Where logins are kept. */
  store: Store;
  /** Who may log in now. */
  accounts: () => readonly Account[];
  studies: readonly LaboratoryStudy[];
}

/**
 * The laboratory of one study: its logins are kept with its answers.
 *
 * @param site - The study's site.
 * @param accounts - Who may log in.
 */
export function laboratoryOf(site: Site, accounts: Laboratory['accounts']): Laboratory {
  const { store, secret, clock, entropy, loaded } = site;
  return { name: loaded.study.id, store, secret, clock, entropy, accounts, studies: [{ path: '', site }] };
}

/**
 * Writes down what somebody did.
 *
 * @param place - Where it is kept: a study's site, or a laboratory for what concerns all of its studies.
 * @param entry - Who did what; the detail is no personal data beyond participant codes.
 */
export async function log(
  place: Pick<Site, 'store' | 'clock'> & Partial<Pick<Site, 'loaded'>>,
  entry: { actor: string; action: string; detail?: string },
): Promise<void> {
  const row = { at: place.clock(), study: place.loaded?.study.id ?? '', detail: '', ...entry };
  await place.store.database.insertInto('audit').values(row).execute();
}

const shownEntries = 200;

/**
 * What was done.
 *
 * @param study - Id of the study it was done in; empty for logins to a laboratory, which concern all of its studies.
 * @returns The latest 200 entries, the latest first.
 */
export function latestEntries({ store }: Pick<Laboratory, 'store'>, study: string) {
  return store.database
    .selectFrom('audit')
    .select(['at', 'actor', 'action', 'detail'])
    .where('study', '=', study)
    .orderBy('id', 'desc')
    .limit(shownEntries)
    .execute();
}
