import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { hashPassword, isPassword } from '../../listening-test/experimenter/password.ts';
import type { Summary } from '../../listening-test/experimenter/summary.ts';
import { fetchClip, joinStudy, passTrial, reportPlay, runTo, send } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { logInExperimenter as logIn, serveStudy, testPassword } from './serveStudy.ts';

const noHeadphones = { screening: { headphones: 'off' } as never };

async function served(clock?: () => number) {
  const { folder, answers } = await makeStudy({ folder: temporaryFolder(), config: noHeadphones });
  return { answers, ...(await serveStudy(folder, clock ? { clock } : {})) };
}

const summaryOf = async (base: string, headers: Record<string, string>) =>
  (await send<Summary>(`${base}/api/experimenter/summary`, { headers })).body;

test('isPassword knows the right password, composed or decomposed, and no other; salts differ', async () => {
  const kept = hashPassword('Grüße aus Köln');
  expect(await isPassword('Grüße aus Köln'.normalize('NFD'), kept)).toBe(true);
  expect(await isPassword('grüße aus köln', kept)).toBe(false);
  expect(hashPassword('Grüße aus Köln').hash).not.toBe(kept.hash);
  expect(() => hashPassword('short')).toThrow(/at least 8 characters, got 5; choose a longer one/);
});

test('the experimenter’s interface is closed without login, and changes without its token are refused', async () => {
  const { base, site } = await served();
  for (const path of ['summary', 'stimuli', 'me', 'export/csv'])
    expect((await send(`${base}/api/experimenter/${path}`)).status, path).toBe(401);
  const body = { state: 'closed' };
  expect((await send(`${base}/api/experimenter/state`, { method: 'POST', body })).status).toBe(401);
  const headers = await logIn(base);
  const forged = [{}, { 'x-csrf-token': '' }, { 'x-csrf-token': 'A'.repeat(32) }];
  for (const csrf of forged) {
    const request = { method: 'POST', body, headers: { cookie: headers['cookie']!, ...csrf } };
    expect(await send(`${base}/api/experimenter/state`, request)).toMatchObject({
      status: 403,
      body: { error: 'csrf' },
    });
  }
  const form = await fetch(`${base}/api/experimenter/state`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'state=closed',
  });
  expect(form.status).toBe(415);
  expect(await site.store.database.selectFrom('studies').select('state').execute()).toEqual([
    { state: 'open' },
  ]);
  await send(`${base}/api/experimenter/logout`, { method: 'POST', body: {}, headers });
  expect((await send(`${base}/api/experimenter/summary`, { headers })).status).toBe(401);
});

test('the login cookie is out of reach for scripts and other sites', async () => {
  const { base } = await served();
  const response = await fetch(`${base}/api/experimenter/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password: testPassword }),
  });
  expect(response.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
});

test('ten wrong passwords close the login for fifteen minutes, for the right one too', async () => {
  let now = 1_700_000_000_000;
  const { base } = await served(() => now);
  for (let i = 0; i < 10; i++) await expect(logIn(base, 'wrong password')).rejects.toThrow('401');
  await expect(logIn(base)).rejects.toThrow('429');
  now += 15 * 60_000 + 1;
  await expect(logIn(base)).resolves.toHaveProperty('cookie');
});

test('wrong passwords sent all at once are throttled like those sent one after the other', async () => {
  const { base, site } = await served();
  const tries = await Promise.allSettled(Array.from({ length: 30 }, () => logIn(base, 'wrong password')));
  const statuses = tries.map((each) => (each.status === 'rejected' ? String(each.reason) : 'in'));
  expect(statuses.filter((status) => status === 'Error: 401')).toHaveLength(10);
  expect(statuses.filter((status) => status === 'Error: 429')).toHaveLength(20);
  expect(await site.store.database.selectFrom('login_attempts').selectAll().execute()).toHaveLength(10);
});

test('a right password leaves no failed attempt behind', async () => {
  const { base, site } = await served();
  for (let i = 0; i < 12; i++) await logIn(base);
  expect(await site.store.database.selectFrom('login_attempts').selectAll().execute()).toEqual([]);
});

test('the summary counts states, lists, steps, recognition, flagged plays and comments; previews never', async () => {
  let now = 1_700_000_000_000;
  const { base, answers } = await served(() => now);
  const headers = await logIn(base);
  const silent = await joinStudy(base);
  await runTo(base, silent, 'main');
  now += 31 * 60_000;
  const targets = new Map(answers.stimuli.map(({ sha256, target }) => [sha256, target]));
  const done = await joinStudy(base);
  await runTo(base, done, null, (trial) => [targets.get(trial.clip.sha256)!]);
  const flagged = await joinStudy(base);
  await runTo(base, flagged, 'practice');
  await fetchClip(base, flagged);
  await reportPlay(base, flagged, { hidden: true });
  const preview = await send<{ address: string }>(`${base}/api/experimenter/previews`, {
    method: 'POST',
    body: { stimulus: answers.stimuli[0]!.id },
    headers,
  });
  const token = preview.body.address.replace('#preview=', '');
  const state = await send<never>(`${base}/api/session`, { token });
  expect(state.body).toMatchObject({ preview: true, step: 'main', trial: { number: 1, of: 1 } });
  await passTrial(base, { token, state: state.body }, () => ['after']);
  const summary = await summaryOf(base, headers);
  expect(summary.states).toMatchObject({ active: 1, silent: 1, complete: 1 });
  expect(summary.lists.reduce((sum, { complete }) => sum + complete, 0)).toBe(1);
  expect(summary.lists.reduce((sum, { active }) => sum + active, 0)).toBe(0);
  expect(summary.steps.find(({ step }) => step === 'main')).toEqual({
    step: 'main',
    active: 0,
    silent: 1,
    ended: 0,
  });
  expect(summary.recognition.reduce((sum, { count }) => sum + count, 0)).toBe(4);
  for (const { right, count } of summary.recognition) expect(right).toBe(count);
  expect(summary.flaggedPlays).toMatchObject([
    { participant: flagged.state.participant, reasons: ['hidden'] },
  ]);
  expect(summary.comments).toMatchObject([{ participant: done.state.participant, comments: 'nice' }]);
});

test('exclusion marks the data, erasure removes it, the export is a zip of the same files as the command’s', async () => {
  const { base } = await served();
  const headers = await logIn(base);
  const [kept, gone] = [await joinStudy(base), await joinStudy(base)];
  for (const participant of [kept, gone]) await runTo(base, participant, null, () => ['after']);
  const change = (action: string, body: unknown) =>
    send(`${base}/api/experimenter/${action}`, { method: 'POST', body, headers });
  expect((await change('exclude', { participant: kept.state.participant, reason: 'talked' })).status).toBe(
    200,
  );
  expect((await change('erase', { participant: gone.state.participant })).status).toBe(200);
  expect((await change('erase', { participant: 'p0000000000' })).status).toBe(404);
  expect((await change('erase', { participant: "x' or 1=1" })).status).toBe(400);
  const response = await fetch(`${base}/api/experimenter/export/csv`, { headers });
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
  expect(Object.keys(files).sort()).toEqual([
    'answers.csv',
    'audit.csv',
    'codebook.json',
    'codebook.md',
    'conduct.csv',
    'exclusions.csv',
    'headphones.csv',
    'participants.csv',
    'plays.csv',
    'steps.csv',
    'surveys.csv',
    'trials.csv',
    'trials.study.json',
  ]);
  const trials = new TextDecoder().decode(files['trials.csv']);
  expect(trials).not.toContain(gone.state.participant);
  expect(trials.split('\n').filter((line) => line.includes(kept.state.participant))).toHaveLength(6);
  expect(trials).toMatch(/,true,catch-failed;experimenter,/);
});
