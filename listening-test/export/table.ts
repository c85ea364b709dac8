import { type Cell, csvText } from '../../src/base/writeCsv.ts';

/** What a column's cells hold. */
export type ColumnType = 'text' | 'number' | 'boolean' | 'time' | 'ids' | 'json';

/** One column of a table: its name, what it holds, and how a row's cell is made. */
export interface Column<Row> {
  name: string;
  /** With unit. */
  meaning: string;
  /** Default: what the name's ending says, else text. */
  type?: ColumnType;
  cell: (row: Row) => Cell;
}

/** The first columns of a table whose rows belong to sessions. */
export const ownerColumns: readonly Column<{ participant: string; session: string }>[] = [
  { name: 'participant', meaning: 'Code of the participant', cell: ({ participant }) => participant },
  { name: 'session', meaning: 'Code of the visit’s session', cell: ({ session }) => session },
];

/** Ids with what each means, as the meaning of a column of ids lists them. */
export const idsWithMeanings = (meanings: Readonly<Record<string, string>>) =>
  Object.entries(meanings)
    .map(([id, meaning]) => `${id} (${meaning})`)
    .join(', ');

/** A table of an export, with all that its codebook says of it. */
export interface Table {
  /** Name of its file without ending. */
  name: string;
  /** What one row is. */
  meaning: string;
  columns: { name: string; meaning: string; type: ColumnType; unit: string }[];
  rows: Cell[][];
}

/**
 * Makes a table; its columns are its codebook, too.
 *
 * @param name - Name of its file without ending.
 * @param meaning - What one row is.
 * @returns Function that fills it with rows.
 */
export function tableOf<Row>(
  name: string,
  meaning: string,
  columns: readonly Column<Row>[],
): (rows: readonly Row[]) => Table {
  return (rows) => ({
    name,
    meaning,
    columns: columns.map((column) => ({
      name: column.name,
      meaning: column.meaning,
      type: column.type ?? typeOf(column.name),
      unit: unitOf(column.name),
    })),
    rows: rows.map((row) => columns.map(({ cell }) => cell(row))),
  });
}

/**
 * A table as CSV.
 *
 * @returns The file's text.
 */
export function tableText({ columns, rows }: Table): string {
  return csvText(
    columns.map(({ name }) => name),
    rows,
  );
}

/** Units by the ending of a column's name, which carries them. */
const units: Readonly<Record<string, string>> = {
  ms: 'ms',
  s: 's',
  hz: 'Hz',
  minutes: 'min',
  px: 'px',
  years: 'a',
};

/**
 * Unit of a column.
 *
 * @param name - The column's name.
 * @returns The unit's symbol; empty without one.
 */
export function unitOf(name: string): string {
  return units[name.split('_').at(-1)!] ?? '';
}

function typeOf(name: string): ColumnType {
  if (name.endsWith('_at')) return 'time';
  return unitOf(name) === '' ? 'text' : 'number';
}
