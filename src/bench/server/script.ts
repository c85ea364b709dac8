import type { OpenTrial } from '../../../listening-test/session/sessionState.ts';

/** What participants choose among. */
export const words: readonly string[] = ['after', 'before', 'house', 'river'];

/** A valid answer to every step that has no trials. */
export const stepAnswers: Record<string, unknown> = {
  browser: {
    userAgent: 'simulated',
    language: 'en',
    width: 1280,
    height: 800,
    pixelRatio: 1,
    mobile: false,
    sampleRateHz: 48000,
  },
  instructions: {},
  'survey-before': { data: [{ response: 'yes' }] },
  'survey-after': { data: [{ response: 'fine' }] },
  level: { plays: 1 },
  demographics: {
    age: 30,
    gender: 'woman',
    hearingLoss: 'no',
    nativeLanguage: 'English',
    headphones: 'over-ear',
    connection: 'wired',
    musicYears: 3,
  },
  comments: { comments: 'nice', problems: '' },
};

/**
 * A report of a faultless play.
 *
 * @param trial - The open trial.
 * @param change - Fields to report otherwise.
 * @returns The body of the request.
 */
export function playReport(trial: OpenTrial, change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    attempt: trial.plays + 1,
    scheduledAt: 10,
    endedAt: 10 + trial.clip.seconds,
    wallSeconds: trial.clip.seconds,
    bufferSeconds: trial.clip.seconds,
    sha256: trial.clip.sha256,
    contextState: 'running',
    stateChanges: 0,
    hidden: false,
    sampleRateHz: 48000,
    baseLatency: 0.01,
    outputLatency: 0.02,
    fetchMs: 5,
    startedAt: 1_700_000_000_000,
    ...change,
  };
}

/**
 * An answer as the page sends it.
 *
 * @param position - The trial.
 * @param response - Chosen labels.
 * @param change - Fields to send otherwise.
 * @returns The body of the request.
 */
export function responseBody(position: number, response: string[], change: Record<string, unknown> = {}) {
  return {
    key: `key-of-trial-${position}`,
    response,
    rtMs: 900,
    firstInputMs: 400,
    formMs: 20,
    resumed: false,
    clockJumpMs: 0,
    keystrokes: 5,
    typed: response[0] ?? '',
    startedAt: 1_700_000_000_000,
    respondedAt: 1_700_000_003_000,
    ...change,
  };
}
