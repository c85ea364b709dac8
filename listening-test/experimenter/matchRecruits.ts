import { iso } from '../export/readRecords.ts';
import { exitOf } from '../session/ending.ts';
import { eraseSession } from '../session/leave.ts';
import { readableIds, recruitmentHashes } from '../session/recruiting/recruitment.ts';
import type { Session, Site } from '../session/site.ts';
import { forgetDeleted, transact } from '../store/openStore.ts';
import { type Conduct, createConducts, noConduct } from './conducts.ts';
import { log } from './laboratory.ts';

/** What became of somebody whom a recruiter sent. */
export interface Recruit {
  /** The recruiter's id. */
  id: string;
  /** Prolific's SESSION_ID, MTurk's assignmentId; empty where it is kept as a hash. */
  submission: string;
  /** Participant code; empty for an id that never began. */
  participant: string;
  visit: number | null;
  /** State of the session; `never began` without one. */
  state: string;
  /** Completion code the session ended with; empty while it goes on. */
  code: string;
  startedAt: string;
  endedAt: string;
  minutes: number | null;
  answers: number;
  catchRight: number;
  catchCount: number;
  exclusionRules: string[];
}

/**
 * Matches ids of a recruiter with sessions: for approval, bonus, complaints and erasure by e-mail.
 *
 * @param site - The study with the secret under which ids are kept.
 * @param ids - Recruitment ids; null for everybody, where the study keeps ids encrypted.
 * @returns One row a session, in the order of the ids; an id that never began has a row too.
 */
export async function matchRecruits(site: Site, ids: readonly string[] | null): Promise<Recruit[]> {
  const conducts = await createConducts(site)();
  const sessions = await site.store.database
    .selectFrom('sessions')
    .selectAll()
    .where('study', '=', site.loaded.study.id)
    .where('preview', '=', 0)
    .orderBy('created_at')
    .orderBy('visit')
    .execute();
  const row = (id: string, session: Session) =>
    recruitOf(site, { id, session, conduct: conducts.get(session.id) ?? noConduct });
  if (ids === null)
    return sessions.flatMap((session) => {
      const known = readableIds(site, session);
      return known ? [row(known.participantId, session)] : [];
    });
  return ids.flatMap((id) => {
    const hashes = new Set<string | null>(recruitmentHashes(site, id));
    const own = sessions.filter(({ recruitment_hash }) => hashes.has(recruitment_hash));
    return own.length > 0 ? own.map((session) => row(id, session)) : [{ ...neverBegan, id }];
  });
}

/**
 * Erases everything of the sessions that belong to ids of a recruiter.
 *
 * @param site - The study.
 * @param recruits - What {@link matchRecruits} found.
 * @param actor - Who asked for it, for the log.
 * @returns Participant codes of the erased sessions.
 */
export async function eraseRecruits(
  site: Site,
  recruits: readonly Recruit[],
  actor: string,
): Promise<string[]> {
  const codes = recruits.flatMap(({ participant, state }) =>
    participant === '' || state === 'erased' ? [] : [participant],
  );
  for (const session of codes)
    await transact(site.store, (transaction) => eraseSession(site, transaction, { session, actor }));
  await forgetDeleted(site.store);
  return codes;
}

/**
 * Writes down that recruitment ids were matched with participants.
 *
 * @param site - The study.
 * @param recruits - What was found.
 * @param actor - Who asked for it.
 */
export function logMatch(site: Site, recruits: readonly Recruit[], actor: string): Promise<void> {
  return log(site, { actor, action: 'match recruits', detail: `${recruits.length} rows` });
}

const neverBegan: Omit<Recruit, 'id'> = {
  submission: '',
  participant: '',
  visit: null,
  state: 'never began',
  code: '',
  startedAt: '',
  endedAt: '',
  minutes: null,
  answers: 0,
  catchRight: 0,
  catchCount: 0,
  exclusionRules: [],
};

function recruitOf(
  site: Site,
  { id, session, conduct }: { id: string; session: Session; conduct: Conduct },
): Recruit {
  if (session.state === 'erased') return { ...neverBegan, id, participant: session.id, state: 'erased' };
  return {
    id,
    submission: readableIds(site, session)?.submissionId ?? '',
    participant: session.id,
    visit: session.visit,
    state: session.state,
    code: session.state === 'active' ? '' : exitOf(site, session).code,
    startedAt: iso(session.created_at),
    endedAt: iso(session.ended_at),
    minutes: session.ended_at === null ? null : (session.ended_at - session.created_at) / 60_000,
    answers: conduct.answered,
    catchRight: conduct.catchRight,
    catchCount: conduct.catchCount,
    exclusionRules: conduct.exclusionRules,
  };
}
