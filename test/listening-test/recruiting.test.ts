import { expect, test } from 'vitest';
import { eraseRecruits, matchRecruits } from '../../listening-test/experimenter/matchRecruits.ts';
import { makeLinks } from '../../listening-test/session/recruiting/personalLinks.ts';
import type { Recruitment } from '../../listening-test/session/recruiting/recruiters.ts';
import { stepAnswers } from '../../src/bench/server/script.ts';
import { joinStudy, passTrial, prolificId, runTo, send } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { serveStudy } from './serveStudy.ts';

const hour = 3_600_000;
const off = { headphones: 'off', level: false, demographics: false };

async function served(config: object, options: Parameters<typeof serveStudy>[1] = {}) {
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    practice: 0,
    catches: 0,
    config: { screening: off, ...config } as never,
  });
  return { folder, ...(await serveStudy(folder, options)) };
}

const codes = { done: 'DONE', screenedOut: 'OUT', withdrawn: 'GONE', timedOut: 'LATE' };
const prolific = (name: string, submissionId = 's1'): Recruitment => ({
  platform: 'prolific',
  participantId: prolificId(name),
  submissionId,
});

test('a person refused on a phone comes back at a desktop, an iPad says it is a Mac and is caught by its name', async () => {
  const { base } = await served({
    screening: { ...off, mobile: 'refuse' },
    recruitment: { platform: 'prolific', codes },
  });
  const browser = (userAgent: string) => ({ ...(stepAnswers['browser'] as object), userAgent });
  const answer = (token: string, userAgent: string) =>
    send(`${base}/api/session/steps/browser`, { method: 'PUT', token, body: browser(userAgent) });
  const phone = await joinStudy(base, prolific('phone'));
  expect((await answer(phone.token, 'Mozilla/5.0 (iPad; CPU OS 17_0)')).body).toMatchObject({
    state: 'screened-out',
    ending: { outcome: 'screenedOut', reason: 'browser' },
    debriefingHtml: expect.stringMatching(/\S/),
  });
  const desktop = await joinStudy(base, prolific('phone', 'another'));
  expect(desktop.state).toMatchObject({
    participant: phone.state.participant,
    state: 'active',
    step: 'browser',
  });
  expect((await answer(desktop.token, 'Mozilla/5.0 (X11; Linux)')).body).toMatchObject({
    step: 'instructions',
  });
});

test('a phone is let in where the study allows it', async () => {
  const { base } = await served({ screening: { ...off, mobile: 'allow' } });
  const { token } = await joinStudy(base);
  const body = { ...(stepAnswers['browser'] as object), mobile: true, userAgent: 'Mozilla/5.0 (iPhone)' };
  const answered = await send(`${base}/api/session/steps/browser`, { method: 'PUT', token, body });
  expect(answered.body).toMatchObject({ state: 'active', step: 'instructions' });
});

test('who leaves at once gets no code and sees a debriefing; withdrawn people may not begin again', async () => {
  const { base } = await served({
    recruitment: { platform: 'prolific', codes },
    texts: { debriefing: 'What it was about', debriefingEarly: 'Thank you for coming' },
  });
  const leave = (token: string, deleteAnswers: boolean) =>
    send(`${base}/api/session/leave`, { method: 'POST', token, body: { deleteAnswers } });
  const hasty = await joinStudy(base, prolific('hasty'));
  expect((await leave(hasty.token, false)).body).toMatchObject({
    state: 'left',
    ending: { code: '', url: '' },
    debriefingHtml: '<p>Thank you for coming</p>\n',
  });
  await expect(joinStudy(base, prolific('hasty', 'again'))).rejects.toThrow('withdrew');
  const worker = await joinStudy(base, prolific('worker'));
  await runTo(base, worker, 'main');
  await passTrial(base, worker, () => ['after']);
  expect((await leave(worker.token, true)).body).toMatchObject({ state: 'erased', ending: { code: 'GONE' } });
  await expect(joinStudy(base, prolific('worker'))).rejects.toThrow('withdrew');
  const declined = await send(`${base}/api/declined`, { method: 'POST', body: {} });
  expect(declined.body).toEqual({ code: '', url: '' });
});

test('a study may let those who withdrew begin again, as somebody new', async () => {
  const { base } = await served({
    recruitment: { platform: 'prolific', codes, restartAfterWithdrawal: true },
  });
  for (const deleteAnswers of [true, false]) {
    const first = await joinStudy(base, prolific('returns'));
    await send(`${base}/api/session/leave`, { method: 'POST', token: first.token, body: { deleteAnswers } });
    const second = await joinStudy(base, prolific('returns'));
    expect(second.state.participant).not.toBe(first.state.participant);
    await send(`${base}/api/session/leave`, { method: 'POST', token: second.token, body: { deleteAnswers } });
  }
});

test('placeholders that were not filled in are refused, so that no second visitor takes over the first one’s session', async () => {
  const { base, site } = await served({ recruitment: { platform: 'prolific', codes } });
  const placeholder = {
    platform: 'prolific',
    participantId: '{{%PROLIFIC_PID%}}',
    submissionId: '{{%SESSION_ID%}}',
  } as const;
  for (let i = 0; i < 2; i++) await expect(joinStudy(base, placeholder)).rejects.toThrow('implausible-id');
  await expect(joinStudy(base)).rejects.toThrow('no-recruitment');
  expect(await site.store.database.selectFrom('sessions').selectAll().execute()).toEqual([]);
});

test('a quota holds places for those under way, frees those of silent ones, and closes the study by itself', async () => {
  let now = 1_700_000_000_000;
  const { base, site } = await served({ recruitment: { quota: 2 } }, { clock: () => now });
  const [first] = [await joinStudy(base), await joinStudy(base)];
  await expect(joinStudy(base)).rejects.toThrow('full');
  await runTo(base, first, null);
  await expect(joinStudy(base)).rejects.toThrow('full');
  now += 31 * 60_000;
  const third = await joinStudy(base);
  await runTo(base, third, null);
  await expect(joinStudy(base)).rejects.toThrow('closed');
  const { database } = site.store;
  expect(await database.selectFrom('studies').select('state').execute()).toEqual([{ state: 'closed' }]);
  expect(await database.selectFrom('audit').select(['actor', 'action', 'detail']).execute()).toEqual([
    { actor: 'quota', action: 'state', detail: 'closed' },
  ]);
});

test('twenty who begin at once take no more places than there are', async () => {
  const { base } = await served({ recruitment: { quota: 5 } });
  const begun = await Promise.allSettled(Array.from({ length: 20 }, () => joinStudy(base)));
  expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
});

test('a session that takes longer than the study allows ends with its answers, and can still be deleted', async () => {
  let now = 1_700_000_000_000;
  const { base, site } = await served(
    { recruitment: { platform: 'prolific', codes, timeLimitMinutes: 30 } },
    { clock: () => now },
  );
  const slow = await joinStudy(base, prolific('slow'));
  await runTo(base, slow, 'main');
  await passTrial(base, slow, () => ['after']);
  now += 29 * 60_000;
  await passTrial(base, slow, () => ['after']);
  now += 60_001;
  await expect(passTrial(base, slow, () => ['after'])).rejects.toThrow('409');
  const state = await send(`${base}/api/session`, { token: slow.token });
  expect(state.body).toMatchObject({
    state: 'timed-out',
    ending: { outcome: 'screenedOut', reason: 'time-limit', code: 'LATE' },
  });
  expect(await site.store.database.selectFrom('responses').select('position').execute()).toHaveLength(2);
  const erased = await send(`${base}/api/session/leave`, {
    method: 'POST',
    token: slow.token,
    body: { deleteAnswers: true },
  });
  expect(erased.body).toMatchObject({ state: 'erased' });
  const late = await joinStudy(base, prolific('late'));
  now += 31 * 60_000;
  // Leaving is the first thing the server hears after the time was over.
  const left = await send(`${base}/api/session/leave`, {
    method: 'POST',
    token: late.token,
    body: { deleteAnswers: true },
  });
  expect(left).toMatchObject({ status: 200, body: { state: 'erased' } });
});

test('several visits of the same people: the next list each time, one person in the data', async () => {
  let now = 1_700_000_000_000;
  const { base, site } = await served(
    { recruitment: { platform: 'prolific', codes }, visits: { count: 2, minHours: 20 } },
    { clock: () => now },
  );
  const first = await joinStudy(base, prolific('twice', 'day1'));
  await runTo(base, first, null);
  await expect(joinStudy(base, prolific('twice', 'day2'))).rejects.toThrow('too-early');
  now += 20 * hour;
  const second = await joinStudy(base, prolific('twice', 'day2'));
  await runTo(base, second, null);
  await expect(joinStudy(base, prolific('twice', 'day3'))).rejects.toThrow('took-part');
  const { database } = site.store;
  const sessions = await database
    .selectFrom('sessions')
    .select(['id', 'person', 'visit'])
    .orderBy('visit')
    .execute();
  expect(sessions.map(({ person, visit }) => [person, visit])).toEqual([
    [first.state.participant, 1],
    [first.state.participant, 2],
  ]);
  const lists = await database
    .selectFrom('reservations')
    .innerJoin('sessions', 'sessions.id', 'session')
    .select(['visit', 'list'])
    .orderBy('visit')
    .execute();
  expect(lists[1]!.list).toBe((lists[0]!.list + 1) % site.loaded.lists.get('word')!.length);
});

test('a personal link is one of those that were made, for one person, and goes on with its session', async () => {
  const { base, site } = await served({ recruitment: { platform: 'links' } });
  const [code, other] = (await makeLinks(site, 2)) as [string, string];
  expect(code).toMatch(/^[a-z2-9]{16}$/);
  const link = (participantId: string): Recruitment => ({
    platform: 'links',
    participantId,
    submissionId: 'none',
  });
  const first = await joinStudy(base, link(code));
  const again = await joinStudy(base, link(code));
  expect(again.state.participant).toBe(first.state.participant);
  expect((await joinStudy(base, link(other))).state.participant).not.toBe(first.state.participant);
  await expect(joinStudy(base, link('a'.repeat(16)))).rejects.toThrow('unknown-link');
  await expect(joinStudy(base, link('short'))).rejects.toThrow('implausible-id');
  const stored = JSON.stringify(await site.store.database.selectFrom('links').selectAll().execute());
  expect(stored).not.toContain(code);
});

test.each(['hashed', 'encrypted'] as const)(
  'matchRecruits finds sessions, outcomes and codes by ids kept %s',
  async (ids) => {
    const { base, site } = await served({ recruitment: { platform: 'prolific', codes, ids } });
    const [done, left] = [await joinStudy(base, prolific('done')), await joinStudy(base, prolific('left'))];
    await runTo(base, done, null);
    await send(`${base}/api/session/leave`, {
      method: 'POST',
      token: left.token,
      body: { deleteAnswers: false },
    });
    const found = await matchRecruits(site, ['left', 'nobody', 'done'].map(prolificId));
    expect(
      found.map(({ id, participant, state, code, answers }) => [
        id.slice(0, 4),
        participant,
        state,
        code,
        answers,
      ]),
    ).toEqual([
      ['left', left.state.participant, 'left', '', 0],
      ['nobo', '', 'never began', '', 0],
      ['done', done.state.participant, 'complete', 'DONE', 4],
    ]);
    expect(found.map(({ submission }) => submission)).toEqual(
      ids === 'encrypted' ? ['s1', '', 's1'] : ['', '', ''],
    );
    const all = await matchRecruits(site, null);
    expect(all.map(({ id }) => id)).toEqual(ids === 'encrypted' ? ['done', 'left'].map(prolificId) : []);
    const stored = JSON.stringify(await site.store.database.selectFrom('sessions').selectAll().execute());
    expect(stored).not.toContain(prolificId('done'));
    expect(await eraseRecruits(site, found, 'test')).toEqual([
      left.state.participant,
      done.state.participant,
    ]);
    const gone = await matchRecruits(site, ['left', 'done'].map(prolificId));
    expect(gone.map(({ state, code, answers }) => [state, code, answers])).toEqual([
      ['erased', '', 0],
      ['erased', '', 0],
    ]);
    expect(await matchRecruits(site, null)).toEqual([]);
  },
);
