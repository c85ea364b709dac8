import { afterAll, beforeAll } from 'vitest';
import type { StoreLocation } from '../../listening-test/store/openStore.ts';
import { type PostgresServer, skipPostgres, startPostgres } from './postgres.ts';

/** The databases a study can be kept in, for `describe.each`: name, and why tests on it do not run. */
export const databaseKinds = [
  ['SQLite', false],
  ['PostgreSQL', skipPostgres],
] as const;

/** One of {@link databaseKinds}. */
export type DatabaseKind = (typeof databaseKinds)[number][0];

/** Empty databases for the tests of a file or a `describe`; PostgreSQL runs from before them until after them. */
export function databasesForTests() {
  let postgres: PostgresServer | null = null;
  beforeAll(async () => {
    if (!skipPostgres) postgres = await startPostgres();
  });
  afterAll(async () => {
    await postgres?.stop();
  });
  /** Value of `DATABASE_URL`; none for SQLite. */
  const newUrl = async (kind: DatabaseKind): Promise<string | undefined> =>
    kind === 'PostgreSQL' ? await postgres!.newDatabase() : undefined;
  /** Where the study of a folder is to be kept. */
  const place = async (kind: DatabaseKind, folder: string): Promise<StoreLocation> => {
    const url = await newUrl(kind);
    return url === undefined ? { path: `${folder}/data.sqlite` } : { url };
  };
  return { newUrl, place };
}
