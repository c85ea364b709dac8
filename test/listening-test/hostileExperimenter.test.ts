import { expect, test } from 'vitest';
import { joinStudy, send } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { logInExperimenter, serveStudy, testPassword } from './serveStudy.ts';

const routes = [
  ['GET', 'me'],
  ['GET', 'studies'],
  ['GET', 'log'],
  ['GET', 'summary'],
  ['GET', 'stimuli'],
  ['GET', 'audit'],
  ['GET', 'export/csv'],
  ['GET', 'export/psych-ds'],
  ['POST', 'participants'],
  ['POST', 'state'],
  ['POST', 'previews'],
  ['POST', 'exclude'],
  ['POST', 'include'],
  ['POST', 'erase'],
  ['POST', 'logout'],
] as const;

async function served(limits?: { session: number; newSessions: number; address: number }) {
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    config: { screening: { headphones: 'off' } as never },
  });
  return serveStudy(folder, limits ? { limits } : {});
}

test.each(routes)(
  '%s /api/experimenter/%s is closed without a login, and to a participant’s token',
  async (method, path) => {
    const { base } = await served();
    const { token } = await joinStudy(base);
    const body = method === 'POST' ? {} : undefined;
    const address = `${base}/api/experimenter/${path}`;
    expect((await send(address, { method, body })).status).toBe(401);
    expect((await send(address, { method, body, token })).status).toBe(401);
    const cookie = `metamer_000000000000=${token}`;
    expect((await send(address, { method, body, headers: { cookie } })).status).toBe(401);
  },
);

test.each(routes.filter(([method]) => method === 'POST'))(
  '%s /api/experimenter/%s is refused without the token of the login, or as a form of another site',
  async (method, path) => {
    const { base } = await served();
    const { cookie } = await logInExperimenter(base);
    const address = `${base}/api/experimenter/${path}`;
    const headers = { cookie: cookie! };
    expect(await send(address, { method, body: {}, headers })).toMatchObject({
      status: 403,
      body: { error: 'csrf' },
    });
    const form = await fetch(address, {
      method,
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'state=closed',
    });
    expect(form.status).toBe(415);
  },
);

const page = { search: '', filter: 'all', page: 0 };

test.each([
  ['participants', {}],
  ['participants', { ...page, page: -1 }],
  ['participants', { ...page, page: 1.5 }],
  ['participants', { ...page, page: 1e9 }],
  ['participants', { ...page, filter: 'everybody' }],
  ['participants', { ...page, search: 'x'.repeat(201) }],
  ['participants', { ...page, search: 'a\0b' }],
  ['participants', { ...page, search: { $ne: '' } }],
  ['participants', { ...page, order: 'id; drop table sessions' }],
  ['include', { participant: "p' or 1=1 --" }],
  ['include', { participant: 'p0123456789', reason: 'x' }],
  ['exclude', { participant: 'p0123456789', reason: '   ' }],
  ['exclude', { participant: 'p0123456789', reason: 'a\0b' }],
  ['exclude', { participant: 'p0123456789', reason: 'x'.repeat(1001) }],
  ['state', { state: 'deleted' }],
  ['previews', { stimulus: 7 }],
])('a malformed body to /api/experimenter/%s is refused: %j', async (path, body) => {
  const { base, failures } = await served();
  const headers = await logInExperimenter(base);
  const { status } = await send(`${base}/api/experimenter/${path}`, { method: 'POST', body, headers });
  expect(status).toBe(400);
  expect(failures).toEqual([]);
});

test.each([
  "' or 1=1 --",
  '%',
  '_',
  'p%',
  '\\',
  '{{%PROLIFIC_PID%}}',
  '__proto__',
  'Ω"; drop table sessions; --',
])('a search for %j finds nobody by accident and changes nothing', async (search) => {
  const { base, site, failures } = await served();
  await joinStudy(base);
  const headers = await logInExperimenter(base);
  const found = await send<{ total: number }>(`${base}/api/experimenter/participants`, {
    method: 'POST',
    body: { ...page, search },
    headers,
  });
  expect(found.status).toBe(200);
  expect(found.body.total).toBe(0);
  expect(await site.store.database.selectFrom('sessions').select('state').execute()).toEqual([
    { state: 'active' },
  ]);
  expect(failures).toEqual([]);
});

test('participants and exclusions that do not exist get 404, and nothing is written', async () => {
  const { base, site } = await served();
  const headers = await logInExperimenter(base);
  const { state } = await joinStudy(base);
  const post = (path: string, body: unknown) =>
    send(`${base}/api/experimenter/${path}`, { method: 'POST', body, headers });
  expect((await post('include', { participant: state.participant })).status).toBe(404);
  expect((await post('include', { participant: 'p0000000000' })).status).toBe(404);
  expect((await post('exclude', { participant: 'p0000000000', reason: 'x' })).status).toBe(404);
  expect(await site.store.database.selectFrom('exclusions').selectAll().execute()).toEqual([]);
});

test('an exclusion is made, changed, shown, taken back and logged', async () => {
  const { base, site } = await served();
  const headers = await logInExperimenter(base);
  const { participant } = (await joinStudy(base)).state;
  const post = <Body>(path: string, body: unknown) =>
    send<Body>(`${base}/api/experimenter/${path}`, { method: 'POST', body, headers });
  const shown = async () => {
    const { body } = await post<{ participants: { excludedBecause: string | null }[] }>('participants', page);
    return body.participants.map(({ excludedBecause }) => excludedBecause);
  };
  await post('exclude', { participant, reason: 'talked' });
  await post('exclude', { participant, reason: ' talked all the time ' });
  expect(await shown()).toEqual(['talked all the time']);
  expect((await post('include', { participant })).status).toBe(200);
  expect(await shown()).toEqual([null]);
  const log = await site.store.database.selectFrom('audit').select('action').orderBy('id').execute();
  expect(log.map(({ action }) => action)).toEqual(['log in', 'exclude', 'exclude', 'include']);
});

test.each([
  '/api/experimenter/studies/..%2f..%2fadmin.json/summary',
  '/api/experimenter/studies/listening-study/summary',
  '/api/experimenter/export/..%2f..%2fsecret.key',
  '/experimenter/../admin.json',
  '/admin.json',
  '/secret.key',
  '/data.sqlite',
  '/logins.sqlite',
])('%s gives nothing away, logged in', async (path) => {
  const { base } = await served();
  const headers = await logInExperimenter(base);
  const response = await fetch(base + path, { headers });
  expect(response.status).toBe(404);
  expect(await response.text()).not.toMatch(/salt|hash|SQLite/);
});

test('logins are slowed down by address whatever the name, and unknown names look like wrong passwords', async () => {
  const { base } = await served();
  const attempt = (name: string) =>
    send(`${base}/api/experimenter/login`, { method: 'POST', body: { name, password: 'wrong password' } });
  const answers = [];
  for (const name of ['experimenter', 'nobody', '__proto__', '', 'a'.repeat(100)])
    answers.push(await attempt(name));
  expect(new Set(answers.map(({ status, body }) => `${status} ${body['message']}`)).size).toBe(1);
  for (let i = 0; i < 5; i++) await attempt(`name-${i}`);
  expect((await attempt('experimenter')).status).toBe(429);
  await expect(logInExperimenter(base, testPassword)).rejects.toThrow('429');
});

test('the experimenter’s interface has a limit of requests, too', async () => {
  const { base } = await served({ session: 1000, newSessions: 1000, address: 10 });
  const statuses: number[] = [];
  for (let i = 0; i < 12; i++) statuses.push((await send(`${base}/api/experimenter/me`)).status);
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
});
