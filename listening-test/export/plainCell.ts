import type { Cell } from '../../src/base/writeCsv.ts';

/**
 * A stored value as a cell.
 *
 * @param value - Anything JSON can hold.
 * @returns Lists and records as JSON.
 */
export function plainCell(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : JSON.stringify(value);
}
