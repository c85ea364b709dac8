import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../src/base/inputError.ts';
import { createSite, type Site } from '../session/site.ts';
import { openStore, type Store, type StoreLocation } from '../store/openStore.ts';
import { type LoadedStudy, loadStudy } from '../study/loadStudy.ts';

/**
 * Opens a study for serving: reads its folder, opens the database, enters the study there.
 *
 * @param folder - The study's folder.
 * @param location - The database.
 * @returns The site; close it with `site.store.close()`.
 * @throws InputError for a broken study or an unreachable database.
 */
export async function openSite(folder: string, location: StoreLocation): Promise<Site> {
  const loaded = loadStudy(folder);
  const store = await openStore(location);
  try {
    return await enteredSite(loaded, store);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/**
 * Opens a study for serving from a database that is open already.
 *
 * @param folder - The study's folder.
 * @param store - The database.
 * @throws InputError for a broken study.
 */
export async function siteIn(folder: string, store: Store): Promise<Site> {
  return enteredSite(loadStudy(folder), store);
}

async function enteredSite(loaded: LoadedStudy, store: Store): Promise<Site> {
  const site = createSite({ loaded, store, secret: studySecret(loaded.folder) });
  await store.database
    .insertInto('studies')
    .values({ id: loaded.study.id, state: 'open', created_at: site.clock() })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  return site;
}

/**
 * The key of the hashes that stand for recruitment ids; made when the study is first opened, readable by its owner only.
 *
 * @param folder - The study's folder.
 * @returns 32 bytes.
 */
export function studySecret(folder: string): Uint8Array {
  const path = join(folder, 'secret.key');
  if (!existsSync(path)) writeSecret(path);
  return Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
}

/** Two servers may start at once: the first one's key stands. */
function writeSecret(path: string): void {
  try {
    writeFileSync(path, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!existsSync(path))
      throw new InputError(`${path} cannot be written; make the study's folder writable`, { cause: error });
  }
}
