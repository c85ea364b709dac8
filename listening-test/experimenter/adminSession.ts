import { timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { Refusal } from '../session/refusal.ts';
import { keyedHash, newToken } from '../session/site.ts';
import { oneAtATime, transact } from '../store/openStore.ts';
import { type Account, firstAccount } from './accounts.ts';
import type { Laboratory } from './laboratory.ts';
import { isPassword, noPassword } from './password.ts';

const sessionHours = 12;
const throttleMinutes = 15;
/** Failed logins within {@link throttleMinutes} after which no more are looked at. */
const failuresAllowed = { address: 10, all: 200 };

/** Somebody logged in. */
export interface Login {
  /** The account's name. */
  account: string;
  /** Must come with every change (against cross-site requests). */
  csrf: string;
}

/**
 * Logs an experimenter in: sets a cookie that scripts cannot read.
 *
 * @param laboratory - Accounts and logins.
 * @param entered - Name and password.
 * @param exchange - The request and its response.
 * @throws Refusal 401 for a wrong name or password, 429 after too many of them.
 */
export async function logIn(
  laboratory: Laboratory,
  entered: { name: string; password: string },
  exchange: { request: Request; response: Response },
): Promise<Login> {
  const { request } = exchange;
  const { database } = laboratory.store;
  const now = laboratory.clock();
  const addressHash = keyedHash(laboratory, ['address', request.ip ?? '']);
  const attempt = await countAttempt(laboratory, addressHash);
  const known = laboratory.accounts().find(({ name }) => name === entered.name);
  // An unknown name takes as long as a wrong password.
  const isRight = await isPassword(entered.password, known ?? noPassword);
  if (!known || !isRight) throw new Refusal(401, 'wrong-password', wrongPassword(laboratory.accounts()));
  await database.deleteFrom('login_attempts').where('id', '=', attempt).execute();
  const token = newToken(laboratory);
  const csrf = newToken(laboratory);
  const expires = now + sessionHours * 3_600_000;
  await database.deleteFrom('admin_sessions').where('expires_at', '<', now).execute();
  await database
    .insertInto('admin_sessions')
    .values({ token_hash: tokenHash(laboratory, token), csrf, expires_at: expires, account: known.name })
    .execute();
  setCookie(laboratory, exchange, { value: token, maxAgeSeconds: sessionHours * 3600 });
  return { account: known.name, csrf };
}

const wrongPassword = (accounts: readonly Account[]) =>
  accounts.every(({ name }) => name === firstAccount)
    ? 'This is not the password.'
    : 'Name and password do not belong together.';

/** Counts as failed until the password proves right, so that guesses sent all at once are throttled as well. */
function countAttempt({ store, clock }: Laboratory, addressHash: string): Promise<number> {
  const now = clock();
  return transact(store, async (transaction) => {
    await oneAtATime(store, transaction, 'login');
    await transaction
      .deleteFrom('login_attempts')
      .where('at', '<', now - throttleMinutes * 60_000)
      .execute();
    const recent = await transaction.selectFrom('login_attempts').select('address_hash').execute();
    const own = recent.filter(({ address_hash }) => address_hash === addressHash);
    if (own.length >= failuresAllowed.address || recent.length >= failuresAllowed.all)
      throw new Refusal(429, 'too-many', `Too many wrong passwords; please wait ${throttleMinutes} minutes.`);
    const { id } = await transaction
      .insertInto('login_attempts')
      .values({ address_hash: addressHash, at: now })
      .returning('id')
      .executeTakeFirstOrThrow();
    return Number(id);
  });
}

/**
 * Logs the experimenter out.
 *
 * @param laboratory - Accounts and logins.
 * @param exchange - The request and its response; the cookie goes.
 */
export async function logOut(
  laboratory: Laboratory,
  exchange: { request: Request; response: Response },
): Promise<void> {
  const token = cookieOf(laboratory, exchange.request);
  if (token)
    await laboratory.store.database
      .deleteFrom('admin_sessions')
      .where('token_hash', '=', tokenHash(laboratory, token))
      .execute();
  setCookie(laboratory, exchange, { value: '', maxAgeSeconds: 0 });
}

/**
 * Lets only logged-in experimenters through; changes also need the token of the login in `x-csrf-token`.
 *
 * @param laboratory - Accounts and logins.
 * @returns Middleware; {@link loginOf} gives the login to what comes after it.
 */
export function requireExperimenter(laboratory: Laboratory): RequestHandler {
  return async (request, response, next) => {
    const token = cookieOf(laboratory, request);
    const session = token
      ? await laboratory.store.database
          .selectFrom('admin_sessions')
          .selectAll()
          .where('token_hash', '=', tokenHash(laboratory, token))
          .where('expires_at', '>', laboratory.clock())
          .executeTakeFirst()
      : undefined;
    const isKnown = laboratory.accounts().some(({ name }) => name === session?.account);
    if (!session || !isKnown) throw new Refusal(401, 'log-in', 'Please log in.');
    const isChange = !['GET', 'HEAD'].includes(request.method);
    if (isChange && !isEqual(request.headers['x-csrf-token'], session.csrf))
      throw new Refusal(403, 'csrf', 'This change did not come from the experimenter page.');
    response.locals['login'] = { account: session.account, csrf: session.csrf } satisfies Login;
    next();
  };
}

/**
 * Who sent a request.
 *
 * @param response - Response to a request that came through {@link requireExperimenter}.
 */
export function loginOf(response: Response): Login {
  return response.locals['login'] as Login;
}

/** Keyed by the laboratory's own secret: another one's login in the same database is none here. */
const tokenHash = (laboratory: Laboratory, token: string) =>
  keyedHash(laboratory, ['login', laboratory.name, token]);

/** Cookies are shared by all ports of a host: every laboratory's has a name of its own. */
const cookieName = (laboratory: Laboratory) =>
  `metamer_${keyedHash(laboratory, ['cookie', laboratory.name]).slice(0, 12)}`;

function isEqual(given: string | string[] | undefined, expected: string): boolean {
  const bytes = Buffer.from(String(given ?? ''));
  return bytes.length === expected.length && timingSafeEqual(bytes, Buffer.from(expected));
}

function cookieOf(laboratory: Laboratory, request: Request): string | null {
  const found = new RegExp(`(?:^|; )${cookieName(laboratory)}=([A-Za-z0-9_-]{32})(?:;|$)`).exec(
    request.headers.cookie ?? '',
  );
  return found?.[1] ?? null;
}

/** Without a path: the browser takes the folder that it asked, whatever path a proxy put in front. */
function setCookie(
  laboratory: Laboratory,
  { request, response }: { request: Request; response: Response },
  { value, maxAgeSeconds }: { value: string; maxAgeSeconds: number },
): void {
  const secure = request.secure ? '; Secure' : '';
  response.append(
    'Set-Cookie',
    `${cookieName(laboratory)}=${value}; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure}`,
  );
}
