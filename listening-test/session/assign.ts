import { createRandom } from '../../src/base/random.ts';
import type { Queries } from '../store/openStore.ts';
import { type GivenAnswers, isFulfilled } from '../study/branching.ts';
import { fullLists } from './quotas/listQuota.ts';
import { lockStudy } from './quotas/lockStudy.ts';
import { placeHolders } from './quotas/placeHolders.ts';
import type { Session, Site } from './site.ts';

/**
 * Gives a session its list in every task that has none yet: the one with the fewest sessions that are complete or under way, among those
 * that have fewer than the study wants of each. A session
 * not heard of for the study's `reserveMinutes` no longer counts. Previews never count.
 *
 * @param transaction - The transaction; the study's row is locked until it ends, so that no two sessions choose at once.
 * @param given - Answers so far: tasks that depend on others are not for this session.
 * @returns List by task, those chosen now.
 */
export async function assignLists(
  site: Site,
  transaction: Queries,
  session: Session,
  given: GivenAnswers = {},
): Promise<Map<string, number>> {
  const held = await heldLists(transaction, session);
  const before = await listBefore(transaction, session);
  const random = createRandom(session.seed + 3);
  // As late as can be: others wait from here on.
  await lockStudy(site, transaction);
  const chosen = new Map<string, number>();
  for (const [task, lists] of site.loaded.lists) {
    if (held.has(task) || !isFulfilled(site.loaded.study.tasks[task]!.when, given)) continue;
    const filled = await filledLists(site, transaction, task);
    const full = await fullLists(site, transaction, task);
    const numbers = [...lists.keys()];
    // Who was silent for long and comes back is not sent away, even if all lists are full by now.
    const wanted = full.size < lists.length ? numbers.filter((list) => !full.has(list)) : numbers;
    const count = (list: number) => filled.get(list) ?? 0;
    const least = Math.min(...wanted.map(count));
    const open = wanted.filter((list) => count(list) === least);
    const next = before.get(task);
    // In their next visit people hear every source in another condition, as long as there are lists left.
    chosen.set(task, next === undefined ? open[random.integer(open.length)]! : (next + 1) % lists.length);
  }
  const now = site.clock();
  const rows = [...chosen].map(([task, list]) => ({ session: session.id, task, list, reserved_at: now }));
  if (rows.length > 0) await transaction.insertInto('reservations').values(rows).execute();
  return chosen;
}

/**
 * The lists a session holds.
 *
 * @param queries - Database or transaction.
 * @returns List by task.
 */
export async function heldLists(queries: Queries, { id }: Session): Promise<Map<string, number>> {
  const rows = await queries
    .selectFrom('reservations')
    .select(['task', 'list'])
    .where('session', '=', id)
    .execute();
  return new Map(rows.map(({ task, list }) => [task, list]));
}

/** Lists of the same person's visit before this one, by task. */
async function listBefore(transaction: Queries, session: Session): Promise<Map<string, number>> {
  if (session.visit === 1) return new Map();
  const rows = await transaction
    .selectFrom('reservations')
    .innerJoin('sessions', 'sessions.id', 'reservations.session')
    .select(['task', 'list'])
    .where('person', '=', session.person)
    .where('visit', '=', session.visit - 1)
    .execute();
  return new Map(rows.map(({ task, list }) => [task, list]));
}

/**
 * How many sessions hold each list of a task now: complete, or under way and heard of lately.
 *
 * @param queries - Database or transaction.
 * @returns Count by list; lists nobody holds are left out.
 */
export async function filledLists(site: Site, queries: Queries, task: string): Promise<Map<number, number>> {
  const rows = await placeHolders(site, queries)
    .innerJoin('reservations', 'reservations.session', 'sessions.id')
    .select(({ fn }) => ['reservations.list', fn.countAll<number>().as('count')])
    .where('reservations.task', '=', task)
    .groupBy('reservations.list')
    .execute();
  return new Map(rows.map(({ list, count }) => [list, Number(count)]));
}
