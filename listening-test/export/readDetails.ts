import type { Site } from '../session/site.ts';
import type { PlayReport } from '../session/trials/recordPlay.ts';
import { answersWithTrials } from '../store/answersWithTrials.ts';
import { groupedBySession, iso, type StudyRecords } from './readRecords.ts';

/** One play that began. */
export interface PlayRecord {
  participant: string;
  session: string;
  /** Null in headphone checks and trials that were not answered. */
  trialIndex: number | null;
  phase: string;
  attempt: number;
  valid: boolean;
  reasons: string[];
  begunAt: string;
  reportedAt: string;
  /** The page's measurements; null if it never told them. */
  report: PlayReport | null;
}

/** One answer in a headphone check. */
export interface HeadphoneRecord {
  participant: string;
  session: string;
  check: string;
  attempt: number;
  /** Place in the attempt, from 1. */
  number: number;
  /** Recipe of the sound. */
  stimulus: string;
  target: string;
  response: string;
  correct: boolean;
  rtMs: number | null;
}

/** What is stored beside answers and participants. */
export interface StudyDetails {
  plays: PlayRecord[];
  headphones: HeadphoneRecord[];
  /** When each step that is no trial was answered. */
  steps: { participant: string; session: string; step: string; receivedAt: string }[];
  /** What experimenters decided about participants. */
  byHand: { session: string; rule: string; reason: string; decidedAt: string }[];
  /** What experimenters did. */
  audit: { at: string; actor: string; action: string; detail: string }[];
}

/**
 * Reads plays, headphone checks and times of steps of the participants that are exported.
 *
 * @param site - Study and store.
 * @param records - The participants and their trials.
 * @returns The details in the order of participants.
 */
export async function readDetails(
  site: Pick<Site, 'loaded' | 'store'>,
  records: StudyRecords,
): Promise<StudyDetails> {
  const details: StudyDetails = {
    plays: [],
    headphones: [],
    steps: [],
    byHand: await decisions(site),
    audit: await auditEntries(site),
  };
  const plays = groupedBySession(await playRows(site));
  const checks = groupedBySession(await headphoneRows(site));
  const steps = groupedBySession(await stepRows(site));
  const trials = new Map(records.trials.map((trial) => [`${trial.session} ${trial.detail.position}`, trial]));
  for (const { session, participant } of records.participants) {
    for (const row of plays.get(session) ?? []) {
      const trialIndex = trials.get(`${session} ${row.position}`)?.trialIndex ?? null;
      details.plays.push(playOf(row, { participant, session, trialIndex }));
    }
    details.headphones.push(...headphoneRecords(checks.get(session) ?? [], { participant, session }));
    for (const { step, received_at } of steps.get(session) ?? [])
      details.steps.push({ participant, session, step, receivedAt: iso(received_at) });
  }
  return details;
}

function playRows({ store, loaded }: Pick<Site, 'loaded' | 'store'>) {
  return store.database
    .selectFrom('plays')
    .innerJoin('trials', (join) =>
      join.onRef('trials.session', '=', 'plays.session').onRef('trials.position', '=', 'plays.position'),
    )
    .innerJoin('sessions', 'sessions.id', 'plays.session')
    .selectAll('plays')
    .select('trials.phase')
    .where('sessions.study', '=', loaded.study.id)
    .orderBy('plays.position')
    .orderBy('plays.attempt')
    .execute();
}

function stepRows({ store, loaded }: Pick<Site, 'loaded' | 'store'>) {
  return store.database
    .selectFrom('steps')
    .innerJoin('sessions', 'sessions.id', 'steps.session')
    .select(['steps.session', 'steps.step', 'steps.received_at'])
    .where('sessions.study', '=', loaded.study.id)
    .orderBy('steps.received_at')
    .execute();
}

async function decisions({ store, loaded }: Pick<Site, 'loaded' | 'store'>): Promise<StudyDetails['byHand']> {
  const rows = await store.database
    .selectFrom('exclusions')
    .innerJoin('sessions', 'sessions.id', 'exclusions.session')
    .select(['exclusions.session', 'exclusions.rule', 'exclusions.reason', 'exclusions.created_at'])
    .where('sessions.study', '=', loaded.study.id)
    .execute();
  return rows.map(({ created_at, ...row }) => ({ ...row, decidedAt: iso(created_at) }));
}

async function auditEntries({
  store,
  loaded,
}: Pick<Site, 'loaded' | 'store'>): Promise<StudyDetails['audit']> {
  const rows = await store.database
    .selectFrom('audit')
    .select(['at', 'actor', 'action', 'detail'])
    .where('study', '=', loaded.study.id)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, at: iso(row.at) }));
}

function headphoneRows({ store, loaded }: Pick<Site, 'loaded' | 'store'>) {
  return answersWithTrials(store.database)
    .innerJoin('sessions', 'sessions.id', 'responses.session')
    .select(['responses.session', 'responses.response', 'responses.correct', 'responses.rt_ms'])
    .select(['trials.phase', 'trials.attempt', 'trials.stimulus', 'trials.target'])
    .where('sessions.study', '=', loaded.study.id)
    .where('trials.block', '=', 'headphones')
    .orderBy('responses.position')
    .execute();
}

function playOf(
  row: Awaited<ReturnType<typeof playRows>>[number],
  place: Pick<PlayRecord, 'participant' | 'session' | 'trialIndex'>,
): PlayRecord {
  const isReported = row.report !== '';
  return {
    ...place,
    phase: row.phase,
    attempt: row.attempt,
    valid: row.valid === 1,
    reasons: JSON.parse(row.reasons) as string[],
    begunAt: row.begun_at === 0 ? '' : iso(row.begun_at),
    reportedAt: isReported ? iso(row.received_at) : '',
    report: isReported ? (JSON.parse(row.report) as PlayReport) : null,
  };
}

function headphoneRecords(
  rows: Awaited<ReturnType<typeof headphoneRows>>,
  owner: Pick<HeadphoneRecord, 'participant' | 'session'>,
): HeadphoneRecord[] {
  const places = new Map<string, number>();
  return rows.map(({ phase, attempt, stimulus, target, response, correct, rt_ms }) => {
    const number = (places.get(`${phase} ${attempt}`) ?? 0) + 1;
    places.set(`${phase} ${attempt}`, number);
    return {
      ...owner,
      check: phase,
      attempt,
      number,
      stimulus,
      target,
      response: (JSON.parse(response) as string[]).join(';'),
      correct: correct === 1,
      rtMs: rt_ms,
    };
  });
}
