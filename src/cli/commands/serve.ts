import { createStudyServer } from '../../../listening-test/server/createStudyServer.ts';
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
    const server = await createStudyServer(folder!, {
      port,
      host,
      proxies,
      databaseUrl: process.env['DATABASE_URL'],
      password: process.env['METAMER_ADMIN_PASSWORD'],
      requestsAMinute: rateLimitOf(process.env),
    });
    if (server.newPassword !== null)
      process.stderr.write(
        `Experimenter's password, shown only now: ${server.newPassword}\n(METAMER_ADMIN_PASSWORD sets another one.)\n`,
      );
    process.stdout.write(`participants:  ${server.url}/\nexperimenters: ${server.url}/experimenter\n`);
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

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
