import { z } from 'zod';
import type { Queries } from '../store/openStore.ts';
import { clipFacts } from './clipSource.ts';
import { changeSession, requireActive } from './findSession.ts';
import { Refusal } from './refusal.ts';
import { isHeard, type Plays, playCounts } from './sessionState.ts';
import type { Session, Site, Trial } from './site.ts';

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

/** The server's verdict on a play. */
export interface PlayVerdict {
  valid: boolean;
  reasons: string[];
  /** Whether the answer may be given now; if not, the clip is played again. */
  heard: boolean;
}

/** A play may be shorter than its clip by this much, seconds; it seems longer when a busy page notices the end late. */
const toleranceSeconds = 0.05;
/** Most by which audio clock and page clock may differ over a play, seconds: more means that the sound stood still. */
const stallSeconds = 0.1;

/**
 * Judges and stores one play of the open trial's clip.
 *
 * @param site - The site.
 * @param token - Bearer token.
 * @param position - The trial.
 * @param report - The page's measurements.
 * @returns The verdict; the same report sent again gives the same verdict.
 * @throws Refusal 409 when the trial is not open, the clip was never fetched, or it was heard already.
 */
export function recordPlay(
  site: Site,
  token: string,
  position: number,
  report: z.infer<typeof playSchema>,
): Promise<PlayVerdict> {
  const store = async (transaction: Queries, session: Session) => {
    const plays = await transaction
      .selectFrom('plays')
      .select(['attempt', 'valid', 'reasons'])
      .where('session', '=', session.id)
      .where('position', '=', position)
      .execute();
    const stored = plays.find(({ attempt }) => attempt === report.attempt);
    if (stored) return verdict(site, plays, stored);
    const trial = await openTrialRow(transaction, session, position);
    if (trial.fetched_at === null) throw new Refusal(409, 'not-fetched', 'This clip was never fetched.');
    if (isHeard(site, trial)) throw new Refusal(409, 'heard', 'This clip was heard already.');
    if (report.attempt !== plays.length + 1)
      throw new Refusal(409, 'out-of-order', 'Plays must be reported in order.');
    const reasons = faultsOf(report, clipFacts(site, trial));
    const play = {
      attempt: report.attempt,
      valid: reasons.length === 0 ? 1 : 0,
      reasons: JSON.stringify(reasons),
    };
    const now = site.clock();
    const row = { ...play, session: session.id, position, report: JSON.stringify(report), received_at: now };
    await transaction.insertInto('plays').values(row).execute();
    return verdict(site, [...plays, play], play);
  };
  return changeSession(site, token, store, { synced: false });
}

function verdict(
  site: Site,
  plays: readonly { valid: number }[],
  play: { valid: number; reasons: string },
): PlayVerdict {
  return {
    valid: play.valid === 1,
    reasons: JSON.parse(play.reasons) as string[],
    heard: isHeard(site, {
      plays: plays.length,
      valid_plays: plays.filter(({ valid }) => valid === 1).length,
    }),
  };
}

/** Ids of what went wrong in a play: `duration`, `stalled`, `interrupted`, `hidden`, `bytes`. */
function faultsOf(report: z.infer<typeof playSchema>, clip: { sha256: string; seconds: number }): string[] {
  const heardSeconds = (report.endedAt ?? 0) - report.scheduledAt;
  const faults: [string, boolean][] = [
    ['duration', heardSeconds < clip.seconds - toleranceSeconds],
    ['duration', Math.abs(report.bufferSeconds - clip.seconds) > toleranceSeconds],
    ['stalled', report.endedAt !== null && Math.abs(report.wallSeconds - heardSeconds) > stallSeconds],
    ['interrupted', report.contextState !== 'running' || report.stateChanges > 0],
    ['hidden', report.hidden],
    ['bytes', report.sha256 !== clip.sha256],
  ];
  return [...new Set(faults.filter(([, isFault]) => isFault).map(([reason]) => reason))];
}

/**
 * The row of the trial that is open now.
 *
 * @param transaction - The transaction.
 * @param session - The session.
 * @param position - The trial meant.
 * @returns The trial and the counts of its plays.
 * @throws Refusal 409 when another trial is open, or none.
 */
export async function openTrialRow(
  transaction: Queries,
  session: Session,
  position: number,
): Promise<Trial & Plays> {
  requireActive(session);
  const trial =
    position === session.next_position
      ? await transaction
          .selectFrom('trials')
          .selectAll('trials')
          .select(playCounts)
          .where('session', '=', session.id)
          .where('position', '=', position)
          .executeTakeFirst()
      : undefined;
  if (!trial) throw new Refusal(409, 'out-of-order', 'This trial is not open now.');
  return trial;
}
