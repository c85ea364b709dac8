import { createReadStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { CsvError, parse as parseStream } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { type Separator, separators, unguardedText } from './csvCells.ts';
import { unpacked, unpackedPieces, withFirst } from './gzip.ts';
import { InputError } from './inputError.ts';
import { textDecoder, textEncodingOf } from './textEncoding.ts';

/** A small table of texts, held whole. */
export interface CsvTable {
  /** Where it came from, for messages. */
  path: string;
  /** What parts its columns; with semicolons numbers may have decimal commas. */
  separator: Separator;
  columns: readonly string[];
  /** Cells without blanks around them, one array a row; row i is on the file's line `lines[i]`. */
  rows: readonly (readonly string[])[];
  lines: readonly number[];
}

/** The header of a table whose rows are still to come. */
export type CsvHeader = Pick<CsvTable, 'path' | 'separator' | 'columns'>;

/** One row of a table. */
export interface CsvRow {
  cells: string[];
  /** Line of the file on which it ends, the header being line 1. */
  line: number;
}

/**
 * Reads a whole CSV file with a header line. The separator is a comma, semicolon or tab, whichever stands in the header;
 * the text is UTF-8 or UTF-16, and may be packed by gzip. Lines and last columns without any text are left out.
 *
 * @param path - The file.
 * @returns Its columns and rows.
 * @throws InputError when it cannot be read, is empty or not text, a row has another number of cells than the header, or
 *   two columns have one name.
 */
export function readCsvTable(path: string): CsvTable {
  const bytes = fileBytes(path);
  const decode = textDecoder(textEncodingOf(bytes), path);
  return parseCsvTable(decode(bytes) + decode(), path);
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
  const separator = separatorOf(text);
  const table = tableReader(path, separator);
  const rows: CsvRow[] = [];
  try {
    for (const parsed of parse(text, parserOptions(separator)) as unknown as ParsedRecord[]) {
      const row = table.take(parsed);
      if (row) rows.push(row);
    }
  } catch (error) {
    throw csvInputError(error, path);
  }
  const header = table.finish();
  return { ...header, rows: rows.map(({ cells }) => cells), lines: rows.map(({ line }) => line) };
}

/**
 * The rows of a table by column name.
 *
 * @returns One record a row, in order.
 */
export function csvRecords({ columns, rows }: CsvTable): Record<string, string>[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]!])));
}

/**
 * Reads a CSV file of any size row by row; see {@link readCsvTable} for what it may be.
 *
 * @param source - The file, or its name and text.
 * @param open - Takes the header and gives the function that takes the rows.
 * @param whenEmpty - What to do about a table without rows; default: `add the measurements`.
 * @throws InputError as {@link readCsvTable} does.
 */
export async function streamCsv(
  source: string | { path: string; text: string },
  open: (header: CsvHeader) => (row: CsvRow) => void,
  whenEmpty?: string,
): Promise<void> {
  const path = typeof source === 'string' ? source : source.path;
  try {
    const pieces = typeof source === 'string' ? decodedPieces(source) : iteratorOf(source.text);
    const first = await pieces.next();
    const beginning = first.done ? '' : first.value;
    const separator = separatorOf(beginning);
    const table = tableReader(path, separator);
    const parser = parseStream(parserOptions(separator));
    const stream = Readable.from(withFirst(beginning, pieces));
    stream.once('error', (error) => parser.destroy(error));
    let push: ((row: CsvRow) => void) | undefined;
    for await (const parsed of stream.pipe(parser) as AsyncIterable<ParsedRecord>) {
      const row = table.take(parsed);
      push ??= open(table.header());
      if (row) push(row);
    }
    table.finish(whenEmpty);
  } catch (error) {
    throw csvInputError(error, path);
  }
}

async function* decodedPieces(path: string): AsyncGenerator<string> {
  let decode: ((bytes?: Uint8Array) => string) | undefined;
  for await (const bytes of unpackedPieces(filePieces(path), path)) {
    decode ??= textDecoder(textEncodingOf(bytes), path);
    yield decode(bytes);
  }
  if (decode) yield decode();
}

async function* filePieces(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path) as AsyncIterable<Uint8Array>;
}

async function* iteratorOf(text: string): AsyncGenerator<string> {
  yield text;
}

interface ParsedRecord {
  record: string[];
  info: { lines: number };
}

const parserOptions = (delimiter: Separator) => ({
  bom: true,
  info: true,
  skip_empty_lines: true,
  // Counted below, so that the message can name the cell.
  relax_column_count: true,
  delimiter,
});

/** Takes the records of a file, header first, and checks each against the header. */
function tableReader(path: string, separator: Separator) {
  let width = 0;
  let columns: string[] | undefined;
  let rows = 0;
  const header = (): CsvHeader => ({ path, separator, columns: columns! });
  return {
    header,
    /** The row of a record; undefined for the header and for a line without any text. */
    take({ record, info }: ParsedRecord): CsvRow | undefined {
      const cells = record.map((cell) => unguardedText(cell.trim()));
      if (!columns) {
        width = cells.length;
        columns = columnNames(cells, `${path} line ${info.lines}`);
        return undefined;
      }
      if (cells.every((cell) => cell === '')) return undefined;
      refuseStray(cells, { where: `${path} line ${info.lines}`, width, columns });
      rows += 1;
      return { cells: cells.slice(0, columns.length), line: info.lines };
    },
    finish(whenEmpty = 'add the measurements'): CsvHeader {
      if (!columns) throw new InputError(`${path} is empty; it must have a header line and at least one row`);
      if (rows === 0) throw new InputError(`${path} has a header but no rows; ${whenEmpty}`);
      return header();
    },
  };
}

/** Names of the columns; nameless ones at the end, which spreadsheets leave behind, are none. */
function columnNames(cells: readonly string[], where: string): string[] {
  const columns = cells.slice(0, cells.findLastIndex((name) => name !== '') + 1);
  const repeated = columns.find((name, i) => name !== '' && columns.indexOf(name) !== i);
  if (repeated !== undefined)
    throw new InputError(
      `${where}: column names must differ, '${repeated}' stands twice; rename one of them`,
    );
  return columns;
}

function refuseStray(
  cells: readonly string[],
  { where, width, columns }: { where: string; width: number; columns: readonly string[] },
): void {
  const stray = cells.findIndex((cell, i) => i >= columns.length && cell !== '');
  if (cells.length === width && stray < 0) return;
  const reason =
    stray >= 0
      ? `'${cells[stray]}' stands in column ${stray + 1}, which has no name`
      : `it has ${cells.length}`;
  throw new InputError(
    `${where}: a row must have the header's ${width} cells, ${reason}; mend the separators, with quotes around a cell that holds one`,
  );
}

/** The sentence for a file that cannot be read or is not well-formed; mistakes of ours stay as they are. */
function csvInputError(error: unknown, path: string): unknown {
  if (error instanceof CsvError)
    return new InputError(
      `${path} line ${String(error['lines'])}: not well-formed CSV (${error.message.replace(/\.?$/, '')}); close its quotes`,
      { cause: error },
    );
  const code =
    error instanceof Error && 'syscall' in error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === undefined) return error;
  return new InputError(
    code === 'ENOENT'
      ? `${path} does not exist; check the path`
      : `${path} cannot be read (${code}); give a CSV file`,
    { cause: error },
  );
}

function fileBytes(path: string): Uint8Array {
  try {
    return unpacked(readFileSync(path), path);
  } catch (error) {
    throw csvInputError(error, path);
  }
}

/** Whichever separator stands most often in the header line, outside quotes. */
function separatorOf(text: string): Separator {
  const header = text.slice(0, text.search(/[\r\n]|$/)).replaceAll(/"[^"]*"/g, '');
  const count = (separator: string) => header.split(separator).length;
  return separators.reduce((best, next) => (count(next) > count(best) ? next : best));
}
