/** Columns of `trials.csv`, in order; one row a trial, for humans and models alike. */
export const trialColumns = [
  'study',
  'participant',
  'observer',
  'task',
  'block',
  'trial_index',
  'source_id',
  'condition',
  'stage',
  'metamer_model',
  'target',
  'response',
  'correct',
  'rt_ms',
  'play_valid',
  'excluded',
  'exclusion_rules',
  'started_at',
  'responded_at',
] as const;

/** Name of a column of `trials.csv`. */
export type TrialColumn = (typeof trialColumns)[number];

/** One trial: what was played, asked and answered. */
export interface TrialRecord {
  study: string;
  participant: string;
  /** `human` or the name of a model. */
  observer: string;
  /** `word`, `genre`, or another task of the study. */
  task: string;
  block: 'practice' | 'main' | 'catch';
  /** Position in the session, from 0. */
  trialIndex: number;
  sourceId: string;
  /** `natural`, or `<model>/<stage>`. */
  condition: string;
  /** Matched stage; empty for a natural sound. */
  stage: string;
  /** Model whose metamer it is; empty for a natural sound. */
  metamerModel: string;
  /** Correct answer. */
  target: string;
  /** Given answer; empty when none was given. */
  response: string;
  correct: boolean;
  /** Time from the end of the sound to the answer, milliseconds; null when there is none. */
  rtMs: number | null;
  /** Whether the sound was heard whole and undisturbed. */
  playValid: boolean;
  excluded: boolean;
  /** Ids of the rules that exclude it; `;` between them in the file. */
  exclusionRules: readonly string[];
  /** ISO 8601, UTC; empty for models. */
  startedAt: string;
  /** ISO 8601, UTC; empty for models. */
  respondedAt: string;
}
