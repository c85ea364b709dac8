import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createStudyServer } from '../../listening-test/server/createStudyServer.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { preparePages } from '../listening-test/chromium.ts';
import { joinStudy, runTo, send } from '../listening-test/client.ts';
import { databaseKinds, databasesForTests } from '../listening-test/databases.ts';
import { makeStudy, temporaryFolder } from '../listening-test/makeStudy.ts';
import { postgresFolder } from '../listening-test/postgres.ts';

beforeAll(preparePages);
const databases = databasesForTests();

/** Runs one of the scripts of `deploy/` as a timer would. */
function script(name: string, words: string[], environment: Record<string, string | undefined>): string {
  const tool = join(temporaryFolder(), 'metamer');
  const main = packagePath('src/cli/main.ts');
  writeFileSync(
    tool,
    `#!/bin/sh\ncd ${packagePath('.')}\nexec ${process.execPath} --import tsx ${main} "$@"\n`,
  );
  chmodSync(tool, 0o755);
  const { DATABASE_URL: _, ...inherited } = process.env;
  return execFileSync('sh', [packagePath(`deploy/${name}`), ...words], {
    env: {
      ...inherited,
      METAMER: tool,
      PATH: `${postgresFolder ?? ''}:${process.env['PATH']}`,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
    .toString()
    .trim();
}

describe.each(databaseKinds)('backup.sh and restore.sh on %s', (kind, skip) => {
  test.skipIf(skip)('copy a running study; what is restored goes on: sessions, keys, accounts', async () => {
    const { folder } = await makeStudy({
      folder: temporaryFolder(),
      config: { screening: { headphones: 'off' } as never },
    });
    const before = await databases.newUrl(kind);
    const first = await createStudyServer(folder, {
      port: 0,
      databaseUrl: before,
      password: 'a long password',
    });
    const done = await joinStudy(first.url);
    await runTo(first.url, done, null);
    const halfway = await joinStudy(first.url);
    await runTo(first.url, halfway, 'main');
    const backups = join(temporaryFolder(), 'backups');
    mkdirSync(backups);
    const backup = script('backup.sh', [folder, backups], { DATABASE_URL: before });
    expect(readdirSync(backups)).toHaveLength(1);
    await first.close();
    const restored = join(temporaryFolder(), 'restored');
    const after = await databases.newUrl(kind);
    expect(script('restore.sh', [backup, restored], { DATABASE_URL: after })).toBe(restored);
    const second = await createStudyServer(restored, { port: 0, databaseUrl: after });
    expect(second.newPassword).toBeNull();
    const state = await send(`${second.url}/api/session`, { token: done.token });
    expect(state.body).toMatchObject({ state: 'complete' });
    await runTo(second.url, halfway, null);
    expect(halfway.state.state).toBe('complete');
    await second.close();
    expect(() => script('restore.sh', [backup, restored], { DATABASE_URL: after })).toThrow(
      'must be empty or not exist',
    );
  });
});

test('backup.sh takes a folder of studies with its accounts, and keeps as many backups as it is told', async () => {
  const studies = temporaryFolder();
  for (const name of ['a', 'b']) {
    const made = await makeStudy({ folder: temporaryFolder(), config: { id: name } });
    execFileSync('cp', ['-r', made.folder, join(studies, name)]);
  }
  const server = await createStudyServer(studies, { port: 0, password: 'a long password' });
  await joinStudy(`${server.url}/a`);
  const backups = join(temporaryFolder(), 'backups');
  mkdirSync(join(backups, '2020-01-01T00-00-00Z'), { recursive: true });
  const backup = script('backup.sh', [studies, backups], { KEEP: '1' });
  await server.close();
  expect(readdirSync(backups).map((name) => join(backups, name))).toEqual([backup]);
  expect(readdirSync(backup).sort()).toEqual(['a', 'admin.json', 'b', 'secret.key']);
  for (const file of ['a/data.sqlite', 'a/secret.key', 'a/clips', 'b/study.json'])
    expect(existsSync(join(backup, file)), file).toBe(true);
});
