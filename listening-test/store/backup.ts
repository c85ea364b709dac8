import { existsSync, renameSync, rmSync } from 'node:fs';
import { sql } from 'kysely';
import { openStore, type Queries, type Store } from './openStore.ts';
import type { Tables } from './tables.ts';

/** Tables in the order in which their rows may be inserted. */
const tablesInOrder = [
  'studies',
  'sessions',
  'reservations',
  'trials',
  'responses',
  'plays',
  'steps',
  'exclusions',
  'audit',
  'links',
] as const satisfies (keyof Tables)[];

const rowsAtOnce = 500;

/**
 * Copies the database into one SQLite file while the study goes on: all of it as it was at one moment.
 *
 * @param store - The store, SQLite or PostgreSQL.
 * @param path - The file to make; it must not exist. It appears only when it is complete.
 * @returns Number of responses in the copy.
 */
export async function backupStore(store: Store, path: string): Promise<number> {
  const partial = `${path}.partial`;
  rmSync(partial, { force: true });
  if (store.kind === 'sqlite') await sql`vacuum into ${partial}`.execute(store.database);
  else await copyTables(store, partial);
  const responses = await countResponses(partial);
  // A log left beside a file that is replaced would be read into the new one.
  for (const file of [partial, path])
    for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  renameSync(partial, path);
  return responses;
}

async function copyTables(store: Store, path: string): Promise<void> {
  const copy = await openStore({ path });
  try {
    await store.database
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (source) => {
        await copy.database.transaction().execute(async (target) => {
          for (const table of tablesInOrder) await copyTable(source, target, table);
        });
      });
    await sql`pragma wal_checkpoint(truncate)`.execute(copy.database);
  } finally {
    await copy.close();
  }
}

async function copyTable(source: Queries, target: Queries, table: keyof Tables): Promise<void> {
  const rows = await source.selectFrom(table).selectAll().execute();
  for (let from = 0; from < rows.length; from += rowsAtOnce)
    await target
      .insertInto(table)
      .values(rows.slice(from, from + rowsAtOnce) as never)
      .execute();
}

async function countResponses(path: string): Promise<number> {
  if (!existsSync(path)) throw new Error(`backupStore: ${path} was not written`);
  const copy = await openStore({ path });
  try {
    const { count } = await copy.database
      .selectFrom('responses')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    await sql`pragma wal_checkpoint(truncate)`.execute(copy.database);
    return Number(count);
  } finally {
    await copy.close();
  }
}
