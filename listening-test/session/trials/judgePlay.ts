/** What the page measured of one play, as far as it decides whether the play counts. */
export interface PlayMeasurements {
  /** Scheduled start and end by the audio clock, seconds; null end: it never ended. */
  scheduledAt: number;
  endedAt: number | null;
  /** From the scheduled start to the end by the page's clock, seconds. */
  wallSeconds: number;
  /** Length of the decoded clip, seconds. */
  bufferSeconds: number;
  sha256: string;
  contextState: string;
  /** State changes of the audio context during the play: one that was interrupted and came back changed twice. */
  stateChanges: number;
  /** Whether the page was hidden at any time during the play. */
  hidden: boolean;
}

/** A play may be shorter than its clip by this much, seconds; it seems longer when a busy page notices the end late. */
const toleranceSeconds = 0.05;
/** Most by which audio clock and page clock may differ over a play, seconds: more means that the sound stood still. */
const stallSeconds = 0.1;

/**
 * What went wrong in a play. Page and server judge by this one rule: the page at once, so that nobody waits for the
 * network to answer, the server for the records.
 *
 * @param play - The page's measurements.
 * @param clip - Hash and length of the clip that was to be heard.
 * @returns `duration`, `stalled`, `interrupted`, `hidden`, `bytes`; none if the play counts.
 */
export function playFaults(play: PlayMeasurements, clip: { sha256: string; seconds: number }): string[] {
  const heardSeconds = (play.endedAt ?? 0) - play.scheduledAt;
  const faults: [string, boolean][] = [
    ['duration', heardSeconds < clip.seconds - toleranceSeconds],
    ['duration', Math.abs(play.bufferSeconds - clip.seconds) > toleranceSeconds],
    ['stalled', play.endedAt !== null && Math.abs(play.wallSeconds - heardSeconds) > stallSeconds],
    ['interrupted', play.contextState !== 'running' || play.stateChanges > 0],
    ['hidden', play.hidden],
    ['bytes', play.sha256 !== clip.sha256],
  ];
  return [...new Set(faults.filter(([, isFault]) => isFault).map(([reason]) => reason))];
}

/**
 * Whether an answer may be given: the clip was heard whole, or was begun as often as the study allows.
 *
 * @param trial - How many plays were begun, and how many of them count.
 * @param maxInvalidPlays - Plays that may go wrong.
 */
export function isHeard(
  trial: { plays: number | null; valid_plays: number | null },
  maxInvalidPlays: number,
): boolean {
  return Number(trial.valid_plays) > 0 || Number(trial.plays) > maxInvalidPlays;
}

/**
 * Whether a clip may be played (again): it was not heard as often as the task allows, and not all tries went wrong.
 *
 * @param trial - How many plays were begun, and how many of them count.
 * @param limits - Plays that may go wrong, and how often the task lets a clip be heard.
 */
export function mayPlay(
  trial: { plays: number | null; valid_plays: number | null },
  limits: { maxInvalidPlays: number; plays: number },
): boolean {
  const [begun, valid] = [Number(trial.plays), Number(trial.valid_plays)];
  return valid < limits.plays && begun - valid <= limits.maxInvalidPlays;
}

/**
 * How long a listener still has to hear the clip that was begun last. Both times are the server's, and the network can
 * only make the way longer, so whoever heard the clip never waits.
 *
 * @param begunAt - When the last play was begun, ms since 1970.
 * @param now - Now, ms since 1970.
 * @param clipSeconds - Length of the clip, seconds.
 * @returns Milliseconds; 0 if the clip can be over.
 */
export function remainingMs(begunAt: number, now: number, clipSeconds: number): number {
  return Math.max(0, begunAt + 1000 * (clipSeconds - toleranceSeconds) - now);
}
