import type { CompiledQuery } from 'kysely';
import type { Queries } from './openStore.ts';
import type { Pipeline } from './postgresDialect.ts';

/** A write whose result nobody reads. */
interface Write {
  compile(): CompiledQuery;
}

/**
 * Does a write of a transaction in one round trip with its next statement, or with its end, where the database is
 * PostgreSQL. If it fails, so does what comes after it, for the same reason.
 *
 * @param transaction - It is undone if the write fails, whichever statement tells of it.
 * @param write - An insertion, change or deletion.
 */
export async function later(transaction: Queries, write: Write): Promise<void> {
  await transaction.getExecutor().provideConnection(async (connection) => {
    if ('send' in connection) (connection as Pipeline).send(write.compile());
    else await connection.executeQuery(write.compile());
  });
}
