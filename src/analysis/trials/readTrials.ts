import { createReadStream } from 'node:fs';
import { type CsvError, parse } from 'csv-parse';
import { InputError } from '../../inputError.ts';
import { type TrialColumn, trialColumns } from '../../trialRecord.ts';
import { csvInputError } from '../tables/csvTable.ts';
import { duplicateFinder } from './duplicateFinder.ts';
import { conditionInNoise } from './noiseCondition.ts';
import { type NameColumn, nameColumnBuilder, numberColumnBuilder, type TrialTable } from './trialTable.ts';

/** Columns that a table of trials may leave out. */
const optionalColumns: readonly TrialColumn[] = [
  'study',
  'rt_ms',
  'play_valid',
  'excluded',
  'exclusion_rules',
  'started_at',
  'responded_at',
];
const blocks = ['practice', 'main', 'catch'];

/**
 * Reads trial records as a stream into columns.
 *
 * @param path - A CSV file with the columns of `trials.csv`; `background` and `snr_db` may be added.
 * @returns The trials.
 * @throws InputError naming line and column for anything malformed, and both lines for a duplicate.
 */
export async function readTrials(path: string): Promise<TrialTable> {
  const file = createReadStream(path);
  const parser = file.pipe(parse({ bom: true, skip_empty_lines: true }));
  file.once('error', (error) => parser.destroy(error));
  return await collect(path, parser).catch((error: NodeJS.ErrnoException | CsvError) => {
    if (error instanceof InputError) throw error;
    if (String(error.code).startsWith('CSV_')) throw csvInputError(error as CsvError, path);
    if (typeof error.code !== 'string') throw error;
    throw new InputError(`${path} cannot be read (${error.code}); give a trials.csv`, {
      cause: error,
    });
  });
}

async function collect(path: string, records: AsyncIterable<string[]>): Promise<TrialTable> {
  let reader: ReturnType<typeof rowReader> | undefined;
  let line = 0;
  for await (const record of records) {
    line += 1;
    if (reader) reader.push(record, line);
    else reader = rowReader(path, record);
  }
  if (!reader) throw new InputError(`${path} is empty; it must have the header line of trials.csv`);
  if (line === 1) throw new InputError(`${path} has a header but no trials; export the study's trials first`);
  return reader.finish();
}

type Places = Record<TrialColumn | 'background' | 'snr_db', number>;

function columnPlaces(path: string, header: string[]): Places {
  const names = header.map((name) => name.trim());
  const missing = trialColumns.filter((name) => !names.includes(name) && !optionalColumns.includes(name));
  if (missing.length > 0)
    throw new InputError(
      `${path}: column${missing.length > 1 ? 's' : ''} ${missing.map((name) => `'${name}'`).join(', ')} missing; trials.csv needs ${trialColumns.filter((name) => !optionalColumns.includes(name)).join(', ')}`,
    );
  return Object.fromEntries(
    [...trialColumns, 'background', 'snr_db'].map((name) => [name, names.indexOf(name)]),
  ) as Places;
}

function rowReader(path: string, header: string[]) {
  const places = columnPlaces(path, header);
  const answers = new Map<string, number>();
  const names = {
    study: nameColumnBuilder(),
    participant: nameColumnBuilder(),
    observer: nameColumnBuilder(),
    task: nameColumnBuilder(),
    block: nameColumnBuilder(),
    source: nameColumnBuilder(),
    condition: nameColumnBuilder(),
    stage: nameColumnBuilder(),
    metamerModel: nameColumnBuilder(),
    target: nameColumnBuilder(answers),
    response: nameColumnBuilder(answers),
    exclusionRules: nameColumnBuilder(),
    background: nameColumnBuilder(),
  };
  const flag = () => numberColumnBuilder((length) => new Uint8Array(length));
  const real = () => numberColumnBuilder((length) => new Float64Array(length));
  const numbers = {
    correct: flag(),
    rtMs: real(),
    playValid: flag(),
    excluded: flag(),
    trialIndex: numberColumnBuilder((length) => new Int32Array(length)),
    snrDb: real(),
  };
  let count = 0;
  return {
    push(record: string[], line: number) {
      const cell = cellReader(record, { path, places, line });
      for (const [key, column] of nameCells) names[key].push(cell.name(column));
      names.observer.push(cell.observer());
      names.block.push(cell.oneOf('block', blocks));
      names.stage.push(cell.optional('stage'));
      // Several choices stand best first, `;` between them.
      names.response.push(cell.optional('response').split(';', 1)[0]!);
      numbers.correct.push(cell.boolean('correct', null));
      numbers.playValid.push(cell.boolean('play_valid', 1));
      numbers.excluded.push(cell.boolean('excluded', 0));
      numbers.rtMs.push(cell.number('rt_ms', Number.NaN));
      numbers.trialIndex.push(cell.number('trial_index', null));
      for (const [key, column] of optionalNameCells) names[key].push(cell.optional(column));
      const noise = conditionInNoise(cell.optional('stage') === '' ? cell.optional('condition') : '');
      names.background.push(cell.optional('background') || noise.background);
      numbers.snrDb.push(cell.number('snr_db', noise.snrDb));
      count += 1;
    },
    finish(): TrialTable {
      const finished = Object.fromEntries(
        [...Object.entries(names), ...Object.entries(numbers)].map(([key, column]) => [key, column.finish()]),
      ) as unknown as Omit<TrialTable, 'path' | 'count'>;
      const table = { path, count, ...finished };
      const named = { ...table, participant: participantsByStudy(table) };
      refuseDuplicates(named);
      return named;
    },
  };
}

const nameCells = [
  ['task', 'task'],
  ['source', 'source_id'],
  ['condition', 'condition'],
  ['target', 'target'],
] as const;
const optionalNameCells = [
  ['study', 'study'],
  ['participant', 'participant'],
  ['metamerModel', 'metamer_model'],
  ['exclusionRules', 'exclusion_rules'],
] as const;

function cellReader(record: string[], at: { path: string; places: Places; line: number }) {
  const optional = (column: keyof Places) => record[at.places[column]]?.trim() ?? '';
  const fail = (column: string, rule: string, remedy: string): never => {
    throw new InputError(
      `${at.path} line ${at.line}: column '${column}' must be ${rule}, got '${optional(column as keyof Places)}'; ${remedy}`,
    );
  };
  const name = (column: keyof Places) =>
    optional(column) || fail(column, 'filled in', 'name it or remove the row');
  return {
    optional,
    name,
    observer(): string {
      const observer = name('observer');
      if (observer !== 'human' && observer.toLowerCase() === 'human')
        fail('observer', "'human' or a model's name", "write 'human' in small letters");
      if (observer === 'human' && optional('participant') === '')
        fail('participant', 'filled in for a human', 'name the participant');
      return observer;
    },
    oneOf(column: keyof Places, allowed: readonly string[]): string {
      const text = optional(column);
      return allowed.includes(text) ? text : fail(column, `one of ${allowed.join(', ')}`, 'correct the row');
    },
    boolean(column: keyof Places, absent: 0 | 1 | null): 0 | 1 {
      const text = optional(column).toLowerCase();
      if (text === 'true' || text === '1') return 1;
      if (text === 'false' || text === '0') return 0;
      if (text === '' && absent !== null) return absent;
      return fail(column, 'true or false', 'correct or remove the row');
    },
    number(column: keyof Places, absent: number | null): number {
      const text = optional(column);
      if (text === '' && absent !== null) return absent;
      const value = text === '' ? Number.NaN : Number(text);
      return Number.isFinite(value) ? value : fail(column, 'a finite number', 'correct or remove the row');
    },
  };
}

/** Participants of several studies in one table are different people even under the same name. */
function participantsByStudy({ study, participant, count }: TrialTable): NameColumn {
  if (study.names.length < 2) return participant;
  const codes = new Map<number, number>();
  const names: string[] = [];
  const combined = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const key = study.codes[row]! * participant.names.length + participant.codes[row]!;
    let code = codes.get(key);
    if (code === undefined) {
      code = names.length;
      codes.set(key, code);
      names.push(`${study.names[study.codes[row]!]}/${participant.names[participant.codes[row]!]}`);
    }
    combined[row] = code;
  }
  return { codes: combined, names };
}

function refuseDuplicates(table: TrialTable): void {
  const columns = [
    table.participant.codes,
    table.observer.codes,
    table.task.codes,
    table.block.codes,
    table.source.codes,
    table.condition.codes,
    table.trialIndex,
  ];
  const pair = duplicateFinder(columns, table.count);
  if (!pair) return;
  const [first, second] = pair;
  throw new InputError(
    `${table.path} line ${second + 2}: repeats line ${first + 2} (participant '${table.participant.names[table.participant.codes[second]!]}', observer '${table.observer.names[table.observer.codes[second]!]}', trial_index ${table.trialIndex[second]}, source_id '${table.source.names[table.source.codes[second]!]}'); keep one of them`,
  );
}
