/** Separators of a table's columns. */
export const separators = [',', ';', '\t'] as const;

/** One of {@link separators}. */
export type Separator = (typeof separators)[number];

/**
 * What stands for a missing value: an empty cell, R's `NA`, and not-a-number as R and pandas write it. `null`, `None` and
 * `N/A` do not: in columns of text they may be words.
 */
const missing: ReadonlySet<string> = new Set(['', 'NA', 'NaN', 'nan']);

/**
 * Whether a cell holds no value; the one rule of every table.
 *
 * @param cell - The cell's text, blanks around it aside.
 */
export function isMissing(cell: string): boolean {
  return missing.has(cell);
}

/**
 * The number in a cell.
 *
 * @param cell - Digits with an optional sign, decimal point and exponent. In tables with semicolons the decimal sign may
 *   be a comma, as spreadsheets write it where a comma is the decimal sign.
 * @param separator - What parts the table's columns.
 * @returns The number; NaN for anything else, missing cells included.
 */
export function cellNumber(cell: string, separator: Separator): number {
  const text = separator === ';' ? cell.replace(/^([+-]?\d*),(?=\d)/, '$1.') : cell;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

/** What mends a cell that shall hold a number and holds a word. */
export const numberRemedy = 'correct or remove the row; a missing number is an empty cell, NA or NaN';

/** Beginnings that a spreadsheet runs as a formula, full-width signs included. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;
const guardedFormula = /^'[=+\-@\t\r\n＝＋－＠]/;

/**
 * A text as it is written into a table: one that a spreadsheet would run as a formula gets an apostrophe in front,
 * numbers aside.
 */
export function guardedText(text: string): string {
  return formula.test(text) && Number.isNaN(cellNumber(text, ',')) ? `'${text}` : text;
}

/**
 * The text of a cell that {@link guardedText} may have written.
 *
 * @returns The text without its guard.
 */
export function unguardedText(cell: string): string {
  return guardedFormula.test(cell) ? cell.slice(1) : cell;
}
