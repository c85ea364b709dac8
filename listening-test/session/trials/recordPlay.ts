import { z } from 'zod';
import { later } from '../../store/later.ts';
import type { Queries } from '../../store/openStore.ts';
import type { Tables } from '../../store/tables.ts';
import { type Caller, changeSession, requireActive } from '../findSession.ts';
import { Refusal } from '../refusal.ts';
import { type Plays, playCounts, playsOf } from '../sessionState.ts';
import type { Session, Site, Trial } from '../site.ts';
import { clipFacts } from './clipSource.ts';
import { isHeard, mayPlay, playFaults, remainingMs } from './judgePlay.ts';

const milliseconds = z.number().min(0).max(1e14);
const seconds = z.number().min(0).max(1e7);

/** The page's report of one play of a clip. */
export const playSchema = z.strictObject({
  /** Which play of this trial it is, from 1. */
  attempt: z.int().min(1).max(50),
  /** Scheduled start and end by the audio clock, seconds; null end: it never ended. */
  scheduledAt: seconds,
  endedAt: seconds.nullable(),
  /** From the scheduled start to the end by the page's clock, seconds. */
  wallSeconds: seconds,
  /** Length of the decoded clip, seconds. */
  bufferSeconds: seconds,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  contextState: z.string().max(20),
  /** State changes of the audio context during the play. */
  stateChanges: z.int().min(0).max(10_000),
  /** Whether the page was hidden at any time during the play. */
  hidden: z.boolean(),
  sampleRateHz: z.number().min(0).max(1e6),
  baseLatency: seconds.nullable(),
  outputLatency: seconds.nullable(),
  fetchMs: milliseconds.nullable(),
  /** Start of the play by the browser's clock, ms since 1970. */
  startedAt: milliseconds,
});

/** The page's report of one play of a clip. */
export type PlayReport = z.infer<typeof playSchema>;

/** The server's verdict on a play. */
export interface PlayVerdict {
  valid: boolean;
  reasons: string[];
  /** Whether the answer counts; if not, the clip is played again. */
  heard: boolean;
}

/** Body of the request that begins a play. */
export const beginSchema = z.strictObject({
  /** Which play of this trial it is, from 1. */
  attempt: z.int().min(1).max(50),
});

/** What stands as the reason of a play that nothing was heard of after it began. */
const unreported = '["unreported"]';

/**
 * Begins a play of the open trial's clip. It counts from now on, whether the page ever says how it went or not, so a
 * page that was closed or reloaded in the middle leaves a trace.
 *
 * @param caller - Token and page.
 * @param position - The trial.
 * @param request - Which play of the trial it is.
 * @returns Nothing to read; the sound may start. The same request sent again changes nothing.
 * @throws Refusal 409 when the trial is not open, the clip was never fetched, or it was heard already.
 */
export function beginPlay(
  site: Site,
  caller: Caller,
  position: number,
  request: z.infer<typeof beginSchema>,
): Promise<Record<string, never>> {
  const begin = async (transaction: Queries, session: Session): Promise<Record<string, never>> => {
    requireOpenTrial(session, position);
    const { trial, plays } = await playedTrial(transaction, session, position);
    const last = plays.at(-1);
    if (last?.attempt === request.attempt && last.report === '') return {};
    if (trial.fetched_at === null) throw new Refusal(409, 'not-fetched', 'This clip was never fetched.');
    const { maxInvalidPlays } = site.loaded.study;
    if (!mayPlay(countsOf(plays), { maxInvalidPlays, plays: playsOf(site, trial.task) }))
      throw new Refusal(409, 'heard', 'This clip was heard already.');
    if (request.attempt !== plays.length + 1)
      throw new Refusal(409, 'out-of-order', 'Plays must be begun in order.');
    const now = site.clock();
    const row = { session: session.id, position, attempt: request.attempt, begun_at: now, received_at: now };
    await later(
      transaction,
      transaction.insertInto('plays').values({ ...row, valid: 0, reasons: unreported, report: '' }),
    );
    return {};
  };
  return changeSession(site, caller, begin, { synced: false });
}

/**
 * Judges and stores one play of the open trial's clip, which was begun before.
 *
 * @param caller - Token and page.
 * @param position - The trial.
 * @param report - The page's measurements.
 * @returns The verdict; the same report sent again gives the same verdict.
 * @throws Refusal 409 when the trial is not open or the play was not begun, 425 when the clip cannot be over yet.
 */
export function recordPlay(
  site: Site,
  caller: Caller,
  position: number,
  report: z.infer<typeof playSchema>,
): Promise<PlayVerdict> {
  const store = async (transaction: Queries, session: Session) => {
    const { trial, plays } = await playedTrial(transaction, session, position);
    const begun = plays.find(({ attempt }) => attempt === report.attempt);
    if (begun && begun.report !== '') return verdict(site, plays, begun);
    requireOpenTrial(session, position);
    if (!begun) throw new Refusal(409, 'out-of-order', 'This play was not begun.');
    const clip = clipFacts(site, trial);
    const now = site.clock();
    requireTime(begun.begun_at, now, clip.seconds);
    const reasons = playFaults(report, clip);
    const change = {
      valid: reasons.length === 0 ? 1 : 0,
      reasons: JSON.stringify(reasons),
      report: JSON.stringify(report),
      received_at: now,
    };
    await later(
      transaction,
      transaction
        .updateTable('plays')
        .set(change)
        .where('session', '=', session.id)
        .where('position', '=', position)
        .where('attempt', '=', report.attempt),
    );
    return verdict(
      site,
      plays.map((play) => (play === begun ? { ...play, ...change } : play)),
      change,
    );
  };
  return changeSession(site, caller, store, { synced: false });
}

/**
 * Makes sure that a clip can have been heard since its play began.
 *
 * @param begunAt - When the play was begun by the server's clock, ms.
 * @param now - Now, ms.
 * @param clipSeconds - Length of the clip, seconds.
 * @throws Refusal 425 when it is too soon; the page asks again.
 */
export function requireTime(begunAt: number, now: number, clipSeconds: number): void {
  if (remainingMs(begunAt, now, clipSeconds) > 0)
    throw new Refusal(425, 'too-soon', 'The sound cannot be over yet.');
}

/** A play that was begun. */
type Play = Pick<Tables['plays'], 'attempt' | 'valid' | 'reasons' | 'report' | 'begun_at'>;

/** A trial and its plays in order, in one query. */
async function playedTrial(transaction: Queries, session: Session, position: number) {
  const rows = await transaction
    .selectFrom('trials')
    .leftJoin('plays', (join) =>
      join.onRef('plays.session', '=', 'trials.session').onRef('plays.position', '=', 'trials.position'),
    )
    .select(['phase', 'task', 'stimulus', 'fetched_at'])
    .select(['plays.attempt', 'valid', 'reasons', 'report', 'begun_at'])
    .where('trials.session', '=', session.id)
    .where('trials.position', '=', position)
    .orderBy('plays.attempt')
    .execute();
  if (!rows[0]) throw notOpen();
  return { trial: rows[0], plays: rows.filter((row): row is typeof row & Play => row.attempt !== null) };
}

const countsOf = (plays: readonly Pick<Play, 'valid'>[]) => ({
  plays: plays.length,
  valid_plays: plays.filter(({ valid }) => valid === 1).length,
});

function verdict(
  site: Site,
  plays: readonly { valid: number }[],
  play: { valid: number; reasons: string },
): PlayVerdict {
  return {
    valid: play.valid === 1,
    reasons: JSON.parse(play.reasons) as string[],
    heard: isHeard(countsOf(plays), site.loaded.study.maxInvalidPlays),
  };
}

/**
 * The row of the trial that is open now.
 *
 * @param position - The trial meant.
 * @returns The trial and the counts of its plays.
 * @throws Refusal 409 when another trial is open, or none.
 */
export async function openTrialRow(
  transaction: Queries,
  session: Session,
  position: number,
): Promise<Trial & Plays> {
  requireOpenTrial(session, position);
  const trial = await transaction
    .selectFrom('trials')
    .selectAll('trials')
    .select(playCounts)
    .where('session', '=', session.id)
    .where('position', '=', position)
    .executeTakeFirst();
  if (!trial) throw notOpen();
  return trial;
}

function requireOpenTrial(session: Session, position: number): void {
  requireActive(session);
  if (position !== session.next_position) throw notOpen();
}

const notOpen = () => new Refusal(409, 'out-of-order', 'This trial is not open now.');
