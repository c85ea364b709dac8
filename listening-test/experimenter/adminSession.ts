import { timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { Refusal } from '../session/refusal.ts';
import { keyedHash, newToken, type Site } from '../session/site.ts';
import { locked, transact } from '../store/openStore.ts';
import { isPassword, type PasswordHash } from './password.ts';

const cookieName = 'metamer_experimenter';
const sessionHours = 12;
const throttleMinutes = 15;
/** Failed logins within {@link throttleMinutes} after which no more are looked at. */
const failuresAllowed = { address: 10, all: 200 };

/**
 * Logs the experimenter in: sets a cookie that scripts cannot read.
 *
 * @param site - The site.
 * @param kept - The password's hash.
 * @param exchange - Request with the entered password, and its response.
 * @returns The token that must come with every change (against cross-site requests).
 * @throws Refusal 401 for a wrong password, 429 after too many of them.
 */
export async function logIn(
  site: Site,
  kept: PasswordHash,
  exchange: { request: Request; response: Response; password: string },
): Promise<{ csrf: string }> {
  const { request, response, password } = exchange;
  const { database } = site.store;
  const now = site.clock();
  const addressHash = keyedHash(site, ['address', request.ip ?? '']);
  const attempt = await countAttempt(site, addressHash);
  if (!(await isPassword(password, kept)))
    throw new Refusal(401, 'wrong-password', 'This is not the password.');
  await database.deleteFrom('login_attempts').where('id', '=', attempt).execute();
  const token = newToken(site);
  const csrf = newToken(site);
  const expires = now + sessionHours * 3_600_000;
  await database.deleteFrom('admin_sessions').where('expires_at', '<', now).execute();
  await database
    .insertInto('admin_sessions')
    .values({ token_hash: tokenHash(site, token), csrf, expires_at: expires })
    .execute();
  setCookie(request, response, token, sessionHours * 3600);
  return { csrf };
}

/** Counts as failed until the password proves right, so that guesses sent all at once are throttled as well. */
function countAttempt(site: Site, addressHash: string): Promise<number> {
  const now = site.clock();
  return transact(site.store, async (transaction) => {
    const study = transaction.selectFrom('studies').select('id').where('id', '=', site.loaded.study.id);
    await locked(site.store, study).execute();
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
 * @param site - The site.
 * @param request - The request.
 * @param response - Its response; the cookie goes.
 */
export async function logOut(site: Site, request: Request, response: Response): Promise<void> {
  const token = cookieOf(request);
  if (token)
    await site.store.database
      .deleteFrom('admin_sessions')
      .where('token_hash', '=', tokenHash(site, token))
      .execute();
  setCookie(request, response, '', 0);
}

/**
 * Lets only the logged-in experimenter through; changes also need the token of the login in `x-csrf-token`.
 *
 * @param site - The site.
 * @returns Middleware; the login's token stands in `response.locals.csrf`.
 */
export function requireExperimenter(site: Site): RequestHandler {
  return async (request, response, next) => {
    const token = cookieOf(request);
    const session = token
      ? await site.store.database
          .selectFrom('admin_sessions')
          .selectAll()
          .where('token_hash', '=', tokenHash(site, token))
          .where('expires_at', '>', site.clock())
          .executeTakeFirst()
      : undefined;
    if (!session) throw new Refusal(401, 'log-in', 'Please log in.');
    const isChange = !['GET', 'HEAD'].includes(request.method);
    if (isChange && !isEqual(request.headers['x-csrf-token'], session.csrf))
      throw new Refusal(403, 'csrf', 'This change did not come from the experimenter page.');
    response.locals['csrf'] = session.csrf;
    next();
  };
}

/** Keyed by the study's own secret: another study's login in the same database is none here. */
const tokenHash = (site: Site, token: string) => keyedHash(site, ['login', site.loaded.study.id, token]);

function isEqual(given: string | string[] | undefined, expected: string): boolean {
  const bytes = Buffer.from(String(given ?? ''));
  return bytes.length === expected.length && timingSafeEqual(bytes, Buffer.from(expected));
}

function cookieOf(request: Request): string | null {
  const found = new RegExp(`(?:^|; )${cookieName}=([A-Za-z0-9_-]{32})(?:;|$)`).exec(
    request.headers.cookie ?? '',
  );
  return found?.[1] ?? null;
}

function setCookie(request: Request, response: Response, value: string, maxAgeSeconds: number): void {
  const secure = request.secure ? '; Secure' : '';
  response.append(
    'Set-Cookie',
    `${cookieName}=${value}; Path=/api/experimenter; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure}`,
  );
}
