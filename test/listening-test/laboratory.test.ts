import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readAccounts, removeAccount, setAccount } from '../../listening-test/experimenter/accounts.ts';
import { hashPassword } from '../../listening-test/experimenter/password.ts';
import { addressPattern } from '../../listening-test/server/addressPattern.ts';
import { createStudyServer } from '../../listening-test/server/createStudyServer.ts';
import type { ServerLog } from '../../listening-test/server/serverLog.ts';
import { openStore } from '../../listening-test/store/openStore.ts';
import { preparePages } from './chromium.ts';
import { joinStudy, prolificId, runTo, send } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { logInExperimenter, serveStudy, testPassword } from './serveStudy.ts';

beforeAll(preparePages);

const noHeadphones = { screening: { headphones: 'off' } as never };

/** Two studies in one folder, and what its server logs. */
async function servedTwo() {
  const folder = temporaryFolder();
  for (const name of ['words', 'music']) {
    const made = await makeStudy({ folder: temporaryFolder(), config: { ...noHeadphones, id: `${name}-1` } });
    cpSync(made.folder, join(folder, name), { recursive: true });
  }
  setAccount(folder, 'anna', testPassword);
  setAccount(folder, 'ben', 'another long password');
  const lines: Record<string, unknown>[] = [];
  const log: ServerLog = {
    info: (fields) => void lines.push(fields),
    error: (fields) => void lines.push(fields),
  };
  const server = await createStudyServer(folder, { port: 0, log });
  return { folder, lines, ...server };
}

test('several studies stand below their folders’ names, with one login for all and a log of who did what', async () => {
  const { url, studies, newPassword, close } = await servedTwo();
  expect([studies, newPassword]).toEqual([['music', 'words'], null]);
  expect((await fetch(url)).status).toBe(404);
  expect((await fetch(`${url}/words/`)).headers.get('content-type')).toContain('text/html');
  const bare = await fetch(`${url}/words?PROLIFIC_PID=x`, { redirect: 'manual' });
  expect([bare.status, bare.headers.get('location')]).toEqual([308, 'words/?PROLIFIC_PID=x']);
  const own = await fetch(`${url}/words/experimenter`, { redirect: 'manual' });
  expect([own.status, own.headers.get('location')]).toEqual([308, '../experimenter?study=words']);
  const participant = await joinStudy(`${url}/words`);
  await runTo(`${url}/words`, participant, null);
  // The same person's token opens nothing in the other study.
  expect((await send(`${url}/music/api/session`, { token: participant.token })).status).toBe(401);
  expect((await send(`${url}/api/experimenter/studies`)).status).toBe(401);
  const [anna, ben] = [
    await logInExperimenter(url, testPassword, 'anna'),
    await logInExperimenter(url, 'another long password', 'ben'),
  ];
  expect((await send(`${url}/api/experimenter/studies`, { headers: anna })).body).toMatchObject([
    { path: 'music', id: 'music-1', state: 'open', complete: 0, active: 0 },
    { path: 'words', id: 'words-1', state: 'open', complete: 1, active: 0 },
  ]);
  const post = (headers: Record<string, string>, path: string, body: unknown) =>
    send(`${url}/api/experimenter/studies/${path}`, { method: 'POST', headers, body });
  expect((await post(ben, 'words/state', { state: 'paused' })).status).toBe(200);
  const { participant: code } = participant.state;
  expect((await post(anna, 'words/exclude', { participant: code, reason: 'slept' })).status).toBe(200);
  expect((await post(anna, 'music/exclude', { participant: code, reason: 'slept' })).status).toBe(404);
  const audit = await send<never[]>(`${url}/api/experimenter/studies/words/audit`, { headers: anna });
  expect(audit.body).toMatchObject([
    { actor: 'anna', action: 'exclude', detail: `${code}: slept` },
    { actor: 'ben', action: 'state', detail: 'paused' },
  ]);
  expect((await send<never[]>(`${url}/api/experimenter/studies/music/audit`, { headers: ben })).body).toEqual(
    [],
  );
  const log = await send<{ actor: string; action: string }[]>(`${url}/api/experimenter/log`, {
    headers: ben,
  });
  expect(log.body.map(({ actor, action }) => `${actor} ${action}`).sort()).toEqual([
    'anna log in',
    'ben log in',
  ]);
  await close();
});

test('an account that is taken away is logged out at once, and the last one stays', async () => {
  const { url, folder, close } = await servedTwo();
  const ben = await logInExperimenter(url, 'another long password', 'ben');
  expect((await send(`${url}/api/experimenter/studies`, { headers: ben })).status).toBe(200);
  removeAccount(folder, 'ben');
  expect((await send(`${url}/api/experimenter/studies`, { headers: ben })).status).toBe(401);
  await expect(logInExperimenter(url, 'another long password', 'ben')).rejects.toThrow('401');
  await expect(logInExperimenter(url, 'another long password', 'anna')).rejects.toThrow('401');
  expect(() => removeAccount(folder, 'ben')).toThrow("'ben' must be one of anna; name one of them");
  expect(() => removeAccount(folder, 'anna')).toThrow("'anna' must not be the last account");
  await close();
});

test('accounts are kept as hashes that only the owner reads; an earlier version’s file still holds', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'admin.json'), JSON.stringify(hashPassword('the first password')));
  expect(readAccounts(folder).map(({ name }) => name)).toEqual(['experimenter']);
  setAccount(folder, 'zoe', 'a long password');
  expect(readAccounts(folder).map(({ name }) => name)).toEqual(['experimenter', 'zoe']);
  expect(readFileSync(join(folder, 'admin.json'), 'utf8')).not.toContain('a long password');
  expect(statSync(join(folder, 'admin.json')).mode & 0o777).toBe(0o600);
  for (const name of ['Zoe', '', 'a b', '../x'])
    expect(() => setAccount(folder, name, 'a long password')).toThrow('must be lower-case letters');
});

test('two studies of one id, and a folder whose name is an address already, are refused', async () => {
  const folder = temporaryFolder();
  const made = await makeStudy({ folder: temporaryFolder() });
  for (const name of ['a', 'b']) cpSync(made.folder, join(folder, name), { recursive: true });
  await expect(createStudyServer(folder, { port: 0 })).rejects.toThrow(
    "study.json of a and b: studies served together must have ids of their own, both have 'listening-study'",
  );
  const taken = temporaryFolder();
  cpSync(made.folder, join(taken, 'assets'), { recursive: true });
  await expect(createStudyServer(taken, { port: 0 })).rejects.toThrow(
    'assets: the folder’s name'.replace('’', "'"),
  );
});

test('two studies on one host have cookies of their own names and no path of ours', async () => {
  const cookies = await Promise.all(
    [1, 2].map(async () => {
      const { folder } = await makeStudy({ folder: temporaryFolder() });
      const { base } = await serveStudy(folder);
      const response = await fetch(`${base}/api/experimenter/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ password: testPassword }),
      });
      return response.headers.get('set-cookie')!;
    }),
  );
  const names = cookies.map((cookie) => cookie.split('=')[0]);
  expect(new Set(names).size).toBe(2);
  for (const cookie of cookies)
    expect(cookie).toMatch(
      /^metamer_[0-9a-f]{12}=[A-Za-z0-9_-]{32}; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    );
});

test('/health fails when the database is gone', async () => {
  const { folder } = await makeStudy({ folder: temporaryFolder() });
  const location = { path: join(temporaryFolder(), 'elsewhere', 'data.sqlite') };
  mkdirSync(join(location.path, '..'));
  const { base } = await serveStudy(folder, { location });
  expect(await send(`${base}/health`)).toEqual({ status: 200, body: { ok: true } });
  rmSync(location.path);
  expect(await send(`${base}/health`)).toEqual({
    status: 503,
    body: { ok: false, reason: 'the database does not answer' },
  });
});

test('/metrics counts sessions and answers and times requests; with a token, only for who has it', async () => {
  const { folder } = await makeStudy({ folder: temporaryFolder(), config: noHeadphones });
  const { base } = await serveStudy(folder);
  const participant = await joinStudy(base);
  await runTo(base, participant, null);
  const text = await (await fetch(`${base}/metrics`)).text();
  expect(text).toContain('metamer_sessions{study="listening-study",state="complete"} 1');
  expect(text).toContain('metamer_answers{study="listening-study"} 6');
  expect(text).toMatch(
    /metamer_request_seconds_count\{method="PUT",route="\/api\/session\/trials\/\*",status="200"\} 6/,
  );
  for (const secret of [participant.token, participant.state.participant]) expect(text).not.toContain(secret);
  const forwarded = await fetch(`${base}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } });
  expect(forwarded.status).toBe(403);
  const guarded = await serveStudy(folder, { metricsToken: 'a token' });
  const ask = (headers: Record<string, string>) => fetch(`${guarded.base}/metrics`, { headers });
  expect((await ask({})).status).toBe(403);
  expect((await ask({ authorization: 'Bearer another' })).status).toBe(403);
  expect((await ask({ authorization: 'Bearer a token', 'x-forwarded-for': '203.0.113.9' })).status).toBe(200);
});

test('the log of whole sessions holds no id, token, answer or address of a person', async () => {
  const { url, lines, folder, close } = await servedTwo();
  const person = {
    platform: 'prolific',
    participantId: prolificId('secret1'),
    submissionId: 'submission1',
  } as const;
  const participant = await joinStudy(`${url}/words`, person);
  await runTo(`${url}/words`, participant, null, () => ['before']);
  await fetch(`${url}/words/?PROLIFIC_PID=${person.participantId}`);
  await fetch(`${url}/words/api/session/clips/${participant.token}`);
  const headers = await logInExperimenter(url, testPassword, 'anna');
  await send(`${url}/api/experimenter/studies/words/participants`, {
    method: 'POST',
    headers,
    body: { search: person.participantId, filter: 'all', page: 0 },
  });
  await close();
  const store = await openStore({ path: join(folder, 'words', 'data.sqlite') });
  const clips = await store.database.selectFrom('trials').select('clip_token').execute();
  await store.close();
  const text = JSON.stringify(lines);
  expect(lines.length).toBeGreaterThan(20);
  expect(lines).toContainEqual(
    expect.objectContaining({ method: 'PUT', route: '/words/api/session/trials/*', status: 200 }),
  );
  const secrets = [
    'secret1',
    'submission1',
    participant.token,
    participant.state.participant,
    'before',
    '127.0.0.1',
    'Bearer',
    'node',
    'anna',
    testPassword,
    ...clips.map(({ clip_token }) => clip_token),
  ];
  for (const secret of secrets) expect(text, secret).not.toContain(secret);
});

test.each([
  ['/', '/'],
  ['/words/?PROLIFIC_PID=5f1', '/words/'],
  ['/api/session/trials/17', '/api/session/trials/*'],
  ['/api/session/clips/AbC', '/api/session/clips/*'],
  ['/secret/api/session', '/*/api/session'],
  ['/a/b/c/d/e/f/g/h', '/*/*/*/*/*/*'],
])('addressPattern(%j) is %j', (url, pattern) => {
  expect(addressPattern(url, new Set(['words']))).toBe(pattern);
});
