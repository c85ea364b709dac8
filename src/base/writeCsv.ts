import { guardedText } from './csvCells.ts';

/** A cell of a table. */
export type Cell = string | number | boolean | null;

/**
 * A table as CSV (RFC 4180, UTF-8, `\n`): the one writer of every table.
 *
 * @param header - Column names.
 * @param rows - Cells; see {@link csvCell}.
 * @returns The file's text.
 */
export function csvText(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [csvLine(header)];
  for (const row of rows) lines.push(csvLine(row));
  return lines.join('');
}

/** One line of a table, its newline included. */
function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

/**
 * One cell, quoted where needed.
 *
 * @param cell - Text, which gets an apostrophe in front where a spreadsheet would run it as a formula; a number with all
 *   its digits; a flag, `true` or `false`. Null and NaN are empty.
 */
export function csvCell(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null || Number.isNaN(cell) ? '' : String(cell);
  const text = guardedText(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
