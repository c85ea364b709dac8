import { sha256 } from '../../src/base/sha256.ts';
import { locked, type Queries, transact, unsynced } from '../store/openStore.ts';
import { Refusal } from './refusal.ts';
import { ListsWanted, reserveLists } from './reserveLists.ts';
import type { Session, Site } from './site.ts';
import { endIfOverTime, isOverTime } from './timeLimit.ts';

/** Who sends a request. */
export interface Caller {
  /** The bearer token as it was sent. */
  token: string;
  /** Name that the page gave itself when it was opened; null for a client that is no page. */
  page: string | null;
}

/**
 * The session a token belongs to.
 *
 * @param queries - Database or transaction.
 * @param token - The bearer token as it was sent.
 * @param options - `lock`: keep others from changing the session until the transaction ends; `synced`: false lets it end
 *   before it is synced to the disk.
 * @throws Refusal 401 when no session has it.
 */
export async function findSession(
  site: Site,
  queries: Queries,
  token: string,
  options: { lock?: boolean; synced?: boolean } = {},
): Promise<Session> {
  const query = queries
    .selectFrom('sessions')
    .selectAll()
    .where('token_hash', '=', sha256(token))
    .where('study', '=', site.loaded.study.id);
  const found = options.synced === false ? query.where(unsynced(site.store)) : query;
  const session = await (options.lock ? locked(site.store, found) : found).executeTakeFirst();
  if (!session)
    throw new Refusal(401, 'no-session', 'This session does not exist; open the link of the study again.');
  return session;
}

/**
 * Does something with a session that nobody else changes meanwhile.
 *
 * @param caller - Token, and the page that must hold the session.
 * @param change - What to do; everything it writes is kept, or nothing. It may run more than once.
 * @param options - `synced`: false for what may be lost in a power cut; `anyPage`: also for a page that no longer holds it.
 * @returns What `change` returns, once it is safely stored.
 * @throws Refusal 401 when no session has the token, 409 when another page holds it.
 */
export async function changeSession<Result>(
  site: Site,
  caller: Caller,
  change: (transaction: Queries, session: Session) => Promise<Result>,
  options: { synced?: boolean; anyPage?: boolean } = {},
): Promise<Result> {
  const changed = await transact(site.store, async (transaction) => {
    const session = await findSession(site, transaction, caller.token, {
      synced: options.synced ?? true,
      lock: true,
    });
    if (isOverTime(site, session)) return null;
    if (!options.anyPage) requirePage(session, caller);
    return { result: await change(transaction, session) };
  }).catch((error) => {
    if (error instanceof ListsWanted) return error;
    throw error;
  });
  if (changed instanceof ListsWanted) await reserveLists(site, changed);
  else if (changed) return changed.result;
  // Ended in a transaction of its own, which no refusal of the change undoes.
  else await endOverTime(site, caller.token);
  return changeSession(site, caller, change, options);
}

/** Stores that a session's time is over. */
function endOverTime(site: Site, token: string): Promise<Session> {
  return transact(site.store, async (transaction) => {
    const session = await findSession(site, transaction, token, { lock: true });
    return endIfOverTime(site, transaction, session);
  });
}

/**
 * The session a token belongs to, ended first if its time is over.
 *
 * @param token - The bearer token as it was sent.
 * @throws Refusal 401 when no session has it.
 */
export async function currentSession(site: Site, token: string): Promise<Session> {
  const session = await findSession(site, site.store.database, token);
  return isOverTime(site, session) ? endOverTime(site, token) : session;
}

/**
 * Makes sure that the page that was opened last asks: in two pages at once a sound could be heard twice.
 *
 * @param caller - Who asks.
 * @throws Refusal 409 when another page holds the session.
 */
export function requirePage(session: Pick<Session, 'page'>, caller: Caller): void {
  if (session.page !== caller.page)
    throw new Refusal(409, 'other-page', 'The study is open in another window or tab.');
}

/**
 * Hands a session to a page that was just opened; the page that had it may only look on.
 *
 * @param caller - Token and the new page.
 * @param view - What to return of the session.
 * @returns What `view` returns.
 * @throws Refusal 401 when no session has the token.
 */
export async function openPage<Result>(
  site: Site,
  caller: Caller,
  view: (transaction: Queries, session: Session) => Promise<Result>,
): Promise<Result> {
  return transact(site.store, async (transaction) => {
    const session = await findSession(site, transaction, caller.token, { lock: true });
    const { page } = caller;
    await transaction.updateTable('sessions').set({ page }).where('id', '=', session.id).execute();
    return view(transaction, { ...(await endIfOverTime(site, transaction, session)), page });
  });
}

/**
 * Makes sure that a session still takes answers.
 *
 * @throws Refusal 409 when it has ended.
 */
export function requireActive(session: Session): void {
  if (session.state !== 'active')
    throw new Refusal(409, 'ended', 'This session has ended; it takes no more answers.');
}
