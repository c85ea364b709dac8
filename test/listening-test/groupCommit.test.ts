import { join } from 'node:path';
import { sql } from 'kysely';
import Database from 'libsql';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { groupCommit } from '../../listening-test/store/groupCommit.ts';
import { openStore, transact } from '../../listening-test/store/openStore.ts';
import { temporaryFolder } from './makeStudy.ts';

// A busy machine may take longer between two lines than a transaction waits for others, so the clock stands still.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function recorded(fail?: (statement: string) => boolean) {
  const statements: string[] = [];
  const group = groupCommit((statement) => {
    if (fail?.(statement)) throw new Error(`${statement} failed`);
    statements.push(statement);
  });
  return { group, statements };
}

test('three transactions in a row share one COMMIT, and none is acknowledged before it', async () => {
  const { group, statements } = recorded();
  const acknowledged: number[] = [];
  const commits = [0, 1, 2].map((i) => {
    group.begin();
    return group.commit().then(() => acknowledged.push(i));
  });
  await Promise.resolve();
  expect(acknowledged).toEqual([]);
  await Promise.all(commits);
  expect(statements.filter((statement) => /BEGIN|COMMIT/.test(statement))).toEqual([
    'BEGIN IMMEDIATE',
    'COMMIT',
  ]);
  expect(acknowledged).toEqual([0, 1, 2]);
});

for (const [pauseMs, statementsOfBoth] of [
  [5, ['BEGIN IMMEDIATE', 'COMMIT']],
  [6, ['BEGIN IMMEDIATE', 'COMMIT', 'BEGIN IMMEDIATE', 'COMMIT']],
] as const)
  test(`two transactions ${pauseMs} ms apart: ${statementsOfBoth.length / 2} COMMIT`, async () => {
    const { group, statements } = recorded();
    group.begin();
    const first = group.commit();
    vi.advanceTimersByTime(pauseMs);
    group.begin();
    await Promise.all([first, group.commit()]);
    expect(statements.filter((statement) => /BEGIN|COMMIT/.test(statement))).toEqual(statementsOfBoth);
  });

test('a transaction that is rolled back leaves those before and after it standing', async () => {
  const { group, statements } = recorded();
  group.begin();
  const first = group.commit();
  group.begin();
  group.rollback();
  group.begin();
  await Promise.all([first, group.commit()]);
  expect(statements).toEqual([
    'BEGIN IMMEDIATE',
    ...['SAVEPOINT own', 'RELEASE own'],
    ...['SAVEPOINT own', 'ROLLBACK TO own', 'RELEASE own'],
    ...['SAVEPOINT own', 'RELEASE own'],
    'COMMIT',
  ]);
});

test('when the COMMIT fails, everybody who waited for it is told', async () => {
  let isFull = true;
  const { group } = recorded((statement) => isFull && statement === 'COMMIT');
  const commits = [0, 1].map(() => {
    group.begin();
    return group.commit();
  });
  const outcomes = await Promise.allSettled(commits);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isFull = false;
  group.begin();
  await expect(group.commit()).resolves.toBeUndefined();
});

test('on a real file, acknowledged transactions are seen by another process’s connection, failed ones are not', async () => {
  const path = join(temporaryFolder(), 'data.sqlite');
  const store = await openStore({ path });
  const study = (id: string) => ({ id, state: 'open' as const, created_at: 1 });
  const add = (id: string) =>
    transact(store, async (transaction) => {
      await transaction.insertInto('studies').values(study(id)).execute();
      await sql`select 1`.execute(transaction);
      await transaction.insertInto('audit').values({ at: 1, actor: id, action: '', detail: '' }).execute();
    });
  const outcomes = await Promise.allSettled(['a', 'b', 'a', 'c'].map(add));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  const other = new Database(path);
  expect(other.prepare('select id from studies order by id').all()).toEqual([
    { id: 'a' },
    { id: 'b' },
    { id: 'c' },
  ]);
  expect(other.prepare('select actor from audit order by id').all()).toEqual([
    { actor: 'a' },
    { actor: 'b' },
    { actor: 'c' },
  ]);
  other.close();
  await store.close();
});

test('openStore sets WAL, full sync and secure deletion', async () => {
  const store = await openStore({ path: join(temporaryFolder(), 'data.sqlite') });
  const value = async (name: string) =>
    Object.values((await sql.raw(`pragma ${name}`).execute(store.database)).rows[0]!)[0];
  expect(await value('journal_mode')).toBe('wal');
  expect(await value('synchronous')).toBe(1);
  expect(await value('secure_delete')).toBe(1);
  await transact(store, async (transaction) => {
    expect(Object.values((await sql`pragma synchronous`.execute(transaction)).rows[0]!)[0]).toBe(2);
  });
  await store.close();
});
