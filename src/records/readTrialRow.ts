import { cellNumber, isMissing, numberRemedy, type Separator } from '../base/csvCells.ts';
import { InputError } from '../base/inputError.ts';
import type { CsvHeader } from '../base/readCsv.ts';
import { contradictionIn } from './contradictions.ts';
import { recordedIds } from './exclusionRules.ts';
import { type TrialRecord, trialBlocks, trialFieldList } from './trialRecord.ts';

/** Columns that may be added to a table of trials: where a sound in noise stands, apart from its condition's name. */
const addedColumns = ['background', 'snr_db'] as const;

/** A row as it is read: the record, and what the added columns say. */
export interface TrialRow extends TrialRecord {
  /** Empty where there is none. */
  background: string;
  /** Signal-to-noise ratio, dB; null where there is none. */
  snrDb: number | null;
}

/** Where each column stands in a file; −1 where it is left out. */
export type Places = ReadonlyMap<string, number>;

/**
 * Finds the columns of `trials.csv` in a header.
 *
 * @param header - The file and its column names.
 * @returns Each column's place.
 * @throws InputError naming required columns that are missing.
 */
export function columnPlaces({ path, columns }: CsvHeader): Places {
  const needed = trialFieldList.flatMap(([, { column, isOptional = false }]) => (isOptional ? [] : [column]));
  const missing = needed.filter((column) => !columns.includes(column));
  if (missing.length > 0)
    throw new InputError(
      `${path}: column${missing.length > 1 ? 's' : ''} ${missing.map((name) => `'${name}'`).join(', ')} missing; trials.csv needs ${needed.join(', ')}`,
    );
  const known = [...trialFieldList.map(([, { column }]) => column), ...addedColumns];
  return new Map(known.map((column) => [column, columns.indexOf(column)]));
}

/**
 * Reads and checks a row.
 *
 * @param cells - The row's cells.
 * @param at - File, columns, separator and line.
 * @throws InputError naming line and column.
 */
export function readTrialRow(cells: readonly string[], at: RowPlace): TrialRow {
  const cell = cellReader(cells, at);
  const row = Object.fromEntries(
    trialFieldList.map(([field, { column, kind, whenMissing }]) => [field, cell[kind](column, whenMissing)]),
  ) as unknown as TrialRow;
  if (row.observer !== 'human' && row.observer.toLowerCase() === 'human')
    cell.fail('observer', "'human' or a model's name", "write 'human' in small letters");
  if (row.observer === 'human' && row.participant === '')
    cell.fail('participant', 'filled in for a human', 'name the participant');
  if (row.target === '' && row.correct !== null)
    cell.fail('target', 'filled in where the answer is right or wrong', 'name it or remove the row');
  if (row.target !== '' && row.correct === null) cell.fail('correct', 'true or false');
  const contradiction = contradictionIn(row);
  if (contradiction && at.places.get(contradiction.column)! >= 0)
    cell.fail(contradiction.column, contradiction.rule);
  row.background = cell.text('background');
  row.snrDb = cell.numberOrNone('snr_db');
  return row;
}

interface RowPlace {
  path: string;
  places: Places;
  separator: Separator;
  line: number;
}

/** Readers by kind of cell; each throws InputError naming line and column. */
function cellReader(cells: readonly string[], { path, places, separator, line }: RowPlace) {
  const raw = (column: string) => cells[places.get(column)!] ?? '';
  const fail = (column: string, rule: string, remedy = 'correct or remove the row'): never => {
    throw new InputError(
      `${path} line ${line}: column '${column}' must be ${rule}, got '${raw(column)}'; ${remedy}`,
    );
  };
  const text = (column: string) => (isMissing(raw(column)) ? '' : raw(column));
  const numberOrNone = (column: string) => {
    if (text(column) === '') return null;
    const value = cellNumber(text(column), separator);
    return Number.isNaN(value) ? fail(column, 'a finite number', numberRemedy) : value;
  };
  const indexOrNone = (column: string) => {
    const value = numberOrNone(column);
    return value === null || (Number.isInteger(value) && value >= 0)
      ? value
      : fail(column, 'a whole number ≥ 0');
  };
  const probability = (column: string) => {
    const value = numberOrNone(column);
    return value === null || (value >= 0 && value <= 1) ? value : fail(column, 'from 0 to 1');
  };
  const flagOrNone = (column: string) => {
    const told = text(column).toLowerCase();
    // pandas writes a column of truth values that misses some as numbers with a point.
    if (told === 'true' || /^1(\.0)?$/.test(told)) return true;
    if (told === 'false' || /^0(\.0)?$/.test(told)) return false;
    return told === '' ? null : fail(column, 'true or false');
  };
  return {
    fail,
    text,
    probability,
    numberOrNone,
    milliseconds: numberOrNone,
    indexOrNone,
    name: (column: string) => text(column) || fail(column, 'filled in', 'name it or remove the row'),
    block: (column: string) =>
      trialBlocks.find((block) => block === text(column)) ??
      fail(column, `one of ${trialBlocks.join(', ')}`, 'correct the row'),
    index: (column: string) => indexOrNone(column) ?? fail(column, 'a whole number ≥ 0'),
    rules: (column: string) => recordedIds(text(column)),
    flag: (column: string, whenMissing?: boolean) =>
      flagOrNone(column) ?? whenMissing ?? fail(column, 'true or false'),
    flagOrNone,
  };
}
