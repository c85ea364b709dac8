import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import pg from 'pg';

/**
 * Connections of one server. A transaction holds one for about three round trips; with ten of them, 500 participants queue
 * as soon as a round trip takes 5 ms. Three servers stay below the 100 that PostgreSQL allows by default.
 */
const mostConnections = 30;

/** A connection in somebody's hands. */
export interface Pipeline extends DatabaseConnection {
  /** Sends a statement behind those before it; whether it worked is known with the answer to the next one. */
  send(query: CompiledQuery): void;
  /** Waits for what was sent; broken when something of it failed. */
  settle(): Promise<void>;
  /** Gives it back. */
  release(): void;
}

/**
 * Kysely on PostgreSQL, with fewer round trips than its own driver makes: the beginning of a transaction travels with its
 * first statement, and what `later` hands over with the statement after it. Statements are not prepared by name:
 * poolers between server and database do not all keep them, and a migration by another server would break them.
 *
 * @param url - `postgres://…`.
 */
export function postgresDialect(url: string): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => postgresDriver(url),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

function postgresDriver(url: string): Driver {
  const pool = new pg.Pool({ connectionString: url, max: mostConnections, types, pipeline: true });
  // A connection that waits may be cut by the database's restart; the next query opens another.
  pool.on('error', () => {});
  return {
    init: async () => {},
    acquireConnection: async () => pipelineOf(await pool.connect()),
    async releaseConnection(connection) {
      const own = connection as Pipeline;
      await own.settle().finally(own.release);
    },
    async beginTransaction(connection, { isolationLevel }) {
      const isolation = isolationLevel === undefined ? '' : ` isolation level ${isolationLevel}`;
      (connection as Pipeline).send(CompiledQuery.raw(`begin${isolation}`));
    },
    async commitTransaction(connection) {
      await connection.executeQuery(CompiledQuery.raw('commit'));
    },
    async rollbackTransaction(connection) {
      // What is being undone may have failed as well.
      await (connection as Pipeline).settle().catch(() => {});
      await connection.executeQuery(CompiledQuery.raw('rollback'));
    },
    destroy: () => pool.end(),
  };
}

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    // bigint and numeric: our numbers are below 2^53.
    oid === 20 || oid === 1700 ? Number : pg.types.getTypeParser(oid, format as 'text'),
};

function pipelineOf(client: pg.PoolClient): Pipeline {
  const { stream } = (client as unknown as { connection: pg.Connection }).connection;
  let sent: Promise<unknown>[] = [];
  const sendNow = ({ sql, parameters }: CompiledQuery) => {
    // One packet for all that is sent before anybody waits.
    stream.cork();
    process.nextTick(() => stream.uncork());
    const answer = client.query(sql, [...parameters]);
    // A failure is told to whoever waits for it.
    answer.catch(() => {});
    return answer;
  };
  const settle = async () => {
    const before = sent;
    sent = [];
    await Promise.all(before);
  };
  return {
    settle,
    release: () => client.release(),
    send(query) {
      sent.push(sendNow(query));
    },
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const answer = sendNow(query);
      // What failed first is the reason why those behind it did.
      await settle();
      const { command, rowCount, rows } = await answer;
      const isChange = ['INSERT', 'UPDATE', 'DELETE'].includes(command);
      return { rows: rows as Row[], ...(isChange ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}) };
    },
    // biome-ignore lint/correctness/useYield: nothing streams from PostgreSQL here
    async *streamQuery(): AsyncIterableIterator<never> {
      throw new Error('postgresDialect: streaming is not supported; select the rows in pages');
    },
  };
}
