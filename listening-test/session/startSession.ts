import { z } from 'zod';
import { sha256 } from '../../src/base/sha256.ts';
import { type Queries, transact } from '../store/openStore.ts';
import { requireNotPaused, requireOpen } from './quotas/quota.ts';
import { isLink } from './recruiting/personalLinks.ts';
import { isPlausible, type Recruitment, recruiterNames, recruiters } from './recruiting/recruiters.ts';
import { keptRecruitment, recruitmentHashes, submissionHash } from './recruiting/recruitment.ts';
import { beginAgain, returnOf, tookPart } from './recruiting/returning.ts';
import { Refusal } from './refusal.ts';
import { type SessionState, sessionState } from './sessionState.ts';
import { consentVersion, newParticipantCode, newToken, type Session, type Site } from './site.ts';
import { endIfOverTime } from './timeLimit.ts';

const platformId = z.string().min(1).max(200);

/** Body of the request that starts a session. */
export const startSchema = z.strictObject({
  /** Version of the consent text the participant agreed to. */
  consent: z.string().regex(/^[0-9a-f]{64}$/),
  recruitment: z
    .strictObject({
      platform: z.enum(recruiterNames),
      participantId: platformId,
      /** Prolific's SESSION_ID, MTurk's assignmentId. */
      submissionId: platformId,
    })
    .optional(),
});

/** A session as its page first sees it. */
export interface StartedSession {
  /** Bearer token; only its hash is stored. */
  token: string;
  session: SessionState;
}

/**
 * Starts a session after consent, or hands back the one the same submission has open already.
 *
 * @param request - Consent version and recruitment ids, of which only keyed hashes are stored unless the study keeps
 *   them encrypted.
 * @param page - Name of the page that starts it and holds it from now on; null for a client that is no page.
 * @returns The token and the state.
 * @throws Refusal 503 when the study takes nobody now, 409 when the consent text has changed or the person took part,
 *   403 when the ids of the study's recruiter are missing or cannot be real, or every place is taken.
 */
export async function startSession(
  site: Site,
  request: z.infer<typeof startSchema>,
  page: string | null = null,
): Promise<StartedSession> {
  const { recruitment } = request;
  if (request.consent !== consentVersion(site))
    throw new Refusal(409, 'consent-changed', 'The consent text has changed; please read it again.');
  requireRecruiter(site, recruitment);
  return transact(site.store, async (transaction) => {
    if (recruitment?.platform === 'links') await requireLink(site, transaction, recruitment);
    const token = newToken(site);
    const last = recruitment ? await lastSession(site, transaction, recruitment) : undefined;
    const session = last
      ? await comeBack(site, transaction, { last, token, recruitment: recruitment! })
      : await beginFirst(site, transaction, { token, recruitment });
    await transaction.updateTable('sessions').set({ page }).where('id', '=', session.id).execute();
    return { token, session: await sessionState(site, transaction, session) };
  });
}

/** Without the recruiter's ids nobody could be told from one who took part, and a code would be anybody's. */
function requireRecruiter(site: Site, recruitment: Recruitment | undefined): void {
  const { platform } = site.loaded.study.recruitment;
  const name = platform === 'none' ? 'your recruiter' : recruiters[platform].name;
  if (platform !== 'none' && recruitment?.platform !== platform)
    throw new Refusal(
      403,
      'no-recruitment',
      `This study is open to those who come from ${name}; please open it there.`,
    );
  if (recruitment && !isPlausible(recruitment))
    throw new Refusal(
      403,
      'implausible-id',
      `The address of this page does not hold your id of ${recruiters[recruitment.platform].name}; please open the study there again, or tell the researchers.`,
    );
}

async function requireLink(site: Site, queries: Queries, { participantId }: Recruitment): Promise<void> {
  if (!(await isLink(site, queries, participantId)))
    throw new Refusal(
      403,
      'unknown-link',
      'This personal link is not one of this study; please check its address.',
    );
}

/** The person's session of the latest visit. */
async function lastSession(
  site: Site,
  transaction: Queries,
  recruitment: Recruitment,
): Promise<Session | undefined> {
  const { participantId, platform } = recruitment;
  const session = await transaction
    .selectFrom('sessions')
    .selectAll()
    .where('study', '=', site.loaded.study.id)
    .where('recruitment_hash', 'in', recruitmentHashes(site, participantId, [platform]))
    .orderBy('visit', 'desc')
    .executeTakeFirst();
  return session && endIfOverTime(site, transaction, session);
}

async function beginFirst(
  site: Site,
  transaction: Queries,
  { token, recruitment }: { token: string; recruitment: Recruitment | undefined },
): Promise<Session> {
  await requireOpen(site, transaction);
  const session = newSession(site, { token, ...keptRecruitment(site, recruitment, 1) });
  await insertSession(transaction, session);
  return session;
}

async function comeBack(
  site: Site,
  transaction: Queries,
  { last, token, recruitment }: { last: Session; token: string; recruitment: Recruitment },
): Promise<Session> {
  const found = returnOf(site, last, submissionHash(site, recruitment));
  if (found.way === 'next-visit') {
    await requireNotPaused(site, transaction);
    const visit = last.visit + 1;
    const kept = keptRecruitment(site, recruitment, visit);
    const session = { ...newSession(site, { token, ...kept }), visit, person: last.person };
    await insertSession(transaction, session);
    return session;
  }
  if (found.way === 'anew') {
    const forgotten = { recruitment_hash: null, submission_hash: null };
    await transaction.updateTable('sessions').set(forgotten).where('id', '=', last.id).execute();
    return beginFirst(site, transaction, { token, recruitment });
  }
  const change = {
    token_hash: sha256(token),
    submission_hash: submissionHash(site, recruitment),
    last_seen_at: site.clock(),
  };
  await transaction.updateTable('sessions').set(change).where('id', '=', last.id).execute();
  const session = { ...last, ...change };
  return found.way === 'other-device' ? beginAgain(transaction, session) : session;
}

/**
 * A session that has just begun.
 *
 * @param parts - Token and where the participant comes from; `preview` sessions are never counted.
 * @returns The row, not stored yet.
 */
export function newSession(
  site: Site,
  parts: ReturnType<typeof keptRecruitment> & { token: string; preview?: boolean },
): Session {
  const now = site.clock();
  const { token, preview = false, ...origin } = parts;
  const id = newParticipantCode(site);
  return {
    ...origin,
    id,
    person: id,
    visit: 1,
    study: site.loaded.study.id,
    token_hash: sha256(token),
    page: null,
    preview: preview ? 1 : 0,
    state: 'active',
    step: 'browser',
    next_position: 0,
    seed: Buffer.from(site.entropy(4)).readUInt32LE(0),
    consent_hash: consentVersion(site),
    created_at: now,
    last_seen_at: now,
    ended_at: null,
    end_reason: '',
  };
}

/**
 * Stores a new session.
 *
 * @param queries - Database or transaction.
 * @param session - The row.
 * @throws Refusal 409 when the same person's session was stored a moment before.
 */
export async function insertSession(queries: Queries, session: Session): Promise<void> {
  const { numInsertedOrUpdatedRows } = await queries
    .insertInto('sessions')
    .values(session)
    .onConflict((conflict) => conflict.columns(['study', 'recruitment_hash']).doNothing())
    .executeTakeFirstOrThrow();
  if (Number(numInsertedOrUpdatedRows) === 0) throw tookPart();
}
