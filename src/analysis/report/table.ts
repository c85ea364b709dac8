import { escapeMarkup } from '../../base/escapeMarkup.ts';
import { csvText } from '../../base/writeCsv.ts';
import type { Interval } from '../../statistics/estimates/proportion.ts';

/** A cell: text, a number (NaN and null are shown as a dash), or nothing. */
export type Cell = string | number | null;

/** A table that is shown in the report and written as CSV beside it. */
export interface ReportTable {
  /** File name without extension. */
  name: string;
  title: string;
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
  /** Shown: at once (the default), folded away, or only written as a file. */
  place?: 'folded' | 'file';
}

/**
 * Builds a table from records, one function per column.
 *
 * @param heading - File name and title.
 * @param records - One record a row.
 * @param columns - What stands in each column, by its name, in order.
 */
export function tableOf<Record_>(
  heading: Pick<ReportTable, 'name' | 'title' | 'place'>,
  records: readonly Record_[],
  columns: Record<string, (record: Record_) => Cell>,
): ReportTable {
  const read = Object.values(columns);
  return {
    ...heading,
    columns: Object.keys(columns),
    rows: records.map((record) => read.map((cell) => cell(record))),
  };
}

/** Columns of an interval. */
export const intervalColumns = {
  low: (line: { interval: Interval }) => line.interval.low,
  high: (line: { interval: Interval }) => line.interval.high,
};

/** Columns of a difference's interval and probabilities. */
export const testColumns = {
  ...intervalColumns,
  p: (line: { p: number }) => line.p,
  'p (Holm)': (line: { pHolm: number }) => line.pHolm,
};

/**
 * The table as CSV with full precision; texts that a spreadsheet would run as formulas get an apostrophe.
 *
 * @returns Lines ending in newlines.
 */
export function tableCsv(table: ReportTable): string {
  return csvText(table.columns, table.rows);
}

/**
 * The table as HTML, in a box that scrolls sideways on a narrow screen.
 *
 * @returns HTML text.
 */
export function tableHtml(table: ReportTable): string {
  const isNumeric = table.columns.map((_, i) => table.rows.every((row) => typeof row[i] !== 'string'));
  const cell = (value: Cell, column: number) => {
    const text = shownCell(value, table.columns[column]!);
    return column === 0
      ? `<th scope="row">${text}</th>`
      : `<td${isNumeric[column] ? ' class="number"' : isLong(value) ? ' class="sentence"' : ''}>${text}</td>`;
  };
  const head = table.columns
    .map(
      (name, i) =>
        `<th scope="col"${isNumeric[i] && i > 0 ? ' class="number"' : ''}>${escapeMarkup(name)}</th>`,
    )
    .join('');
  const body = table.rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  const title = escapeMarkup(table.title);
  return `<h3 class="caption">${title} <a href="tables/${table.name}.csv" download aria-label="CSV of ${title}">CSV</a></h3>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table aria-label="${title}"><thead><tr>${head}</tr></thead><tbody>
${body}
</tbody></table></div>`;
}

/** Whether a text is to be broken into lines. */
const isLong = (value: Cell) => typeof value === 'string' && value.length > 32;

function shownCell(value: Cell, column: string): string {
  if (value === null || (typeof value === 'number' && Number.isNaN(value))) return '–';
  if (typeof value === 'string') return escapeMarkup(value);
  return /^p\b/.test(column) ? shownProbability(value) : shownNumber(value);
}

/**
 * A probability as it is printed: three decimals, small ones as a bound. `results.json` and the tables' files have all digits.
 *
 * @param p - In [0, 1].
 * @returns HTML text such as `.012` or `&lt; .001`.
 */
export function shownProbability(p: number): string {
  if (Number.isNaN(p)) return '–';
  return p < 0.001 ? '&lt; .001' : p.toFixed(3).replace(/^0/, '');
}

/**
 * The same in a sentence.
 *
 * @param p - In [0, 1].
 * @returns HTML text such as `p = .012` or `p &lt; .001`.
 */
export function reportedProbability(p: number): string {
  const shown = shownProbability(p);
  return `p ${shown.startsWith('&lt;') ? '' : '= '}${shown}`;
}

/**
 * A number for reading: whole numbers as they are, others with three decimals or three digits.
 *
 * @param value - Finite or not.
 * @returns Text with a true minus sign.
 */
export function shownNumber(value: number): string {
  if (Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const text = Number.isInteger(value)
    ? String(value)
    : Math.abs(value) >= 100
      ? value.toFixed(1)
      : value.toFixed(3);
  // What rounds to nothing has no sign.
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}
