import { readFileSync } from 'node:fs';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { InputError } from './inputError.ts';

/** A small table of texts, held whole. */
export interface CsvTable {
  /** Where it came from, for messages. */
  path: string;
  columns: readonly string[];
  /** Cells, one array a row; row i is on the file's line `lines[i]`. */
  rows: readonly (readonly string[])[];
  lines: readonly number[];
}

/**
 * Reads a whole CSV file with a header line; the separator may be a comma, semicolon or tab.
 *
 * @param path - The file.
 * @returns Its columns and rows.
 * @throws InputError when it cannot be read, is empty, or a row has another number of cells than the header.
 */
export function readCsvTable(path: string): CsvTable {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError(`${path} cannot be read (${code}); give a CSV file`, { cause: error });
  }
  return parseCsvTable(text, path);
}

/**
 * Parses the text of a CSV file; see {@link readCsvTable}.
 *
 * @param text - The file's content.
 * @param path - Its name, for messages.
 * @returns Columns and rows.
 * @throws InputError as {@link readCsvTable} does.
 */
export function parseCsvTable(text: string, path: string): CsvTable {
  const records = parsedRecords(text, path);
  const [header, ...body] = records;
  if (!header) throw new InputError(`${path} is empty; it must have a header line and at least one row`);
  const columns = header.record.map((name) => name.trim());
  const repeated = columns.find((name, i) => columns.indexOf(name) !== i);
  if (repeated !== undefined)
    throw new InputError(
      `${path} line 1: column names must differ, '${repeated}' stands twice; rename one of them`,
    );
  if (body.length === 0) throw new InputError(`${path} has a header but no rows; add the measurements`);
  return { path, columns, rows: body.map(({ record }) => record), lines: body.map(({ info }) => info.lines) };
}

interface ParsedRecord {
  record: string[];
  info: { lines: number };
}

function parsedRecords(text: string, path: string): ParsedRecord[] {
  try {
    return parse(text, {
      bom: true,
      info: true,
      skip_empty_lines: true,
      delimiter: separatorOf(text),
    }) as unknown as ParsedRecord[];
  } catch (error) {
    if (error instanceof CsvError) throw csvInputError(error, path);
    throw error;
  }
}

/**
 * The sentence for a file that is not well-formed CSV.
 *
 * @param error - What the parser threw.
 * @param path - The file, for the message.
 * @returns The error to throw.
 */
export function csvInputError(error: CsvError, path: string): InputError {
  return new InputError(
    `${path} line ${String(error['lines'])}: not well-formed CSV (${error.message.replace(/\.?$/, '')}); give every row the header's number of cells and close its quotes`,
    { cause: error },
  );
}

/**
 * Guesses the separator from the header line.
 *
 * @param text - The beginning of the file, header line included.
 * @returns Whichever of comma, semicolon and tab stands most often in it.
 */
export function separatorOf(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  const count = (separator: string) => header.split(separator).length;
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}
