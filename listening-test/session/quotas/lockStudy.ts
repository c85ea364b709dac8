import { locked, type Queries } from '../../store/openStore.ts';
import type { Site } from '../site.ts';

/**
 * Keeps other sessions from taking places of a study until the transaction ends.
 *
 * @param transaction - The transaction; where it changes a session, the session must be locked before.
 */
export async function lockStudy(site: Site, transaction: Queries): Promise<void> {
  const query = transaction.selectFrom('studies').select('id').where('id', '=', site.loaded.study.id);
  await locked(site.store, query).execute();
}
