import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { experimenterPassword } from '../../../listening-test/experimenter/password.ts';
import { createApp } from '../../../listening-test/server/createApp.ts';
import { openSite } from '../../../listening-test/server/openSite.ts';
import { defaultRateLimits, type RateLimits } from '../../../listening-test/server/security.ts';
import { prepareHeadphoneClips } from '../../../listening-test/session/clipSource.ts';
import { storeLocation } from '../../../listening-test/store/openStore.ts';
import { InputError } from '../../base/inputError.ts';
import { packagePath } from '../../base/packagePath.ts';
import { type Command, counting, numberFlag } from '../command.ts';

/** `metamer serve`: the participant site and the experimenter's pages. */
export const serveCommand: Command = {
  name: 'serve',
  summary: "serve a study: the participant's and the experimenter's pages",
  arguments: '<study>',
  flags: [
    {
      flag: '--port <n>',
      help: 'port; 0 takes a free one',
      default: 8080,
      parse: numberFlag('--port', { min: 0, max: 65535, integer: true }),
    },
    { flag: '--host <address>', help: 'address to listen at; 0.0.0.0 for all', default: '127.0.0.1' },
    {
      flag: '--proxies <n>',
      help: 'reverse proxies in front, whose X-Forwarded-For is believed',
      default: 0,
      parse: numberFlag('--proxies', { min: 0, max: 10, integer: true }),
    },
  ],
  examples: [
    'metamer serve study',
    'METAMER_ADMIN_PASSWORD=… metamer serve study --port 80 --host 0.0.0.0',
    'DATABASE_URL=postgres://user@localhost/study metamer serve study',
  ],
  run: async ([folder], flags) => {
    const { port, host, proxies } = flags as { port: number; host: string; proxies: number };
    const pagesFolder = packagePath('dist/pages');
    if (!existsSync(join(pagesFolder, 'participant.html')))
      throw new InputError(`${pagesFolder} must hold the pages, it does not; run npm run build`);
    const site = await openSite(folder!, storeLocation(folder!, process.env['DATABASE_URL']));
    const { kept, made } = experimenterPassword(folder!, process.env['METAMER_ADMIN_PASSWORD']);
    if (made !== null)
      process.stderr.write(
        `Experimenter's password, shown only now: ${made}\n(METAMER_ADMIN_PASSWORD sets another one.)\n`,
      );
    prepareHeadphoneClips(site);
    const app = createApp({
      site,
      pagesFolder,
      password: kept,
      report: logError,
      limits: rateLimitsOf(process.env),
    });
    app.set('trust proxy', proxies);
    const server = app.listen(port, host);
    await listening(server, port, host);
    const base = addressOf(server, host);
    process.stdout.write(`participants:  ${base}/\nexperimenters: ${base}/experimenter\n`);
    await stopSignal();
    await closed(server);
    await site.store.close();
    return 0;
  },
};

/** `METAMER_RATE_LIMIT`: requests a minute, in place of every default limit; for classrooms and load tests. */
function rateLimitsOf(environment: NodeJS.ProcessEnv): RateLimits {
  const text = environment['METAMER_RATE_LIMIT'];
  if (text === undefined) return defaultRateLimits;
  const limit = numberFlag('METAMER_RATE_LIMIT', counting)(text);
  return { session: limit, newSessions: limit, address: limit };
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error) =>
      reject(
        new InputError(
          `--port ${port} at ${host} cannot be used (${error.message}); choose another --port or --host`,
          {
            cause: error,
          },
        ),
      ),
    );
  });
}

function addressOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

/** Lets running requests end; connections that only wait are cut. */
function closed(server: Server): Promise<void> {
  server.closeIdleConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
    setTimeout(() => server.closeAllConnections(), 5000).unref();
  });
}

function logError(error: unknown): void {
  process.stderr.write(
    `${new Date().toISOString()} ${error instanceof Error ? error.stack : String(error)}\n`,
  );
}
