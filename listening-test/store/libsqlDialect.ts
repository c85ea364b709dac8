import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import Database from 'libsql';

type Statement = Database.Statement;

const keptStatements = 300;

/**
 * Kysely on one SQLite file through libsql: one connection, taken in turn; transactions lock at once (`IMMEDIATE`), so
 * that two processes never both read before they write.
 *
 * @param path - The database file; it is made if missing.
 * @returns The dialect.
 */
export function libsqlDialect(path: string): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => libsqlDriver(path),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

function libsqlDriver(path: string): Driver {
  let database: Database.Database | null = null;
  let turn: Promise<void> = Promise.resolve();
  let endTurn: () => void = () => {};
  const run = (sql: string) => database!.exec(sql);
  let connection: DatabaseConnection;
  return {
    async init() {
      database = new Database(path);
      connection = connectionTo(database);
      // Another process may hold the lock for a moment; secure_delete overwrites what is erased.
      for (const pragma of [
        'busy_timeout=10000',
        'journal_mode=WAL',
        'synchronous=FULL',
        'foreign_keys=ON',
        'secure_delete=ON',
      ])
        database.pragma(pragma);
    },
    async acquireConnection() {
      const before = turn;
      let end: () => void = () => {};
      turn = new Promise((resolve) => {
        end = resolve;
      });
      await before;
      endTurn = end;
      return connection;
    },
    async releaseConnection() {
      endTurn();
    },
    async beginTransaction() {
      run('BEGIN IMMEDIATE');
    },
    async commitTransaction() {
      run('COMMIT');
    },
    async rollbackTransaction() {
      run('ROLLBACK');
    },
    async destroy() {
      database?.close();
      database = null;
    },
  };
}

function connectionTo(database: Database.Database): DatabaseConnection {
  const statements = new Map<string, Statement>();
  const prepared = (sql: string): Statement => {
    const known = statements.get(sql);
    if (known) return known;
    if (statements.size >= keptStatements) statements.clear();
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const statement = prepared(sql);
      if (statement.reader) return { rows: statement.all(parameters) as Row[] };
      const { changes, lastInsertRowid } = statement.run(parameters);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    },
    // biome-ignore lint/correctness/useYield: nothing streams from SQLite here
    async *streamQuery(): AsyncIterableIterator<never> {
      throw new Error('libsqlDialect: streaming is not supported; select the rows in pages');
    },
  };
}
