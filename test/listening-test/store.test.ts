import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { later } from '../../listening-test/store/later.ts';
import {
  openStore,
  type Queries,
  type Store,
  storeLocation,
  transact,
  unsynced,
} from '../../listening-test/store/openStore.ts';
import { temporaryFolder } from './makeStudy.ts';
import { type PostgresServer, skipPostgres, startPostgres } from './postgres.ts';

const study = { id: 'a', state: 'open' as const, created_at: 1 };

test('storeLocation is the study’s file unless DATABASE_URL names PostgreSQL; other addresses are refused', () => {
  expect(storeLocation('study', undefined)).toEqual({ path: 'study/data.sqlite' });
  expect(storeLocation('study', 'postgres://host/db')).toEqual({ url: 'postgres://host/db' });
  expect(() => storeLocation('study', 'mysql://host/db')).toThrow(/must begin with postgres:\/\/; unset it/);
});

test('openStore of a file that is no database says so in one sentence', async () => {
  const path = join(temporaryFolder(), 'data.sqlite');
  writeFileSync(path, 'this is not a database, whatever its name says; it is only text, and long enough');
  await expect(openStore({ path })).rejects.toThrow(
    /data\.sqlite must be a database that can be opened \(.*\); check it/,
  );
});

test('openStore that was stopped half-way through its first migration begins anew the next time', async () => {
  const path = join(temporaryFolder(), 'data.sqlite');
  const other = new Database(path);
  // The last table but one is in the way, so that the migration fails after it made others.
  other.exec('create table admin_sessions (x)');
  await expect(openStore({ path })).rejects.toThrow(/admin_sessions.* already exists/);
  const tables = other
    .prepare("select name from sqlite_master where type = 'table' and name not like 'kysely%'")
    .all();
  expect(tables).toEqual([expect.objectContaining({ name: 'admin_sessions' })]);
  other.exec('drop table admin_sessions');
  other.close();
  const store = await openStore({ path });
  expect(await store.database.selectFrom('sessions').selectAll().execute()).toEqual([]);
  await store.close();
});

test('two connections to one SQLite file take turns: 100 increments by each make 200', async () => {
  const path = join(temporaryFolder(), 'data.sqlite');
  const stores = [await openStore({ path }), await openStore({ path })];
  await stores[0]!.database.insertInto('studies').values(study).execute();
  const increment = (store: Store) =>
    transact(store, async (transaction) => {
      const { created_at } = await transaction
        .selectFrom('studies')
        .select('created_at')
        .executeTakeFirstOrThrow();
      await transaction
        .updateTable('studies')
        .set({ created_at: created_at + 1 })
        .execute();
    });
  // One after the other within a connection, so that neither waits for a lock the other cannot give up.
  for (let i = 0; i < 100; i++) for (const store of stores) await increment(store);
  expect(await stores[1]!.database.selectFrom('studies').select('created_at').execute()).toEqual([
    { created_at: 201 },
  ]);
  for (const store of stores) await store.close();
});

describe.skipIf(skipPostgres)('PostgreSQL', () => {
  let postgres: PostgresServer;
  let store: Store;
  beforeAll(async () => {
    postgres = await startPostgres();
    store = await openStore({ url: await postgres.newDatabase() });
    await store.database.insertInto('studies').values(study).execute();
  });
  afterAll(async () => {
    await store?.close();
    await postgres?.stop();
  });

  const states = async () =>
    (await store.database.selectFrom('studies').select(['id', 'created_at']).orderBy('id').execute()).map(
      ({ id, created_at }) => `${id} ${created_at}`,
    );

  test('later writes with the statement after it, or with the end of the transaction', async () => {
    await transact(store, async (transaction) => {
      await later(transaction, transaction.updateTable('studies').set({ created_at: 5 }));
      expect(await transaction.selectFrom('studies').select('created_at').execute()).toEqual([
        { created_at: 5 },
      ]);
      await later(transaction, transaction.updateTable('studies').set({ created_at: 6 }));
    });
    expect(await states()).toEqual(['a 6']);
    await later(store.database, store.database.updateTable('studies').set({ created_at: 1 }));
    expect(await states()).toEqual(['a 1']);
  });

  test.each([
    ['the statement after it', true, '23505'],
    ['the end', false, '23505'],
  ])('later that fails at %s undoes the transaction, with its own reason', async (_, isRead, code) => {
    const failing = transact(store, async (transaction) => {
      await transaction.updateTable('studies').set({ created_at: 7 }).execute();
      await later(transaction, transaction.insertInto('studies').values(study));
      await later(transaction, transaction.updateTable('studies').set({ created_at: 8 }));
      if (isRead) await transaction.selectFrom('studies').select('id').execute();
    });
    await expect(failing).rejects.toMatchObject({ code });
    expect(await states()).toEqual(['a 1']);
  });

  test('what is thrown after later stands as the reason, whatever became of the write', async () => {
    const failing = transact(store, async (transaction) => {
      await later(transaction, transaction.insertInto('studies').values(study));
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await states()).toEqual(['a 1']);
  });

  const syncing = async (queries: Queries) =>
    (await sql<{ synchronous_commit: string }>`show synchronous_commit`.execute(queries)).rows[0]!
      .synchronous_commit;

  test('unsynced holds for its own transaction alone', async () => {
    await transact(store, async (transaction) => {
      const found = await transaction.selectFrom('studies').select('id').where(unsynced(store)).execute();
      expect(found).toEqual([{ id: 'a' }]);
      expect(await syncing(transaction)).toBe('off');
    });
    expect(await syncing(store.database)).toBe('on');
  });

  test('transact tries again what another transaction was in the way of', async () => {
    await store.database
      .insertInto('studies')
      .values({ ...study, id: 'b' })
      .execute();
    let tries = 0;
    const touch = (queries: Queries, id: string) =>
      queries.updateTable('studies').set({ created_at: 2 }).where('id', '=', id).execute();
    let meet: () => void = () => {};
    const both = new Promise<void>((resolve) => {
      let here = 0;
      meet = () => {
        if (++here === 2) resolve();
      };
    });
    const crossing = (first: string, second: string) =>
      transact(store, async (transaction) => {
        tries++;
        await touch(transaction, first);
        meet();
        await both;
        await touch(transaction, second);
      });
    await Promise.all([crossing('a', 'b'), crossing('b', 'a')]);
    expect(tries).toBeGreaterThan(2);
  });
});
