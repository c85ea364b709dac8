/** What a column's cells hold; see the value types below. */
type ColumnKind = keyof ColumnValues;

interface ColumnValues {
  /** May be empty. */
  text: string;
  /** Never empty. */
  name: string;
  block: (typeof trialBlocks)[number];
  /** Whole, from 0. */
  index: number;
  indexOrNone: number | null;
  flag: boolean;
  flagOrNone: boolean | null;
  /** Milliseconds; a tenth of one is written. */
  milliseconds: number | null;
  /** From 0 to 1; six digits of it are written. */
  probability: number | null;
  /** Ids of rules, `;` between them in the file. */
  rules: readonly string[];
}

interface ColumnSpecification {
  column: string;
  kind: ColumnKind;
  /** Whether a table may leave the column out: its cells count as missing then. */
  isOptional?: boolean;
  /** What a missing flag means; without it a flag must be there. */
  whenMissing?: boolean;
  meaning: string;
}

/** Parts of a session; only the main part is analyzed. */
export const trialBlocks = ['practice', 'main', 'catch'] as const;

/**
 * The table of trials, one row a trial, for humans and models alike: fields of a record in the order of their columns in
 * `trials.csv`. Writer, reader, codebook and {@link TrialRecord} follow from it.
 */
export const trialFields = {
  study: { column: 'study', kind: 'text', isOptional: true, meaning: 'Name of the study' },
  participant: {
    column: 'participant',
    kind: 'text',
    meaning: 'Code of the participant; says nothing about the person',
  },
  observer: { column: 'observer', kind: 'name', meaning: 'human, or the name of a model' },
  task: { column: 'task', kind: 'name', meaning: 'What was asked: word, genre or another task of the study' },
  block: { column: 'block', kind: 'block', meaning: 'practice, main or catch' },
  trialIndex: {
    column: 'trial_index',
    kind: 'index',
    meaning: 'Position of the trial in the session, from 0',
  },
  sourceId: { column: 'source_id', kind: 'name', meaning: 'Recording the sound was made from' },
  condition: { column: 'condition', kind: 'name', meaning: 'natural, or model/stage of the metamer' },
  stage: {
    column: 'stage',
    kind: 'text',
    meaning: 'Stage the metamer was matched at; empty for a natural sound',
  },
  metamerModel: {
    column: 'metamer_model',
    kind: 'text',
    meaning: 'Model whose metamer it is; empty for a natural sound',
  },
  target: {
    column: 'target',
    kind: 'text',
    meaning: 'Right answer; empty where nothing is right or wrong, as in ratings',
  },
  response: {
    column: 'response',
    kind: 'text',
    meaning: 'Given answer; several are joined by semicolons, empty means that no idea was reported',
  },
  correct: {
    column: 'correct',
    kind: 'flagOrNone',
    meaning: 'Whether the target is among the answers; empty where nothing is right or wrong',
  },
  rtMs: {
    column: 'rt_ms',
    kind: 'milliseconds',
    isOptional: true,
    meaning:
      'Time from the end of the sound to the answer, milliseconds; from its start in tasks that are answered during the sound',
  },
  playValid: {
    column: 'play_valid',
    kind: 'flag',
    isOptional: true,
    whenMissing: true,
    meaning: 'Whether the sound was heard whole and undisturbed',
  },
  excluded: {
    column: 'excluded',
    kind: 'flag',
    isOptional: true,
    whenMissing: false,
    meaning: 'Whether a rule excludes the trial',
  },
  exclusionRules: {
    column: 'exclusion_rules',
    kind: 'rules',
    isOptional: true,
    meaning: 'Ids of the rules, joined by semicolons',
  },
  startedAt: {
    column: 'started_at',
    kind: 'text',
    isOptional: true,
    meaning: 'Start of the trial by the browser clock, ISO 8601, UTC; empty for models',
  },
  respondedAt: {
    column: 'responded_at',
    kind: 'text',
    isOptional: true,
    meaning: 'Time of the answer by the browser clock, ISO 8601, UTC; empty for models',
  },
  stageIndex: {
    column: 'stage_index',
    kind: 'indexOrNone',
    isOptional: true,
    meaning:
      'Place of the stage among all stages of the metamer model in processing order, from 0; empty for a natural sound or where it is not known',
  },
  targetProbability: {
    column: 'target_probability',
    kind: 'probability',
    isOptional: true,
    meaning: 'Probability that a model gives to the right answer, from 0 to 1; empty for humans',
  },
  conductFlags: {
    column: 'conduct_flags',
    kind: 'rules',
    isOptional: true,
    meaning:
      'Marks of how the answer came about, for analyses with and without, joined by semicolons; nobody is excluded for them',
  },
} as const satisfies Record<string, ColumnSpecification>;

/** Name of a field of a trial record. */
export type TrialField = keyof typeof trialFields;

/** Name of a column of `trials.csv`. */
export type TrialColumn = (typeof trialFields)[TrialField]['column'];

/** One trial: what was played, asked and answered; the fields' meanings stand in {@link trialFields}. */
export type TrialRecord = {
  [Field in TrialField]: ColumnValues[(typeof trialFields)[Field]['kind']];
};

/** Fields of a record with their columns, in the columns' order. */
export const trialFieldList = Object.entries(trialFields) as [TrialField, ColumnSpecification][];

/** Columns of `trials.csv`, in order. */
export const trialColumns = trialFieldList.map(([, { column }]) => column) as TrialColumn[];

/** What must be told of a trial; the rest follows or has a default. */
export type TrialFacts = Omit<TrialRecord, DefaultField> & Partial<Pick<TrialRecord, DefaultField>>;

type DefaultField = Exclude<
  TrialField,
  | 'study'
  | 'participant'
  | 'observer'
  | 'task'
  | 'trialIndex'
  | 'sourceId'
  | 'condition'
  | 'target'
  | 'response'
>;

/**
 * The record of a trial, for people and models alike.
 *
 * @param facts - What is known. Left out: a trial of the main block with a natural sound, heard whole, answered rightly if
 *   the response is the target, at no recorded time, excluded by no rule.
 * @returns The record; it is excluded if any rule excludes it.
 */
export function trialRecord(facts: TrialFacts): TrialRecord {
  const { exclusionRules = [] } = facts;
  return {
    block: 'main',
    stage: '',
    metamerModel: '',
    stageIndex: null,
    correct: facts.response === facts.target,
    rtMs: null,
    playValid: true,
    startedAt: '',
    respondedAt: '',
    targetProbability: null,
    conductFlags: [],
    ...facts,
    exclusionRules,
    excluded: exclusionRules.length > 0,
  };
}
