import type { Queries } from './openStore.ts';

/**
 * Begins a query of answers, each with the trial that it is of.
 *
 * @param queries - The database, or a transaction.
 */
export function answersWithTrials(queries: Queries) {
  return queries
    .selectFrom('responses')
    .innerJoin('trials', (join) =>
      join
        .onRef('trials.session', '=', 'responses.session')
        .onRef('trials.position', '=', 'responses.position'),
    );
}
