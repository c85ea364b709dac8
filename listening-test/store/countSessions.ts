import type { Store } from './openStore.ts';

/**
 * Sessions of a study by state, previews aside.
 *
 * @param store - Where it is kept.
 * @param study - Its id.
 * @returns Numbers by state; states without sessions are left out.
 */
export async function countSessions(
  { database }: Pick<Store, 'database'>,
  study: string,
): Promise<Map<string, number>> {
  const rows = await database
    .selectFrom('sessions')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .where('study', '=', study)
    .where('preview', '=', 0)
    .groupBy('state')
    .execute();
  return new Map(rows.map(({ state, count }) => [state, Number(count)]));
}
