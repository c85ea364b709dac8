import { inTurn } from '../../src/base/inTurn.ts';
import { type Queries, transact, unsynced } from '../store/openStore.ts';
import { type GivenAnswers, isFulfilled } from '../study/branching.ts';
import { assignLists, heldLists } from './assign.ts';
import type { Session, Site } from './site.ts';

/**
 * Thrown in a transaction that needs lists which its session does not hold yet. It is undone, the lists are reserved, and
 * it begins anew: were they chosen in it, everybody who comes to the main part would wait for the whole of it.
 */
export class ListsWanted extends Error {
  readonly session: Session;
  readonly given: GivenAnswers;

  constructor(session: Session, given: GivenAnswers) {
    super(`session ${session.id} holds no list of a task yet`);
    this.session = session;
    this.given = given;
  }
}

/**
 * The lists a session holds in the tasks that are for it. Those it holds in others are free again.
 *
 * @param transaction - A transaction of `changeSession`.
 * @param given - Answers so far: tasks that depend on others are not for this session.
 * @returns List by task.
 * @throws ListsWanted when one is missing.
 */
export async function reservedLists(
  site: Site,
  transaction: Queries,
  session: Session,
  given: GivenAnswers,
): Promise<Map<string, number>> {
  const { tasks } = site.loaded.study;
  const held = await heldLists(transaction, session);
  const wanted = [...site.loaded.lists.keys()].filter((task) => isFulfilled(tasks[task]!.when, given));
  if (wanted.some((task) => !held.has(task))) throw new ListsWanted(session, given);
  const unwanted = [...held.keys()].filter((task) => !wanted.includes(task));
  if (unwanted.length > 0)
    // Reserved for an answer that was lost with the server; the person then gave another one.
    await transaction
      .deleteFrom('reservations')
      .where('session', '=', session.id)
      .where('task', 'in', unwanted)
      .execute();
  return new Map([...held].filter(([task]) => wanted.includes(task)));
}

/**
 * Reserves the lists that a session lacks, in a transaction of its own. One at a time on each server, so that those who
 * wait keep no connections from others.
 *
 * @param wish - Session and answers of the transaction that was undone.
 */
export function reserveLists(site: Site, { session, given }: ListsWanted): Promise<void> {
  return inTurn(site, () =>
    transact(site.store, async (transaction) => {
      // Who was silent for long counts again from here on, not only when the answer is stored.
      const { numUpdatedRows } = await transaction
        .updateTable('sessions')
        .set({ last_seen_at: site.clock() })
        .where('id', '=', session.id)
        .where('state', '=', 'active')
        // The answer is stored later, and syncs this too.
        .where(unsynced(site.store))
        .executeTakeFirstOrThrow();
      if (Number(numUpdatedRows) > 0) await assignLists(site, transaction, session, given);
    }),
  );
}
