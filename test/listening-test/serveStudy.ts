import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Account, firstAccount } from '../../listening-test/experimenter/accounts.ts';
import { laboratoryOf } from '../../listening-test/experimenter/laboratory.ts';
import { hashPassword } from '../../listening-test/experimenter/password.ts';
import { createApp } from '../../listening-test/server/createApp.ts';
import { openSite } from '../../listening-test/server/openSite.ts';
import type { RateLimits } from '../../listening-test/server/security.ts';
import type { Site } from '../../listening-test/session/site.ts';
import type { StoreLocation } from '../../listening-test/store/openStore.ts';
import { skipping } from './testClock.ts';

/** The experimenter's password in tests. */
export const testPassword = 'correct horse battery';

const testAccount = { name: firstAccount, ...hashPassword(testPassword) };

/** Serves a study on a free port until the test is over. */
export async function serveStudy(
  folder: string,
  options: {
    location?: StoreLocation;
    pagesFolder?: string;
    clock?: () => number;
    accounts?: readonly Account[];
    limits?: RateLimits;
    metricsToken?: string;
  } = {},
): Promise<{ base: string; site: Site; failures: unknown[] }> {
  const opened = await openSite(folder, options.location ?? { path: `${folder}/data.sqlite` });
  const site = { ...opened, clock: skipping(options.clock ?? opened.clock) };
  const failures: unknown[] = [];
  const app = createApp({
    laboratory: laboratoryOf(site, () => options.accounts ?? [testAccount]),
    pagesFolder: options.pagesFolder ?? folder,
    log: { info: () => {}, error: (fields) => void failures.push(fields) },
    metricsToken: options.metricsToken,
    limits: options.limits ?? { session: 1e6, newSessions: 1e6, address: 1e6 },
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await site.store.close();
  });
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, site, failures };
}

/** Logs in; returns the headers of an experimenter's request. */
export async function logInExperimenter(
  base: string,
  password = testPassword,
  name = 'experimenter',
): Promise<Record<string, string>> {
  const response = await fetch(`${base}/api/experimenter/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
  if (response.status !== 200) throw new Error(String(response.status));
  const { csrf } = (await response.json()) as { csrf: string };
  return { cookie: response.headers.get('set-cookie')!.split(';')[0]!, 'x-csrf-token': csrf };
}
