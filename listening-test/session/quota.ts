import { locked, type Queries } from '../store/openStore.ts';
import { listPlaces } from './listQuota.ts';
import { Refusal } from './refusal.ts';
import type { Site } from './site.ts';

/**
 * Makes sure that the study takes somebody new: it is open, and fewer are complete or under way than it wants, in all
 * and of each list.
 *
 * @param site - The study.
 * @param transaction - The transaction; the study's row is locked until it ends where there is a quota, so that no two
 *   begin in the last place.
 * @throws Refusal 503 when it is paused or closed, 403 when every place is taken for now.
 */
export async function requireOpen(site: Site, transaction: Queries): Promise<void> {
  const { quota, quotaPerList } = site.loaded.study.recruitment;
  if ((await requireNotPaused(site, transaction)) === 'closed')
    throw new Refusal(503, 'closed', 'The study is closed; it takes no more participants.');
  if (quota === null && quotaPerList === null) return;
  const places = await placesTaken(site, transaction);
  const lists = await listPlaces(site, transaction);
  if ((quota !== null && places.complete + places.active >= quota) || (lists !== null && lists.free <= 0))
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
  const { id, recruitment } = site.loaded.study;
  const query = transaction.selectFrom('studies').select('state').where('id', '=', id);
  const isLocked = recruitment.quota !== null || recruitment.quotaPerList !== null;
  const { state } = await (isLocked ? locked(site.store, query) : query).executeTakeFirstOrThrow();
  if (state === 'paused') throw new Refusal(503, 'paused', 'The study is paused; please come back later.');
  return state;
}

/**
 * Closes the study once as many first visits are complete as it wants, in all or of each list.
 *
 * @param site - The study.
 * @param transaction - The transaction in which a session was completed.
 */
export async function closeWhenFull(site: Site, transaction: Queries): Promise<void> {
  const { id } = site.loaded.study;
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

async function isFull(site: Site, queries: Queries): Promise<boolean> {
  const { quota } = site.loaded.study.recruitment;
  if (quota !== null && (await placesTaken(site, queries)).complete >= quota) return true;
  return (await listPlaces(site, queries))?.isComplete ?? false;
}

/** First visits that are complete, and under way and heard of lately; previews never count. */
async function placesTaken(site: Site, queries: Queries): Promise<{ complete: number; active: number }> {
  const freshSince = site.clock() - site.loaded.study.assignment.reserveMinutes * 60_000;
  const rows = await queries
    .selectFrom('sessions')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .where('study', '=', site.loaded.study.id)
    .where('preview', '=', 0)
    .where('visit', '=', 1)
    .where(({ eb, or, and }) =>
      or([
        eb('state', '=', 'complete'),
        and([eb('state', '=', 'active'), eb('last_seen_at', '>', freshSince)]),
      ]),
    )
    .groupBy('state')
    .execute();
  const of = (wanted: string) => Number(rows.find(({ state }) => state === wanted)?.count ?? 0);
  return { complete: of('complete'), active: of('active') };
}
