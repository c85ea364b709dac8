import { locked, type Queries, transact, unsynced } from '../store/openStore.ts';
import { Refusal } from './refusal.ts';
import { type Session, type Site, sha256 } from './site.ts';
import { endIfOverTime, isOverTime } from './timeLimit.ts';

/**
 * The session a token belongs to.
 *
 * @param site - The site.
 * @param queries - Database or transaction.
 * @param token - The bearer token as it was sent.
 * @param options - `lock`: keep others from changing the session until the transaction ends; `synced`: false lets it end
 *   before it is synced to the disk.
 * @returns The session.
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
 * @param site - The site.
 * @param token - The bearer token as it was sent.
 * @param change - What to do; everything it writes is kept, or nothing.
 * @param options - `synced`: false for what may be lost in a power cut.
 * @returns What `change` returns, once it is safely stored.
 * @throws Refusal 401 when no session has the token, 409 when it has ended.
 */
export async function changeSession<Result>(
  site: Site,
  token: string,
  change: (transaction: Queries, session: Session) => Promise<Result>,
  options: { synced: boolean } = { synced: true },
): Promise<Result> {
  const changed = await transact(site.store, async (transaction) => {
    const session = await findSession(site, transaction, token, { ...options, lock: true });
    return isOverTime(site, session) ? null : { result: await change(transaction, session) };
  });
  if (changed) return changed.result;
  // Ended in a transaction of its own, which no refusal of the change undoes.
  await endOverTime(site, token);
  return changeSession(site, token, change, options);
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
 * @param site - The site.
 * @param token - The bearer token as it was sent.
 * @returns The session.
 * @throws Refusal 401 when no session has it.
 */
export async function currentSession(site: Site, token: string): Promise<Session> {
  const session = await findSession(site, site.store.database, token);
  return isOverTime(site, session) ? endOverTime(site, token) : session;
}

/**
 * Makes sure that a session still takes answers.
 *
 * @param session - The session.
 * @throws Refusal 409 when it has ended.
 */
export function requireActive(session: Session): void {
  if (session.state !== 'active')
    throw new Refusal(409, 'ended', 'This session has ended; it takes no more answers.');
}
