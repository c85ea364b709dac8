import { z } from 'zod';
import { type Queries, transact } from '../store/openStore.ts';
import { Refusal } from './refusal.ts';
import { type SessionState, sessionState } from './sessionState.ts';
import {
  consentVersion,
  keyedHash,
  newParticipantCode,
  newToken,
  type Session,
  type Site,
  sha256,
} from './site.ts';

const platformId = z.string().min(1).max(200);

/** Body of the request that starts a session. */
export const startSchema = z.strictObject({
  /** Version of the consent text the participant agreed to. */
  consent: z.string().regex(/^[0-9a-f]{64}$/),
  recruitment: z
    .strictObject({
      platform: z.enum(['prolific', 'mturk']),
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
 * @param site - The site.
 * @param request - Consent version and recruitment ids, of which only keyed hashes are stored.
 * @returns The token and the state.
 * @throws Refusal 503 when the study takes nobody now, 409 when the consent text has changed or the person took part,
 *   403 when the study recruits through a platform and the ids of that are missing.
 */
export async function startSession(
  site: Site,
  request: z.infer<typeof startSchema>,
): Promise<StartedSession> {
  if (request.consent !== consentVersion(site))
    throw new Refusal(409, 'consent-changed', 'The consent text has changed; please read it again.');
  requirePlatform(site, request.recruitment);
  return transact(site.store, async (transaction) => {
    const token = newToken(site);
    const hashes = recruitmentHashes(site, request.recruitment);
    const known = hashes.recruitment_hash
      ? await sessionOf(site, transaction, hashes.recruitment_hash)
      : undefined;
    if (known) {
      const resumed = await handOver(site, transaction, { known, token, submission: hashes.submission_hash });
      return { token, session: await sessionState(site, transaction, resumed) };
    }
    await requireOpen(site, transaction);
    const session = newSession(site, { token, ...hashes, platform: request.recruitment?.platform ?? 'none' });
    await insertSession(transaction, session);
    return { token, session: await sessionState(site, transaction, session) };
  });
}

/** Without the platform's ids nobody could be told from one who took part, and a code would be anybody's. */
function requirePlatform(site: Site, recruitment: z.infer<typeof startSchema>['recruitment']): void {
  const { platform } = site.loaded.study.recruitment;
  if (platform === 'none' || recruitment?.platform === platform) return;
  const name = platform === 'prolific' ? 'Prolific' : 'MTurk';
  throw new Refusal(
    403,
    'no-recruitment',
    `This study is open to those who come from ${name}; please open it there.`,
  );
}

/** Hands an unfinished session to the same submission under a new token; the old token ends. */
async function handOver(
  site: Site,
  transaction: Queries,
  { known, token, submission }: { known: Session; token: string; submission: string | null },
): Promise<Session> {
  if (known.submission_hash !== submission)
    throw new Refusal(409, 'took-part', 'You have taken part in this study already; thank you.');
  const change = { token_hash: sha256(token), last_seen_at: site.clock() };
  await transaction.updateTable('sessions').set(change).where('id', '=', known.id).execute();
  return { ...known, ...change };
}

function recruitmentHashes(
  site: Site,
  recruitment: z.infer<typeof startSchema>['recruitment'],
): Pick<Session, 'recruitment_hash' | 'submission_hash'> {
  if (!recruitment) return { recruitment_hash: null, submission_hash: null };
  const { platform, participantId, submissionId } = recruitment;
  const study = site.loaded.study.id;
  return {
    recruitment_hash: keyedHash(site, [study, platform, participantId]),
    submission_hash: keyedHash(site, [study, platform, participantId, submissionId]),
  };
}

function sessionOf(site: Site, queries: Queries, recruitmentHash: string): Promise<Session | undefined> {
  return queries
    .selectFrom('sessions')
    .selectAll()
    .where('study', '=', site.loaded.study.id)
    .where('recruitment_hash', '=', recruitmentHash)
    .executeTakeFirst();
}

async function requireOpen(site: Site, queries: Queries): Promise<void> {
  const study = await queries
    .selectFrom('studies')
    .select('state')
    .where('id', '=', site.loaded.study.id)
    .executeTakeFirstOrThrow();
  if (study.state === 'open') return;
  const message =
    study.state === 'paused'
      ? 'The study is paused; please come back later.'
      : 'The study is closed; it takes no more participants.';
  throw new Refusal(503, study.state, message);
}

/**
 * A session that has just begun.
 *
 * @param site - The site.
 * @param parts - Token and where the participant comes from; `preview` sessions are never counted.
 * @returns The row, not stored yet.
 */
export function newSession(
  site: Site,
  parts: Pick<Session, 'platform' | 'recruitment_hash' | 'submission_hash'> & {
    token: string;
    preview?: boolean;
  },
): Session {
  const now = site.clock();
  const { token, preview = false, ...origin } = parts;
  return {
    ...origin,
    id: newParticipantCode(site),
    study: site.loaded.study.id,
    token_hash: sha256(token),
    preview: preview ? 1 : 0,
    state: 'active',
    step: 'browser',
    next_position: 0,
    seed: site.entropy(4).readUInt32LE(0),
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
  if (Number(numInsertedOrUpdatedRows) === 0)
    throw new Refusal(409, 'took-part', 'You have taken part in this study already; thank you.');
}
