import { createStudyServer } from '../../../listening-test/server/createStudyServer.ts';
import { createServerLog, logLevels } from '../../../listening-test/server/serverLog.ts';
import { InputError } from '../../base/inputError.ts';
import { type Command, counting, numberFlag } from '../command.ts';

/** `metamer serve`: the participant site and the experimenter's pages. */
export const serveCommand: Command = {
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
    'METAMER_LOG=info metamer serve studies/ --proxies 1',
  ],
  run: async ([folder], flags) => {
    const { port, host, proxies } = flags as { port: number; host: string; proxies: number };
    const server = await createStudyServer(folder!, {
      port,
      host,
      proxies,
      databaseUrl: process.env['DATABASE_URL'],
      password: process.env['METAMER_ADMIN_PASSWORD'],
      requestsAMinute: rateLimitOf(process.env),
      log: createServerLog(logLevelOf(process.env)),
      metricsToken: process.env['METAMER_METRICS_TOKEN'],
    });
    if (server.newPassword !== null)
      process.stderr.write(
        `Experimenter's password, shown only now: ${server.newPassword}\n(METAMER_ADMIN_PASSWORD sets another one.)\n`,
      );
    const pages = server.studies.map((path) => `participants:  ${server.url}/${path ? `${path}/` : ''}\n`);
    process.stdout.write(`${pages.join('')}experimenters: ${server.url}/experimenter\n`);
    await stopSignal();
    await server.close();
    return 0;
  },
};

/** `METAMER_RATE_LIMIT`: requests a minute, in place of every default limit; for classrooms and load tests. */
function rateLimitOf(environment: NodeJS.ProcessEnv): number | undefined {
  const text = environment['METAMER_RATE_LIMIT'];
  return text === undefined ? undefined : numberFlag('METAMER_RATE_LIMIT', counting)(text);
}

/** `METAMER_LOG`: how much is written to standard error. */
function logLevelOf({ METAMER_LOG: wanted = 'warn' }: NodeJS.ProcessEnv): (typeof logLevels)[number] {
  const level = logLevels.find((known) => known === wanted);
  if (!level)
    throw new InputError(`METAMER_LOG must be ${logLevels.join(', ')}, got '${wanted}'; name one of them`);
  return level;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
