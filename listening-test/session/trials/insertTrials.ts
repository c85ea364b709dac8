import type { Queries } from '../../store/openStore.ts';
import type { Trial } from '../site.ts';

/** Databases take only so many values at once. */
const rowsAnInsert = 100;

/**
 * Stores trials of a session.
 *
 * @param transaction - The transaction in which they were planned.
 * @param rows - The trials; there may be none.
 */
export async function insertTrials(transaction: Queries, rows: readonly Trial[]): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAnInsert)
    await transaction
      .insertInto('trials')
      .values(rows.slice(from, from + rowsAnInsert))
      .execute();
}
