import type { Store } from './openStore.ts';

/**
 * Sessions of a study by state, previews aside.
 *
 * @param store - Where it is kept.
 * @param study - Its id.
 * @returns State and number; states without sessions are left out.
 */
export function countSessions({ database }: Pick<Store, 'database'>, study: string) {
  return database
    .selectFrom('sessions')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .where('study', '=', study)
    .where('preview', '=', 0)
    .groupBy('state')
    .execute();
}
