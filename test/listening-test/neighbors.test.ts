import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoreLocation } from '../../listening-test/store/openStore.ts';
import { joinStudy, passTrial, runTo, send } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { type PostgresServer, skipPostgres, startPostgres } from './postgres.ts';
import { startServer } from './serverProcess.ts';
import { logInExperimenter, serveStudy } from './serveStudy.ts';

const screening = { headphones: 'off' };

let postgres: PostgresServer | null = null;
beforeAll(async () => {
  if (!skipPostgres) postgres = await startPostgres();
});
afterAll(async () => {
  await postgres?.stop();
});

describe.each([
  ['SQLite', false],
  ['PostgreSQL', skipPostgres],
] as const)('neighbors in one database on %s', (kind, skip) => {
  const place = async (folder: string): Promise<StoreLocation> =>
    kind === 'SQLite' ? { path: `${folder}/data.sqlite` } : { url: await postgres!.newDatabase() };

  test.skipIf(skip)(
    'one study’s experimenter can neither log in to another study nor erase or exclude its participants; tokens do not work there',
    async () => {
      const study = (id: string) =>
        makeStudy({ folder: temporaryFolder(), config: { id, screening } as never });
      const [own, other] = [await study('own'), await study('other')];
      const location = await place(own.folder);
      const { base } = await serveStudy(own.folder, { location });
      const neighbor = await serveStudy(other.folder, { location });
      const participant = await joinStudy(neighbor.base);
      await runTo(neighbor.base, participant, 'comments');
      const contents = () =>
        Promise.all(
          (['sessions', 'responses', 'plays', 'steps', 'exclusions'] as const).map((table) =>
            neighbor.site.store.database.selectFrom(table).selectAll().execute(),
          ),
        );
      const before = await contents();
      const headers = await logInExperimenter(base);
      const change = (path: string, body: object) =>
        send(`${base}/api/experimenter/${path}`, { method: 'POST', headers, body });
      const { participant: code } = participant.state;
      expect((await change('erase', { participant: code })).status).toBe(404);
      expect((await change('exclude', { participant: code, reason: 'x' })).status).toBe(404);
      expect((await send(`${neighbor.base}/api/experimenter/summary`, { headers })).status).toBe(401);
      expect((await send(`${base}/api/session`, { token: participant.token })).status).toBe(401);
      expect(await contents()).toEqual(before);
    },
  );

  test.skipIf(skip)(
    'two server processes that start at once on an empty database make its tables once, and one session goes on at either',
    async () => {
      const { folder } = await makeStudy({ folder: temporaryFolder(), config: { screening } as never });
      const location = await place(folder);
      const databaseUrl = 'url' in location ? location.url : undefined;
      const servers = await Promise.all([0, 1].map(() => startServer(folder, { databaseUrl })));
      const participant = await joinStudy(servers[0]!.base);
      await runTo(servers[0]!.base, participant, 'main');
      for (let trial = 0; participant.state.step === 'main'; trial++)
        await passTrial(servers[trial % 2]!.base, participant, () => ['after']);
      await runTo(servers[1]!.base, participant, null);
      expect(participant.state.state).toBe('complete');
      for (const server of servers) {
        expect(await server.stop()).toBe(0);
        expect(server.log()).not.toMatch(/Error/);
      }
    },
  );
});
