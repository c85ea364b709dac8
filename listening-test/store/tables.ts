import type { Generated } from 'kysely';

/**
 * Where a session stands. `left` went away for good but keeps its answers; `timed-out` took longer than the study allows;
 * `erased` keeps nothing but this word.
 */
export type SessionState =
  | 'active'
  | 'complete'
  | 'screened-out'
  | 'timed-out'
  | 'withdrawn'
  | 'left'
  | 'erased';

/** The database: everything a study collects. Times are milliseconds since 1970, UTC; JSON is text; flags are 0 or 1. */
export interface Tables {
  /** One row a study; its lock orders the assignments. */
  studies: { id: string; state: 'open' | 'paused' | 'closed'; created_at: number };
  sessions: {
    id: string;
    study: string;
    /** SHA-256 of the bearer token. */
    token_hash: string;
    /** Name of the page that holds the session; null before a page was opened. */
    page: string | null;
    /** Keyed hash of the recruitment platform's participant id; null for an open link. */
    recruitment_hash: string | null;
    /** Keyed hash of the submission id: who knows it may go on with the session. */
    submission_hash: string | null;
    /** Both ids encrypted, where the study keeps them; else empty. */
    recruitment_ids: string;
    /** Participant code of the person's first visit. */
    person: string;
    /** Which of the study's visits this is, from 1. */
    visit: number;
    platform: string;
    preview: number;
    state: SessionState;
    step: string;
    /** Position of the next open trial. */
    next_position: number;
    seed: number;
    consent_hash: string;
    created_at: number;
    last_seen_at: number;
    ended_at: number | null;
    /** Why it ended, for screened-out sessions: the step. */
    end_reason: string;
  };
  /** The list a session holds in a task. */
  reservations: { session: string; task: string; list: number; reserved_at: number };
  trials: {
    session: string;
    position: number;
    /** `antiphase`, `huggins`, `practice` or `main`. */
    phase: string;
    attempt: number;
    block: string;
    task: string;
    /** Stimulus id, or the recipe of a headphone sound. */
    stimulus: string;
    /** Opaque name of the clip in this session. */
    clip_token: string;
    target: string;
    feedback: number;
    /** What the task planned for this trial beyond the stimulus, JSON; empty if nothing. */
    plan: Generated<string>;
    /** First time the clip was asked for. */
    fetched_at: number | null;
  };
  responses: {
    session: string;
    position: number;
    idempotency_key: string;
    /** Chosen labels, JSON array; empty for "I have no idea". */
    response: string;
    correct: number;
    play_valid: number;
    /** From the end of the sound to the answer, ms; null if the page was opened again in between. */
    rt_ms: number | null;
    first_input_ms: number | null;
    /** From the end of the sound to the moment the form could be used, ms. */
    form_ms: number | null;
    /** Whether the page was opened again between sound and answer. */
    resumed: number;
    /** How far the device's clock was set during the trial, ms. */
    clock_jump_ms: number | null;
    keystrokes: number;
    typed: string;
    /** How the answer came about, JSON; empty from a client that is no page. */
    conduct: Generated<string>;
    /** What the answer holds beyond its labels, JSON; empty if nothing. */
    details: Generated<string>;
    /** The browser's clock. */
    started_at: number;
    responded_at: number;
    /** The server's clock. */
    received_at: number;
  };
  plays: {
    session: string;
    position: number;
    attempt: number;
    valid: number;
    /** When it was begun by the server's clock. */
    begun_at: number;
    /** What was wrong, JSON array of reason ids. */
    reasons: string;
    /** The page's measurements, JSON; empty until the page says how the play went. */
    report: string;
    received_at: number;
  };
  /** Answers of everything that is not a trial: consent, browser, level, questions, surveys, comments. */
  steps: { session: string; step: string; answer: string; received_at: number };
  /** Exclusions set by the experimenter. */
  exclusions: { session: string; rule: string; reason: string; created_at: number };
  /** What experimenters did, and erasures; the study is empty for logins to several studies. */
  audit: {
    id: Generated<number>;
    at: number;
    actor: string;
    action: string;
    detail: string;
    study: Generated<string>;
  };
  admin_sessions: { token_hash: string; csrf: string; expires_at: number; account: string };
  /** Personal links that were given out, by the keyed hash of their codes. */
  links: { code_hash: string; study: string; created_at: number };
  /** Failed logins, to slow guessing down; the address as a keyed hash. */
  login_attempts: { id: Generated<number>; address_hash: string; at: number };
}
