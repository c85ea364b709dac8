import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { InputError } from '../../src/base/inputError.ts';
import { packagePath } from '../../src/base/packagePath.ts';
import { experimenterPassword } from '../experimenter/password.ts';
import { prepareHeadphoneClips } from '../session/clipSource.ts';
import { storeLocation } from '../store/openStore.ts';
import { createApp } from './createApp.ts';
import { openSite } from './openSite.ts';
import { defaultRateLimits } from './security.ts';

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
  /** Receives errors nobody foresaw; default: they are printed to standard error. */
  report?: (error: unknown) => void;
}

/** A study that is being served. */
export interface StudyServer {
  /** Address of the participants' page, without a slash at its end. */
  url: string;
  /** The experimenter's password if it was made now; it is kept nowhere. */
  newPassword: string | null;
  /** Lets running requests end, then closes the database. */
  close(): Promise<void>;
}

/**
 * Serves a study: the participants' page at `url`, the experimenter's at `url/experimenter`.
 *
 * @param folder - The study's folder.
 * @param options - Where to listen, database, password.
 * @returns Address and how to end it.
 * @throws InputError for a broken study, an unreachable database or a port in use.
 */
export async function createStudyServer(
  folder: string,
  options: StudyServerOptions = {},
): Promise<StudyServer> {
  const { port = 8080, host = '127.0.0.1', proxies = 0, requestsAMinute: limit } = options;
  const site = await openSite(folder, storeLocation(folder, options.databaseUrl));
  try {
    const { kept, made } = experimenterPassword(folder, options.password);
    prepareHeadphoneClips(site);
    const app = createApp({
      site,
      pagesFolder: builtPages(),
      password: kept,
      report: options.report ?? printError,
      limits: limit ? { session: limit, newSessions: limit, address: limit } : defaultRateLimits,
    });
    app.set('trust proxy', proxies);
    const server = await listening(app.listen(port, host), port, host);
    const close = () => closed(server).then(() => site.store.close());
    return { url: addressOf(server, host), newPassword: made, close };
  } catch (error) {
    await site.store.close();
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
      const rule = `port ${port} at host ${host} must be free, it cannot be used (${cause.message})`;
      reject(new InputError(`${rule}; choose another port or host`, { cause }));
    });
  });
}

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

function printError(error: unknown): void {
  process.stderr.write(
    `${new Date().toISOString()} ${error instanceof Error ? error.stack : String(error)}\n`,
  );
}
