import { setTimeout } from 'node:timers/promises';
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
import { groupCommit } from './groupCommit.ts';

const keptStatements = 300;

/** Another process may hold the lock for a moment. */
const patienceMs = 10_000;

/** secure_delete overwrites what is erased. */
const settings = [
  `busy_timeout=${patienceMs}`,
  'journal_mode=WAL',
  'synchronous=FULL',
  'foreign_keys=ON',
  'secure_delete=ON',
];

/** A connection in somebody's hands. */
interface Handle extends DatabaseConnection {
  /** Lets the next one have the connection; does nothing the second time. */
  release(): void;
  /** Where its transaction stands. */
  transaction: 'none' | 'open' | 'ended';
}

/**
 * Kysely on one SQLite file through libsql: one connection, taken in turn. Transactions lock at once (`IMMEDIATE`), so
 * that two processes never both read before they write. Their commits are synced to the disk together where several
 * wait: a transaction is over when the sync that holds it is. Single writes outside transactions are not synced at once.
 *
 * @param path - The database file; it is made if missing.
 */
export function libsqlDialect(path: string): Dialect {
  return {
    createAdapter,
    createDriver: () => libsqlDriver(path),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Kysely does not know that SQLite's tables are made in transactions too: all of a migration stands, or nothing. */
const createAdapter = () =>
  Object.defineProperty(new SqliteAdapter(), 'supportsTransactionalDdl', { value: true });

/** Two processes that open a new database at once: SQLite does not wait by itself where one of them makes its log. */
async function whenUnlocked(act: () => void): Promise<void> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return act();
    } catch (error) {
      const isLocked = error instanceof Error && /locked|busy/i.test(error.message);
      if (!isLocked || performance.now() > until) throw error;
      await setTimeout(20);
    }
  }
}

function libsqlDriver(path: string): Driver {
  let database: Database.Database;
  let execute: Execute;
  let group: ReturnType<typeof groupCommit>;
  let turn: Promise<void> = Promise.resolve();
  /** What is no answer (a clip was fetched, somebody logged in) reaches the disk with the next sync. */
  const unsynced = <Result>(write: () => Result): Result => {
    group.end();
    database.exec('PRAGMA synchronous=NORMAL');
    try {
      return write();
    } finally {
      database.exec('PRAGMA synchronous=FULL');
    }
  };
  return {
    async init() {
      database = new Database(path);
      for (const setting of settings) await whenUnlocked(() => database.pragma(setting));
      execute = executor(database);
      group = groupCommit((sql) => database.exec(sql));
    },
    async acquireConnection(): Promise<Handle> {
      const before = turn;
      let release: () => void = () => {};
      turn = new Promise((resolve) => {
        release = resolve;
      });
      await before;
      return handle(execute, unsynced, release);
    },
    async releaseConnection(connection) {
      (connection as Handle).release();
    },
    async beginTransaction(connection) {
      group.begin();
      (connection as Handle).transaction = 'open';
    },
    async commitTransaction(connection) {
      const own = connection as Handle;
      own.transaction = 'ended';
      const synced = group.commit();
      own.release();
      await synced;
    },
    async rollbackTransaction(connection) {
      const own = connection as Handle;
      // Kysely also rolls back when a commit failed; then nothing is left of it.
      if (own.transaction === 'open') group.rollback();
      own.transaction = 'ended';
    },
    async destroy() {
      await turn;
      group?.end();
      database?.close();
    },
  };
}

type Execute = <Row>(query: CompiledQuery) => QueryResult<Row>;

function handle(
  execute: Execute,
  unsynced: <Result>(write: () => Result) => Result,
  release: () => void,
): Handle {
  const own: Handle = {
    transaction: 'none',
    release,
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const isPlainWrite = own.transaction !== 'open' && !/^\s*(select|with)\b/i.test(query.sql);
      return isPlainWrite ? unsynced(() => execute<Row>(query)) : execute<Row>(query);
    },
    // biome-ignore lint/correctness/useYield: nothing streams from SQLite here
    async *streamQuery(): AsyncIterableIterator<never> {
      throw new Error('libsqlDialect: streaming is not supported; select the rows in pages');
    },
  };
  return own;
}

function executor(database: Database.Database): Execute {
  const statements = new Map<string, Database.Statement>();
  const prepared = (sql: string): Database.Statement => {
    const known = statements.get(sql);
    if (known) return known;
    if (statements.size >= keptStatements) statements.clear();
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return <Row>({ sql, parameters }: CompiledQuery) => {
    const statement = prepared(sql);
    if (statement.reader) return { rows: statement.all(parameters) as Row[] };
    const { changes, lastInsertRowid } = statement.run(parameters);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  };
}
