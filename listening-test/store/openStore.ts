import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, Migrator, type SelectQueryBuilder, type SqlBool, sql, type Transaction } from 'kysely';
import { makeFolder } from '../../src/base/files.ts';
import { InputError } from '../../src/base/inputError.ts';
import { libsqlDialect } from './libsqlDialect.ts';
import { migrations } from './migrations.ts';
import { postgresDialect } from './postgresDialect.ts';
import type { Tables } from './tables.ts';

/** The study's database. */
export interface Store {
  database: Kysely<Tables>;
  kind: 'sqlite' | 'postgres';
  /** Asks the database for something it has; broken when it does not answer. */
  check(): Promise<void>;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** A query's home: the database, or a transaction in it. */
export type Queries = Kysely<Tables> | Transaction<Tables>;

/** Where the data is: a SQLite file, or a PostgreSQL address. */
export type StoreLocation = { path: string } | { url: string };

/**
 * Opens the database and brings its tables up to date.
 *
 * @param location - SQLite file (made if missing), or `postgres://…`.
 * @throws InputError when it cannot be reached or is not a database of ours.
 */
export async function openStore(location: StoreLocation): Promise<Store> {
  const kind = 'path' in location ? 'sqlite' : 'postgres';
  if ('path' in location) makeFolder(dirname(location.path));
  const dialect = 'path' in location ? libsqlDialect(location.path) : postgresDialect(location.url);
  const database = new Kysely<Tables>({ dialect });
  try {
    await migrate(database, kind);
  } catch (error) {
    await database.destroy().catch(() => {});
    const where = 'path' in location ? location.path : 'DATABASE_URL';
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(
      `${where} must be a database that can be opened (${reason}); check it and try again`,
      {
        cause: error,
      },
    );
  }
  const check = async () => {
    if ('path' in location && !existsSync(location.path))
      throw new Error(`${location.path} is gone, what is written now is lost`);
    await database.selectFrom('studies').select('id').limit(1).execute();
  };
  return { database, kind, check, close: () => database.destroy() };
}

/**
 * The location a study's data has: `DATABASE_URL` if it is set, else the file in the study's folder.
 *
 * @param folder - The study's folder.
 * @param url - Value of `DATABASE_URL`.
 * @throws InputError when the address is not PostgreSQL's.
 */
export function storeLocation(folder: string, url: string | undefined): StoreLocation {
  if (!url) return { path: `${folder}/data.sqlite` };
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new InputError('DATABASE_URL must begin with postgres://; unset it to use SQLite');
  return { url };
}

/**
 * The same of a study that has data.
 *
 * @throws InputError when nothing was collected yet, or the address is not PostgreSQL's.
 */
export function existingLocation(folder: string, url: string | undefined): StoreLocation {
  const location = storeLocation(folder, url);
  if ('path' in location && !existsSync(location.path))
    throw new InputError(
      `${location.path} must exist, it does not; serve the study first, or set DATABASE_URL if its data is in PostgreSQL`,
    );
  return location;
}

/** PostgreSQL's codes for transactions that were in each other's way and can be tried again. */
const passingCodes = ['40001', '40P01'];
const mostTries = 5;

/**
 * Does something in one transaction: everything it writes is kept, or nothing. Tried again when other transactions were
 * in its way.
 *
 * @param change - What to do; it may run more than once and must change nothing but the database.
 * @returns What `change` returns, once it is safely stored.
 */
export async function transact<Result>(
  store: Pick<Store, 'database'>,
  change: (transaction: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await store.database.transaction().execute(change);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (tries === mostTries || !passingCodes.includes(code)) throw error;
    }
  }
}

/**
 * Locks the rows of a query until the transaction ends. SQLite's transactions hold the whole file already.
 *
 * @param query - A select query inside a transaction.
 * @returns The query to execute.
 */
export function locked<From extends keyof Tables, Row>(
  store: Pick<Store, 'kind'>,
  query: SelectQueryBuilder<Tables, From, Row>,
): SelectQueryBuilder<Tables, From, Row> {
  return store.kind === 'postgres' ? query.forNoKeyUpdate() : query;
}

/**
 * Lets one transaction at a time go on, over all servers of a database. SQLite's transactions hold the whole file already.
 *
 * @param transaction - A transaction; others of the same name wait until it ends.
 * @param name - What is being done.
 */
export async function oneAtATime(
  store: Pick<Store, 'kind'>,
  transaction: Transaction<Tables>,
  name: string,
): Promise<void> {
  if (store.kind === 'postgres')
    await sql`select pg_advisory_xact_lock(hashtext(${name}))`.execute(transaction);
}

/**
 * A condition that always holds, and by which the transaction it stands in is over before it is synced to the disk: for
 * what may be lost in a power cut. An answer stored later syncs all before it.
 *
 * @param store - The store. SQLite's transactions share their syncs anyway.
 * @returns The condition, for a query that finds at least one row.
 */
export function unsynced(store: Pick<Store, 'kind'>) {
  return store.kind === 'postgres'
    ? sql<SqlBool>`set_config('synchronous_commit', 'off', true) = 'off'`
    : sql<SqlBool>`1 = 1`;
}

/**
 * Makes sure that what was deleted is gone from the disk too: SQLite keeps old pages in its write-ahead log.
 *
 * @param store - The store; PostgreSQL's own vacuum sees to it there.
 */
export async function forgetDeleted(store: Store): Promise<void> {
  if (store.kind === 'sqlite') await sql`pragma wal_checkpoint(truncate)`.execute(store.database);
}

async function migrate(database: Kysely<Tables>, kind: Store['kind']): Promise<void> {
  const all = migrations(kind === 'postgres' ? 'serial' : 'integer');
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => all } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
