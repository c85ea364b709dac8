import { element } from '../shared/element.ts';

/** A column: its heading, and whether it holds numbers or times. */
export type Column = readonly [heading: string, kind?: 'number' | 'time'];

/**
 * A table that scrolls on narrow screens.
 *
 * @param name - What it shows, for screen readers; every table of a page has its own.
 * @param rows - Cells, texts or elements.
 * @returns The table; a sentence when there are no rows.
 */
export function table(
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly (string | number | HTMLElement)[])[],
): HTMLElement {
  if (rows.length === 0) return element('p', { class: 'status' }, 'Nothing yet.');
  const head = columns.map(([heading, kind]) => element('th', { scope: 'col', class: kind }, heading));
  const body = rows.map((row) =>
    element(
      'tr',
      {},
      ...row.map((cell, i) =>
        element('td', { class: columns[i]?.[1] }, cell instanceof HTMLElement ? cell : String(cell)),
      ),
    ),
  );
  const made = element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...body),
  );
  return element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': name }, made);
}

/**
 * A time of day, with the date when it is not today's.
 *
 * @param milliseconds - Since 1970.
 * @returns In the browser's language.
 */
export function time(milliseconds: number): string {
  const date = new Date(milliseconds);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday
    ? date.toLocaleTimeString()
    : date.toLocaleString([], { dateStyle: 'short', timeStyle: 'short' });
}
