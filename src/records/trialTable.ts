import type { StudyFacts } from './studyFacts.ts';

/** What people told of themselves. */
export interface People {
  /** The tables that it was read from. */
  paths: readonly string[];
  /** Questions in the order of the columns, such as `age`, `gender`. */
  questions: readonly string[];
  /** Answers by participant, as the trials name them, and question; unanswered questions are left out. */
  answers: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** A column of names: each row holds an index into `names`. */
export interface NameColumn {
  codes: Int32Array;
  names: readonly string[];
}

/**
 * Name that a row has in a column.
 *
 * @param row - Index, from 0.
 */
export function nameAt({ codes, names }: NameColumn, row: number): string {
  return names[codes[row]!]!;
}

/** Trials by column, so that a million of them fit in 100 MB. `target` and `response` share their names. */
export interface TrialTable {
  /** The files, for messages. */
  path: string;
  /** Each file and the row it starts at. */
  files: readonly { path: string; firstRow: number }[];
  count: number;
  /** Rows of the files that are not here, since nothing is right or wrong in them, as in ratings. */
  ungraded: number;
  /** Line of its file on which each row stands. */
  lines: Int32Array;
  study: NameColumn;
  /** With several studies in the table, `study/participant`. */
  participant: NameColumn;
  /** `human` or the name of a model. */
  observer: NameColumn;
  task: NameColumn;
  block: NameColumn;
  /** With several studies in the table, `study/source`. */
  source: NameColumn;
  condition: NameColumn;
  /** Empty name for a natural sound. */
  stage: NameColumn;
  metamerModel: NameColumn;
  target: NameColumn;
  response: NameColumn;
  /** Rule ids joined by `;` as in the file. */
  exclusionRules: NameColumn;
  /** Marks of how an answer came about, joined by `;` as in the file. */
  conductFlags: NameColumn;
  /** Background of a sound in noise; empty name where there is none. */
  background: NameColumn;
  correct: Uint8Array;
  /** Milliseconds; NaN where there is none. */
  rtMs: Float64Array;
  /** Probability that a model gives to the target; NaN where none is told. */
  targetProbability: Float64Array;
  playValid: Uint8Array;
  excluded: Uint8Array;
  trialIndex: Int32Array;
  /** Signal-to-noise ratio, dB; NaN for sounds without noise. */
  snrDb: Float64Array;
  /** Place of the stage among its model's stages, from 0; −1 where it is not told. */
  stageIndex: Int32Array;
  /** The same by metamer model and stage, as far as any row tells it. */
  stagePlaces: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** What is known of the studies, by their names. */
  studies: ReadonlyMap<string, StudyFacts>;
  /** What is known of the humans. */
  people: People;
}

/**
 * Where a row stands, for messages.
 *
 * @param table - The trials.
 * @param row - Row of the table.
 * @returns File and line, the header being line 1.
 */
export function placeOfRow({ files, lines }: Pick<TrialTable, 'files' | 'lines'>, row: number): string {
  const { path } = files.findLast(({ firstRow }) => firstRow <= row)!;
  return `${path} line ${lines[row]}`;
}

/**
 * Studies that have trials of humans.
 *
 * @param table - The trials.
 * @returns Their names; several mean that the same participant name may be several people.
 */
export function humanStudies({ study, observer }: Pick<TrialTable, 'study' | 'observer'>): string[] {
  const human = observer.names.indexOf('human');
  return [...new Set(study.codes.filter((_, row) => observer.codes[row] === human))].map(
    (code) => study.names[code]!,
  );
}

/**
 * Whether some trial of a human is of a study: by the study's name or, where a trial names no study, by its sound. So is
 * a table without humans, or with trials that it does not hold since nothing is right or wrong in them.
 *
 * @param table - The trials.
 * @param of - The study's name, and the ids of its source sounds.
 */
export function hasTrialsOf(
  { study, observer, source, ungraded }: Pick<TrialTable, 'study' | 'observer' | 'source' | 'ungraded'>,
  of: { study: string; sources: ReadonlySet<string> },
): boolean {
  const studies = humanStudies({ study, observer });
  if (studies.length === 0 || ungraded > 0 || studies.includes(of.study)) return true;
  const [human, nameless] = [observer.names.indexOf('human'), study.names.indexOf('')];
  // Beside other studies, a source of none has an empty name before its own.
  const isOf = (name: string) => of.sources.has(name.replace(/^\//, ''));
  return study.codes.some(
    (code, row) => code === nameless && observer.codes[row] === human && isOf(nameAt(source, row)),
  );
}

/**
 * A table with what is known of a study, in place of what lay beside its file.
 *
 * @param table - The trials.
 * @param facts - The study's, or nothing.
 */
export function withStudy(table: TrialTable, facts: StudyFacts | undefined): TrialTable {
  return facts ? { ...table, studies: new Map([...table.studies, [facts.study, facts]]) } : table;
}

/** What grows while a table is read. */
export interface ColumnBuilder<Column> {
  push(value: string): void;
  finish(): Column;
}

/**
 * Builder of a column of names.
 *
 * @param shared - Dictionary to share with another column.
 * @returns The builder; its names are in order of first appearance.
 */
export function nameColumnBuilder(shared: Map<string, number> = new Map()): ColumnBuilder<NameColumn> {
  let codes = new Int32Array(1024);
  let count = 0;
  return {
    push(name) {
      let code = shared.get(name);
      if (code === undefined) {
        code = shared.size;
        // A copy of its own, so that the dictionary does not keep the file's chunks alive.
        shared.set(Buffer.from(name).toString(), code);
      }
      if (count === codes.length) codes = grown(codes, new Int32Array(2 * count));
      codes[count++] = code;
    },
    finish: () => ({ codes: codes.slice(0, count), names: [...shared.keys()] }),
  };
}

/**
 * A growing numeric column.
 *
 * @param make - Makes an array of a length, such as `(n) => new Uint8Array(n)`.
 * @returns Functions to append a value and to get the trimmed array.
 */
export function numberColumnBuilder<A extends Float64Array | Uint8Array | Int32Array>(
  make: (length: number) => A,
): { push(value: number): void; finish(): A } {
  let values = make(1024);
  let count = 0;
  return {
    push(value) {
      if (count === values.length) values = grown(values, make(2 * count));
      values[count++] = value;
    },
    finish: () => values.slice(0, count) as A,
  };
}

function grown<A extends Float64Array | Uint8Array | Int32Array>(values: A, larger: A): A {
  larger.set(values);
  return larger;
}
