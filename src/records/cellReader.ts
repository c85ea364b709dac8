import { cellNumber, isMissing, type Separator } from '../base/csvCells.ts';
import { InputError } from '../base/inputError.ts';
import type { CsvHeader } from '../base/readCsv.ts';
import { type TrialColumn, trialColumns } from './trialRecord.ts';

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

/** Where each column stands in a file; −1 where it is left out. */
export type Places = Record<TrialColumn | 'background' | 'snr_db', number>;

/**
 * Finds the columns of `trials.csv` in a header.
 *
 * @param header - The file and its column names.
 * @returns Each column's place.
 * @throws InputError naming required columns that are missing.
 */
export function columnPlaces({ path, columns: names }: CsvHeader): Places {
  const missing = trialColumns.filter((name) => !names.includes(name) && !optionalColumns.includes(name));
  if (missing.length > 0)
    throw new InputError(
      `${path}: column${missing.length > 1 ? 's' : ''} ${missing.map((name) => `'${name}'`).join(', ')} missing; trials.csv needs ${trialColumns.filter((name) => !optionalColumns.includes(name)).join(', ')}`,
    );
  return Object.fromEntries(
    [...trialColumns, 'background', 'snr_db'].map((name) => [name, names.indexOf(name)]),
  ) as Places;
}

/**
 * Reads and checks single cells of a row.
 *
 * @param record - The row's cells.
 * @param at - File, columns and line, for messages.
 * @returns Readers by kind of cell; each throws InputError naming line and column.
 */
export function cellReader(
  record: string[],
  at: { path: string; places: Places; separator: Separator; line: number },
) {
  const optional = (column: keyof Places) => {
    const text = record[at.places[column]] ?? '';
    return isMissing(text) ? '' : text;
  };
  const fail = (column: string, rule: string, remedy: string): never => {
    throw new InputError(
      `${at.path} line ${at.line}: column '${column}' must be ${rule}, got '${record[at.places[column as keyof Places]] ?? ''}'; ${remedy}`,
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
      const value = cellNumber(text, at.separator);
      return Number.isFinite(value) ? value : fail(column, 'a finite number', 'correct or remove the row');
    },
  };
}
