import { type Kysely, type Migration, sql } from 'kysely';

type Schema = Kysely<unknown>;

const sessionTables = async (database: Schema) => {
  await database.schema
    .createTable('studies')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await database.schema
    .createTable('sessions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('study', 'text', (c) => c.notNull().references('studies.id'))
    .addColumn('token_hash', 'text', (c) => c.notNull().unique())
    .addColumn('recruitment_hash', 'text')
    .addColumn('submission_hash', 'text')
    .addColumn('platform', 'text', (c) => c.notNull())
    .addColumn('preview', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('next_position', 'integer', (c) => c.notNull())
    .addColumn('seed', 'bigint', (c) => c.notNull())
    .addColumn('consent_hash', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_seen_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('end_reason', 'text', (c) => c.notNull())
    .addUniqueConstraint('one_session_a_person', ['study', 'recruitment_hash'])
    .execute();
  await database.schema
    .createTable('reservations')
    .addColumn('session', 'text', (c) => c.notNull().references('sessions.id'))
    .addColumn('task', 'text', (c) => c.notNull())
    .addColumn('list', 'integer', (c) => c.notNull())
    .addColumn('reserved_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('one_list_a_task', ['session', 'task'])
    .execute();
};

const trialTables = async (database: Schema) => {
  await database.schema
    .createTable('trials')
    .addColumn('session', 'text', (c) => c.notNull().references('sessions.id'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('phase', 'text', (c) => c.notNull())
    .addColumn('attempt', 'integer', (c) => c.notNull())
    .addColumn('block', 'text', (c) => c.notNull())
    .addColumn('task', 'text', (c) => c.notNull())
    .addColumn('stimulus', 'text', (c) => c.notNull())
    .addColumn('clip_token', 'text', (c) => c.notNull().unique())
    .addColumn('target', 'text', (c) => c.notNull())
    .addColumn('feedback', 'integer', (c) => c.notNull())
    .addColumn('fetched_at', 'bigint')
    .addPrimaryKeyConstraint('trial_place', ['session', 'position'])
    .execute();
  await database.schema
    .createTable('responses')
    .addColumn('session', 'text', (c) => c.notNull())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('idempotency_key', 'text', (c) => c.notNull())
    .addColumn('response', 'text', (c) => c.notNull())
    .addColumn('correct', 'integer', (c) => c.notNull())
    .addColumn('play_valid', 'integer', (c) => c.notNull())
    .addColumn('rt_ms', 'double precision')
    .addColumn('first_input_ms', 'double precision')
    .addColumn('keystrokes', 'integer', (c) => c.notNull())
    .addColumn('typed', 'text', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('responded_at', 'bigint', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('one_response_a_trial', ['session', 'position'])
    .addForeignKeyConstraint('response_trial', ['session', 'position'], 'trials', ['session', 'position'])
    .execute();
  await database.schema
    .createTable('plays')
    .addColumn('session', 'text', (c) => c.notNull())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('attempt', 'integer', (c) => c.notNull())
    .addColumn('valid', 'integer', (c) => c.notNull())
    .addColumn('reasons', 'text', (c) => c.notNull())
    .addColumn('report', 'text', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('play_attempt', ['session', 'position', 'attempt'])
    .addForeignKeyConstraint('play_trial', ['session', 'position'], 'trials', ['session', 'position'])
    .execute();
};

const otherTables = async (database: Schema, serial: 'serial' | 'integer') => {
  await database.schema
    .createTable('steps')
    .addColumn('session', 'text', (c) => c.notNull().references('sessions.id'))
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('answer', 'text', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('one_answer_a_step', ['session', 'step'])
    .execute();
  await database.schema
    .createTable('exclusions')
    .addColumn('session', 'text', (c) => c.notNull().references('sessions.id'))
    .addColumn('rule', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('one_exclusion_a_rule', ['session', 'rule'])
    .execute();
  await database.schema
    .createTable('audit')
    .addColumn('id', serial, (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .execute();
  await database.schema
    .createTable('admin_sessions')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('csrf', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await database.schema
    .createTable('login_attempts')
    .addColumn('id', serial, (c) => c.primaryKey())
    .addColumn('address_hash', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
};

/** Several experimenters and studies, recruitment ids that can be read back, visits, personal links. */
const laboratory = async (database: Schema) => {
  const text = (table: string, column: string) =>
    database.schema
      .alterTable(table)
      .addColumn(column, 'text', (c) => c.notNull().defaultTo(''))
      .execute();
  await text('audit', 'study');
  await text('admin_sessions', 'account');
  await text('sessions', 'recruitment_ids');
  await text('sessions', 'person');
  await database.schema
    .alterTable('sessions')
    .addColumn('visit', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
  await sql`update sessions set person = id`.execute(database);
  await database.schema
    .createTable('links')
    .addColumn('code_hash', 'text', (c) => c.primaryKey())
    .addColumn('study', 'text', (c) => c.notNull().references('studies.id'))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
};

/** What proves a play and what belongs to a reaction time. */
const measurement = async (database: Schema) => {
  const add = (
    table: string,
    column: string,
    type: 'text' | 'integer' | 'bigint' | 'double precision',
    initial?: number,
  ) =>
    database.schema
      .alterTable(table)
      .addColumn(column, type, (c) => (initial === undefined ? c : c.notNull().defaultTo(initial)))
      .execute();
  await add('sessions', 'page', 'text');
  await add('plays', 'begun_at', 'bigint', 0);
  await add('responses', 'form_ms', 'double precision');
  await add('responses', 'resumed', 'integer', 0);
  await add('responses', 'clock_jump_ms', 'double precision');
};

/** How answers come about, what tasks plan for a trial, and what their answers hold beyond labels. */
const conduct = async (database: Schema) => {
  for (const [table, column] of [
    ['responses', 'conduct'],
    ['responses', 'details'],
    ['trials', 'plan'],
  ] as const)
    await database.schema
      .alterTable(table)
      .addColumn(column, 'text', (c) => c.notNull().defaultTo(''))
      .execute();
};

/**
 * All schema changes in order; a later version adds its own at the end.
 *
 * @param serial - The database's type for a number that counts up by itself.
 * @returns Migrations by name, applied in the names' order.
 */
export function migrations(serial: 'serial' | 'integer'): Record<string, Migration> {
  return {
    '0001-tables': {
      async up(database: Schema) {
        await sessionTables(database);
        await trialTables(database);
        await otherTables(database, serial);
        await sql`create index sessions_by_state on sessions (study, state)`.execute(database);
      },
    },
    '0002-laboratory': { up: laboratory },
    '0003-measurement': { up: measurement },
    '0004-conduct': { up: conduct },
  };
}
