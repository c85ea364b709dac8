import { stringify } from 'csv-stringify/sync';

/** A cell of a table. */
export type Cell = string | number | boolean | null;

/**
 * A table as CSV (RFC 4180, UTF-8, `\n`). Texts that a spreadsheet would run as a formula, full-width signs
 * included, get an apostrophe in front.
 *
 * @param header - Column names.
 * @param rows - Cells; null is empty, flags are `true` and `false`.
 * @returns The file's text.
 */
export function csvText(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return stringify([header as string[], ...rows.map((row) => row.map(cellText))]);
}

function cellText(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  return /^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
}
