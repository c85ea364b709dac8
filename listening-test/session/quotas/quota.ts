import { locked, type Queries } from '../../store/openStore.ts';
import { Refusal } from '../refusal.ts';
import type { Site } from '../site.ts';
import { groupPlaces } from './groupQuota.ts';
import { listPlaces } from './listQuota.ts';
import { lockStudy } from './lockStudy.ts';
import { placeHolders } from './placeHolders.ts';

/**
 * Makes sure that the study takes somebody new: it is open, and fewer are complete or under way than it wants, in all,
 * of each list and of each group.
 *
 * @param site - The study.
 * @param transaction - The transaction; the study's row is locked until it ends where there is a quota, so that no two
 *   begin in the last place.
 * @throws Refusal 503 when it is paused or closed, 403 when every place is taken for now.
 */
export async function requireOpen(site: Site, transaction: Queries): Promise<void> {
  if ((await requireNotPaused(site, transaction)) === 'closed')
    throw new Refusal(503, 'closed', 'The study is closed; it takes no more participants.');
  if (await isTaken(site, transaction))
    throw new Refusal(403, 'full', 'All places are taken just now; please try again in half an hour.');
}

/**
 * Makes sure that a study is not paused; whoever took part already comes back to a closed one.
 *
 * @param site - The study.
 * @param transaction - The transaction; see {@link requireOpen} for the lock.
 * @returns The study's state.
 * @throws Refusal 503 when it is paused.
 */
export async function requireNotPaused(site: Site, transaction: Queries): Promise<'open' | 'closed'> {
  const { id } = site.loaded.study;
  const query = transaction.selectFrom('studies').select('state').where('id', '=', id);
  const { state } = await (hasQuota(site) ? locked(site.store, query) : query).executeTakeFirstOrThrow();
  if (state === 'paused') throw new Refusal(503, 'paused', 'The study is paused; please come back later.');
  return state;
}

/**
 * Closes the study once as many first visits are complete as it wants, in all, of each list or of each group.
 *
 * @param site - The study.
 * @param transaction - The transaction in which a session was completed.
 */
export async function closeWhenFull(site: Site, transaction: Queries): Promise<void> {
  const { id } = site.loaded.study;
  if (!hasQuota(site)) return;
  // Of two who end at once each would else see the other still under way.
  await lockStudy(site, transaction);
  if (!(await isFull(site, transaction))) return;
  const { numUpdatedRows } = await transaction
    .updateTable('studies')
    .set({ state: 'closed' })
    .where('id', '=', id)
    .where('state', '!=', 'closed')
    .executeTakeFirstOrThrow();
  const entry = { at: site.clock(), actor: 'quota', action: 'state', detail: 'closed', study: id };
  if (Number(numUpdatedRows) > 0) await transaction.insertInto('audit').values(entry).execute();
}

function hasQuota({ loaded }: Pick<Site, 'loaded'>): boolean {
  const { quota, quotaPerList, quotaPerGroup } = loaded.study.recruitment;
  return [quota, quotaPerList, quotaPerGroup].some((wanted) => wanted !== null);
}

/** Whether every place is taken, by those who are complete and those who may still be. */
async function isTaken(site: Site, queries: Queries): Promise<boolean> {
  const { quota } = site.loaded.study.recruitment;
  if (quota !== null) {
    const { complete, active } = await placesTaken(site, queries);
    if (complete + active >= quota) return true;
  }
  const wanted = [await listPlaces(site, queries), await groupPlaces(site, queries)];
  return wanted.some((places) => places !== null && places.free <= 0);
}

async function isFull(site: Site, queries: Queries): Promise<boolean> {
  const { quota } = site.loaded.study.recruitment;
  if (quota !== null && (await placesTaken(site, queries)).complete >= quota) return true;
  const wanted = [await listPlaces(site, queries), await groupPlaces(site, queries)];
  return wanted.some((places) => places?.isComplete);
}

/** First visits that hold a place. */
async function placesTaken(site: Site, queries: Queries): Promise<{ complete: number; active: number }> {
  const rows = await placeHolders(site, queries)
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .where('visit', '=', 1)
    .groupBy('state')
    .execute();
  const of = (wanted: string) => Number(rows.find(({ state }) => state === wanted)?.count ?? 0);
  return { complete: of('complete'), active: of('active') };
}
