import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { InputError } from '../../src/base/inputError.ts';
import { readAccounts } from '../experimenter/accounts.ts';
import { type Laboratory, type LaboratoryStudy, laboratoryOf } from '../experimenter/laboratory.ts';
import { openStore, type Store, storeLocation } from '../store/openStore.ts';
import { openSite, siteIn, studySecret } from './openSite.ts';

/** First parts of addresses that no study's folder may have as its name. */
const taken = ['api', 'assets', 'experimenter', 'health', 'metrics', 'plugins'];

/**
 * Opens everything below a folder for serving.
 *
 * @param folder - A study, or a folder of studies; the names of their folders become parts of addresses.
 * @param databaseUrl - `postgres://…` for all of them; default: `data.sqlite` in each study's folder, and logins to
 *   several studies in `logins.sqlite` beside them.
 * @returns The laboratory, and how to close its databases.
 * @throws InputError for a broken study, two studies of the same id, or an unreachable database.
 */
export async function openLaboratory(
  folder: string,
  databaseUrl: string | undefined,
): Promise<{ laboratory: Laboratory; close: () => Promise<void> }> {
  const names = existsSync(join(folder, 'study.json')) ? [] : studyFolders(folder);
  if (names.length === 0) {
    const site = await openSite(folder, storeLocation(folder, databaseUrl));
    return { laboratory: laboratoryOf(site, () => readAccounts(folder)), close: site.store.close };
  }
  const stores: Store[] = [];
  const close = () => Promise.all(stores.map((store) => store.close())).then(() => {});
  try {
    return { laboratory: await openSeveral(folder, { names, databaseUrl, stores }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Stores are added to the list as they are opened; with PostgreSQL all studies share one. */
async function openSeveral(
  folder: string,
  { names, databaseUrl, stores }: { names: string[]; databaseUrl: string | undefined; stores: Store[] },
): Promise<Laboratory> {
  const opened = async (location: Parameters<typeof openStore>[0]) => {
    if (databaseUrl && stores[0]) return stores[0];
    const store = await openStore(location);
    stores.push(store);
    return store;
  };
  const store = await opened(
    databaseUrl ? storeLocation(folder, databaseUrl) : { path: join(folder, 'logins.sqlite') },
  );
  const studies: LaboratoryStudy[] = [];
  for (const name of names) {
    const path = join(folder, name);
    studies.push({ path: name, site: await siteIn(path, await opened(storeLocation(path, databaseUrl))) });
  }
  requireDifferentIds(studies);
  const { clock, entropy } = studies[0]!.site;
  const accounts = () => readAccounts(folder);
  return {
    name: basename(resolve(folder)),
    store,
    secret: studySecret(folder),
    clock,
    entropy,
    accounts,
    studies,
  };
}

function studyFolders(folder: string): string[] {
  const isFolder = existsSync(folder) && statSync(folder).isDirectory();
  const names = isFolder
    ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'study.json')))
    : [];
  const wrong = names.find((name) => !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) || taken.includes(name));
  if (wrong !== undefined)
    throw new InputError(
      `${join(folder, wrong)}: the folder's name becomes part of an address and must be letters, digits, dots and hyphens, and none of ${taken.join(', ')}; rename it`,
    );
  return names.sort();
}

/** The id stands in the data and in what browsers remember. */
function requireDifferentIds(studies: readonly LaboratoryStudy[]): void {
  const seen = new Map<string, string>();
  for (const { path, site } of studies) {
    const { id } = site.loaded.study;
    const other = seen.get(id);
    if (other !== undefined)
      throw new InputError(
        `study.json of ${other} and ${path}: studies served together must have ids of their own, both have '${id}'; change one`,
      );
    seen.set(id, path);
  }
}
