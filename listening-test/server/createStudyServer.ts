import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { InputError } from '../../src/base/inputError.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { prepareAccounts } from '../experimenter/accounts.ts';
import { prepareHeadphoneClips } from '../session/trials/clipSource.ts';
import { createApp } from './createApp.ts';
import { openLaboratory } from './openLaboratory.ts';
import { defaultRateLimits } from './security.ts';
import { createServerLog, type ServerLog } from './serverLog.ts';

/** How a study is served; everything is optional. */
export interface StudyServerOptions {
  /** Port; 0 takes a free one. */
  port?: number;
  /** Address to listen at. */
  host?: string;
  /** Reverse proxies in front, whose `X-Forwarded-For` is believed. */
  proxies?: number;
  /** `postgres://…`; default: `data.sqlite` in the study's folder. */
  databaseUrl?: string | undefined;
  /** The experimenter's password; default: the one set before, or a new one. */
  password?: string | undefined;
  /** Requests a minute in place of every default limit, for a classroom behind one address. */
  requestsAMinute?: number | undefined;
  /** Receives requests and errors nobody foresaw; default: errors are printed to standard error. */
  log?: ServerLog;
  /** Bearer token for the numbers at `/metrics`; without one only this machine may ask for them. */
  metricsToken?: string | undefined;
  /** Folder with the bundled pages; default: the package's own. */
  pagesFolder?: string;
}

/** A study, or several, being served. */
export interface StudyServer {
  /** Address of the participants' page, or of what the studies' paths stand below, without a slash at its end. */
  url: string;
  /** Paths of the studies below `url`; one empty path where there is only one. */
  studies: string[];
  /** The experimenter's password if it was made now; it is kept nowhere. */
  newPassword: string | null;
  /** Lets running requests end, then closes the database. */
  close(): Promise<void>;
}

/**
 * Serves a study: the participants' page at `url/`, the experimenter's at `url/experimenter`. A folder of studies is
 * served whole: each one's participants' page at `url/<its folder's name>/`, one login for all.
 *
 * @param folder - The study's folder, or the folder of several.
 * @param options - Where to listen, database, password.
 * @returns Address and how to end it.
 * @throws InputError for a broken study, an unreachable database or a port in use.
 */
export async function createStudyServer(
  folder: string,
  options: StudyServerOptions = {},
): Promise<StudyServer> {
  const { port = 8080, host = '127.0.0.1', proxies = 0, requestsAMinute: limit } = options;
  const { laboratory, close: closeDatabases } = await openLaboratory(folder, options.databaseUrl);
  try {
    const newPassword = prepareAccounts(folder, options.password);
    for (const { site } of laboratory.studies) prepareHeadphoneClips(site);
    const app = createApp({
      laboratory,
      pagesFolder: options.pagesFolder ?? builtPages(),
      log: options.log ?? createServerLog('warn'),
      limits: limit ? { session: limit, newSessions: limit, address: limit } : defaultRateLimits,
      metricsToken: options.metricsToken,
    });
    app.set('trust proxy', proxies);
    const server = await listening(app.listen(port, host), port, host);
    return {
      url: addressOf(server, host),
      studies: laboratory.studies.map(({ path }) => path),
      newPassword,
      close: () => closed(server).then(closeDatabases),
    };
  } catch (error) {
    await closeDatabases();
    throw error;
  }
}

function builtPages(): string {
  const folder = packagePath('dist/pages');
  if (!existsSync(join(folder, 'participant.html')))
    throw new InputError(`${folder} must hold the pages, it does not; build the package (npm run build)`);
  return folder;
}

function listening(server: Server, port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('listening', () => resolve(server));
    server.once('error', (cause) => {
      reject(
        new InputError(
          `port ${port} at host ${host} must be free, ${whyUnusable(cause)}; choose another port or host`,
          { cause },
        ),
      );
    });
  });
}

function whyUnusable({ code = '', message }: NodeJS.ErrnoException): string {
  return reasons[code] ?? `it cannot be used (${message})`;
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses it',
  EACCES: 'only an administrator may use it',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'no such host is known',
};

function addressOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Lets running requests end; connections that only wait are cut. */
function closed(server: Server): Promise<void> {
  server.closeIdleConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
    setTimeout(() => server.closeAllConnections(), 5000).unref();
  });
}
