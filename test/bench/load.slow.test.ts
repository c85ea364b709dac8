import { describe, expect, test } from 'vitest';
import type { StoreLocation } from '../../listening-test/store/openStore.ts';
import { createRandom } from '../../src/base/random.ts';
import { runCrowd } from '../../src/bench/server/crowd.ts';
import { quantile } from '../../src/statistics/estimates/descriptive.ts';
import { expectAllStored } from '../listening-test/checkStored.ts';
import { databaseKinds, databasesForTests } from '../listening-test/databases.ts';
import { makeStudy, temporaryFolder } from '../listening-test/makeStudy.ts';
import { skipPostgres } from '../listening-test/postgres.ts';
import { type ServerProcess, startServer } from '../listening-test/serverProcess.ts';

const words = [
  'after',
  'before',
  'house',
  'river',
  ...Array.from({ length: 14 }, (_, i) => `word${String.fromCharCode(97 + i)}`),
];
const noHeadphones = { screening: { headphones: 'off' }, exclusion: {} } as never;
const bigStudy = () =>
  makeStudy({ folder: temporaryFolder(), words, seconds: 2, practice: 2, catches: 2, config: noHeadphones });

const databases = databasesForTests();

describe.each(databaseKinds)('500 participants at once on %s', (kind, skip) => {
  test.skipIf(skip)(
    'lose nothing, memory stays flat; the times of saving are printed',
    { timeout: 600_000 },
    async () => {
      const { folder } = await bigStudy();
      const databaseUrl = await databases.newUrl(kind);
      const location: StoreLocation = databaseUrl ? { url: databaseUrl } : { path: `${folder}/data.sqlite` };
      const server = await startServer(folder, { databaseUrl, isBuilt: true });
      const memory: number[] = [];
      const sampling = setInterval(() => memory.push(server.memoryMiB()), 500);
      const start = performance.now();
      const cpuBefore = server.cpuSeconds();
      const crowd = await runCrowd({
        bases: () => [server.base],
        participants: 500,
        seed: 1,
        thinkMs: [3000, 7000],
        dropOutShare: 0.1,
      });
      clearInterval(sampling);
      const cpuMs = (1000 * (server.cpuSeconds() - cpuBefore)) / crowd.acknowledged.length;
      const seconds = (performance.now() - start) / 1000;
      expect(crowd.errors).toEqual([]);
      expect(crowd.complete.length + crowd.dropped.length).toBe(500);
      const stored = await expectAllStored(location, crowd);
      const [p50, p99] = [quantile(crowd.saveMs, 0.5), quantile(crowd.saveMs, 0.99)];
      const thirds = [
        memory.slice(Math.floor(memory.length / 3), Math.floor((2 * memory.length) / 3)),
        memory.slice(-Math.floor(memory.length / 3)),
      ];
      const [middle, last] = thirds.map((part) => quantile(part, 0.5)) as [number, number];
      process.stderr.write(
        `load ${kind}: ${stored} answers in ${seconds.toFixed(0)} s, save p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${Math.max(...crowd.saveMs).toFixed(0)} ms, ${cpuMs.toFixed(1)} ms of the server's processor time an answer, memory ${middle.toFixed(0)} then ${last.toFixed(0)} MiB\n`,
      );
      expect(last).toBeLessThan(1.25 * middle);
      expect(await server.stop()).toBe(0);
      expect(server.log()).not.toMatch(/Error/);
    },
  );
});

describe.each([
  ['one server on SQLite', 1, false],
  ['two servers on one PostgreSQL', 2, skipPostgres],
] as const)('ten times kill -9 under 500 participants: %s', (_, count, skip) => {
  test.skipIf(skip)(
    'every acknowledged answer is there, every session goes on to its end',
    { timeout: 900_000 },
    async () => {
      const { folder } = await bigStudy();
      const databaseUrl = await databases.newUrl(count === 2 ? 'PostgreSQL' : 'SQLite');
      const location: StoreLocation = databaseUrl ? { url: databaseUrl } : { path: `${folder}/data.sqlite` };
      const servers: ServerProcess[] = [];
      for (let i = 0; i < count; i++) servers.push(await startServer(folder, { databaseUrl, isBuilt: true }));
      const random = createRandom(11);
      let isOver = false;
      const crowd = runCrowd({
        bases: () => servers.map(({ base }) => base),
        participants: 500,
        seed: 2,
        thinkMs: [3000, 7000],
      }).finally(() => {
        isOver = true;
      });
      let kills = 0;
      while (kills < 10 && !isOver) {
        // Ten of them take most of the run, from the beginnings of the sessions to their ends.
        await new Promise((resolve) => setTimeout(resolve, 4000 + 4000 * random.uniform()));
        const victim = random.integer(count);
        const { port } = servers[victim]!;
        await servers[victim]!.kill();
        kills++;
        servers[victim] = await startServer(folder, { port, databaseUrl, isBuilt: true });
      }
      const result = await crowd;
      const stored = await expectAllStored(location, result);
      const [p50, p99] = [quantile(result.saveMs, 0.5), quantile(result.saveMs, 0.99)];
      process.stderr.write(
        `kill -9: ${kills} kills of ${count} server(s), ${result.acknowledged.length} answers acknowledged, ${stored} stored, ${result.lostConnections} tries without answer, ${result.complete.length} sessions complete; save p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${Math.max(...result.saveMs).toFixed(0)} ms of the try that was acknowledged\n`,
      );
      expect(kills).toBe(10);
      expect(result.errors).toEqual([]);
      expect(result.complete).toHaveLength(500);
      for (const server of servers) await server.stop();
    },
  );
});
