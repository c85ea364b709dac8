import { describe, expect, test } from 'vitest';
import { joinStudy, passTrial, runTo, send } from './client.ts';
import { databaseKinds, databasesForTests } from './databases.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { startServer } from './serverProcess.ts';
import { logInExperimenter, serveStudy } from './serveStudy.ts';

const screening = { headphones: 'off' };

const databases = databasesForTests();

describe.each(databaseKinds)('neighbors in one database on %s', (kind, skip) => {
  test.skipIf(skip)(
    'one study’s experimenter can neither log in to another study nor erase or exclude its participants; tokens do not work there',
    async () => {
      const study = (id: string) =>
        makeStudy({ folder: temporaryFolder(), config: { id, screening } as never });
      const [own, other] = [await study('own'), await study('other')];
      const location = await databases.place(kind, own.folder);
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
      const databaseUrl = await databases.newUrl(kind);
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
