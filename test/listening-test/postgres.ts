import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A PostgreSQL server of its own, gone when it is stopped. */
export interface PostgresServer {
  /** A new empty database; returns its address. */
  newDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** Folder of PostgreSQL’s programs; null when there are none. */
export const postgresFolder = postgresBinaries();

const binaries = postgresFolder;

/** Why tests on PostgreSQL do not run, or false. */
export const skipPostgres = binaries
  ? false
  : 'no PostgreSQL: install it (Debian: postgresql) to run the tests of the PostgreSQL store';

if (skipPostgres) process.stderr.write(`skipped: ${skipPostgres}\n`);

function postgresBinaries(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => `${root}/${version}/bin`),
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  return (
    folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ??
    null
  );
}

/** PostgreSQL refuses to run as root; then it runs as its own user, or as nobody. */
function otherUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string, user: string) =>
    Number(execFileSync('id', [flag, user], { stdio: 'pipe' }).toString());
  for (const user of ['postgres', 'nobody'])
    try {
      return { uid: id('-u', user), gid: id('-g', user) };
    } catch {
      // This user does not exist; the next one may.
    }
  return {};
}

/** Makes and starts a server that listens on a socket file only. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'metamer-pg-'));
  const user = otherUser();
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid!);
  const data = join(folder, 'data');
  execFileSync(
    join(binaries!, 'initdb'),
    ['-D', data, '-U', 'metamer', '-A', 'trust', '--no-sync', '-E', 'UTF8'],
    {
      ...user,
      cwd: folder,
      stdio: 'pipe',
    },
  );
  const server = spawn(join(binaries!, 'postgres'), ['-D', data, '-k', folder, '-c', 'listen_addresses='], {
    ...user,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await ready(server);
  const address = (database: string) =>
    `postgres://metamer@localhost/${database}?host=${encodeURIComponent(folder)}`;
  let count = 0;
  return {
    async newDatabase() {
      const name = `study${++count}`;
      const client = new pg.Client({ connectionString: address('postgres') });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return address(name);
    },
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGQUIT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    server.stderr!.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('ready to accept connections')) resolve();
    });
    server.once('exit', (code) => reject(new Error(`postgres ended with ${code}: ${log}`)));
  });
}
