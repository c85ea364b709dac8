import { expect, test } from 'vitest';
import { eraseRecruits, matchRecruits } from '../../listening-test/experimenter/matchRecruits.ts';
import { exitOf } from '../../listening-test/session/ending.ts';
import { makeLinks } from '../../listening-test/session/personalLinks.ts';
import { isPlausible, type Recruitment, recruitmentOf } from '../../listening-test/session/recruiters.ts';
import { returnOf } from '../../listening-test/session/returning.ts';
import type { Session, Site } from '../../listening-test/session/site.ts';
import { checkRecruitment } from '../../listening-test/study/recruitmentSchema.ts';
import { stepAnswers } from '../../src/bench/server/script.ts';
import { joinStudy, passTrial, prolificId, runTo, send } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { serveStudy } from './serveStudy.ts';

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

test.each<[Recruitment['platform'], string, string, boolean]>([
  ['prolific', '5f8d0b4c2a1e3d0009a7b6c5', '60a1b2c3d4e5f60718293a4b', true],
  ['prolific', '5f8d0b4c2a1e3d0009a7b6c5', 'none', true],
  ['prolific', '{{%PROLIFIC_PID%}}', '{{%SESSION_ID%}}', false],
  ['prolific', '5f8d0b4c2a1e3d0009a7b6c5', '{{%SESSION_ID%}}', false],
  ['prolific', '5f8d0b4c2a1e3d0009a7b6c', 'none', false],
  ['prolific', 'test', 'none', false],
  ['mturk', 'A1B2C3D4E5F6G7', '3XYZ9ABCDEFGHIJKLMNOP', true],
  ['mturk', 'A1B2C3D4E5F6G7', 'ASSIGNMENT_ID_NOT_AVAILABLE', false],
  ['mturk', '{workerId}', '3XYZ9ABCDEFGHIJKLMNOP', false],
  ['sona', '12345', 'none', true],
  ['sona', '%SURVEY_CODE%', 'none', false],
  ['cloudresearch', '0123456789ABCDEF0123456789ABCDEF', 'a1b2c3', true],
  ['cloudresearch', '[PARTICIPANT_ID]', 'none', false],
  ['links', 'abcdefghijkmnpq2', 'none', true],
  ['links', 'abcdefghijkmnpq1', 'none', false],
])('isPlausible of %s id %j with submission %j is %j', (platform, participantId, submissionId, verdict) => {
  expect(isPlausible({ platform, participantId, submissionId })).toBe(verdict);
});

test.each([
  [
    'prolific',
    'PROLIFIC_PID=p&SESSION_ID=s',
    { platform: 'prolific', participantId: 'p', submissionId: 's' },
  ],
  ['prolific', 'workerId=w', null],
  ['none', 'workerId=w', { platform: 'mturk', participantId: 'w', submissionId: 'none' }],
  ['sona', 'survey_code=7', { platform: 'sona', participantId: '7', submissionId: 'none' }],
  [
    'cloudresearch',
    'participantId=c&assignmentId=a',
    { platform: 'cloudresearch', participantId: 'c', submissionId: 'a' },
  ],
  ['links', 'code=x', { platform: 'links', participantId: 'x', submissionId: 'none' }],
  ['links', '', null],
] as const)('recruitmentOf a %s study reads %j', (platform, address, found) => {
  expect(recruitmentOf(new URLSearchParams(address), platform)).toEqual(found);
});

const recruited = (recruitment: object, rest: object = {}) =>
  ({
    recruitment: { platform: 'none', codes: { done: '', screenedOut: '' }, urls: {}, ...recruitment },
    visits: { count: 1 },
    screening: { headphones: 'off', mobile: 'allow' },
    practice: { passMark: 0 },
    ...rest,
  }) as never;

test.each([
  ['an open link', recruited({}), null],
  [
    'Prolific without codes',
    recruited({ platform: 'prolific' }),
    /codes\.done must be a completion code of prolific/,
  ],
  ['Prolific with a code', recruited({ platform: 'prolific', codes: { done: 'C', screenedOut: '' } }), null],
  [
    'Prolific with an address instead',
    recruited({ platform: 'prolific', urls: { done: 'https://x.org' } }),
    null,
  ],
  [
    'Prolific with a headphone check and no code for those who fail it',
    recruited(
      { platform: 'prolific', codes: { done: 'C', screenedOut: '' } },
      { screening: { headphones: 'antiphase', mobile: 'allow' } },
    ),
    /codes\.screenedOut must be/,
  ],
  [
    'Prolific that refuses phones and has no code for them',
    recruited(
      { platform: 'prolific', codes: { done: 'C', screenedOut: '' } },
      { screening: { headphones: 'off', mobile: 'refuse' } },
    ),
    /codes\.screenedOut must be/,
  ],
  [
    'Prolific with a pass mark and no code for those below it',
    recruited({ platform: 'prolific', codes: { done: 'C', screenedOut: '' } }, { practice: { passMark: 1 } }),
    /codes\.screenedOut must be/,
  ],
  [
    'CloudResearch without codes',
    recruited({ platform: 'cloudresearch' }),
    /completion code of cloudresearch/,
  ],
  ['MTurk, which takes a form', recruited({ platform: 'mturk' }), null],
  ['Sona without its address', recruited({ platform: 'sona' }), /survey_code=\{participantId\}/],
  [
    'visits of people nobody knows again',
    recruited({}, { visits: { count: 2 } }),
    /platform must not be none/,
  ],
])('checkRecruitment of %s', (_, study, message) => {
  const check = () => checkRecruitment(study, 'study.json');
  if (message === null) expect(check).not.toThrow();
  else expect(check).toThrow(message);
});

const hour = 3_600_000;
const session = (change: Partial<Session>) =>
  ({
    state: 'complete',
    submission_hash: 'same',
    end_reason: '',
    visit: 1,
    ended_at: 0,
    last_seen_at: 0,
    ...change,
  }) as Session;
const studyOf = (change: { restart?: boolean; visits?: object; hours?: number } = {}) =>
  ({
    clock: () => (change.hours ?? 0) * hour,
    loaded: {
      study: {
        recruitment: { restartAfterWithdrawal: change.restart ?? false },
        visits: { count: 1, minHours: 0, maxHours: null, ...change.visits },
      },
    },
  }) as unknown as Site;
const twoVisits = { count: 2, minHours: 20, maxHours: 48 };

test.each<[string, Partial<Session>, Parameters<typeof studyOf>[0], string, string | RegExp]>([
  ['an open session, same submission', { state: 'active' }, {}, 'same', 'resume'],
  ['an open session, another submission', { state: 'active' }, {}, 'other', /taken part/],
  ['a complete session, same submission', {}, {}, 'same', 'resume'],
  ['a complete session, another submission', {}, {}, 'other', /taken part/],
  ['a phone turned away', { state: 'screened-out', end_reason: 'browser' }, {}, 'other', 'other-device'],
  ['a failed headphone check', { state: 'screened-out', end_reason: 'antiphase' }, {}, 'other', /taken part/],
  ['one whose time ran out', { state: 'timed-out', end_reason: 'time-limit' }, {}, 'other', /taken part/],
  ['one who left, same submission', { state: 'left' }, {}, 'same', 'resume'],
  ['one who left, another submission', { state: 'left' }, {}, 'other', /withdrawn .* cannot begin again/],
  ['one who was erased', { state: 'erased', submission_hash: null }, {}, 'same', /withdrawn/],
  ['one who was erased and may return', { state: 'erased' }, { restart: true }, 'same', 'anew'],
  ['one who left and may return', { state: 'left' }, { restart: true }, 'same', 'anew'],
  ['one who is complete, though who left may return', {}, { restart: true }, 'other', /taken part/],
  ['the next visit, due', {}, { visits: twoVisits, hours: 20 }, 'other', 'next-visit'],
  ['the next visit, too early', {}, { visits: twoVisits, hours: 19.5 }, 'other', /opens in 30 minutes/],
  ['the next visit, far too early', {}, { visits: twoVisits, hours: 1 }, 'other', /opens in 19 hours/],
  ['a reload of the end before the next visit', {}, { visits: twoVisits, hours: 1 }, 'same', 'resume'],
  ['the next visit, on the last hour', {}, { visits: twoVisits, hours: 48 }, 'other', 'next-visit'],
  ['the next visit, too late', {}, { visits: twoVisits, hours: 48.1 }, 'other', /is over/],
  ['after the last visit', { visit: 2 }, { visits: twoVisits, hours: 20 }, 'other', /taken part/],
  ['an unfinished first visit', { state: 'active' }, { visits: twoVisits, hours: 20 }, 'other', /taken part/],
])('returnOf %s', (_, last, study, submission, verdict) => {
  const decide = () => returnOf(studyOf(study), session(last), submission).way;
  if (typeof verdict === 'string') expect(decide()).toBe(verdict);
  else expect(decide).toThrow(verdict);
});

const site = (platform: string, urls: object = {}) =>
  ({ loaded: { study: { recruitment: { platform, codes, urls } } } }) as unknown as Site;
const bare = {
  loaded: { study: { recruitment: { platform: 'none', codes: { done: '' }, urls: {} } } },
} as never;

test.each<[string, Site, Partial<Session>, string, string]>([
  [
    'a complete Prolific session',
    site('prolific'),
    { state: 'complete' },
    'DONE',
    'https://app.prolific.com/submissions/complete?cc=DONE',
  ],
  [
    'a screened-out one',
    site('prolific', { screenedOut: 'https://x.org/?c={code}' }),
    { state: 'screened-out' },
    'OUT',
    'https://x.org/?c=OUT',
  ],
  ['one that left after answers', site('mturk'), { state: 'left', next_position: 1 }, 'GONE', ''],
  ['one that left at once', site('mturk'), { state: 'left', next_position: 0 }, '', ''],
  ['one about to be erased at once', site('prolific'), { state: 'active', next_position: 0 }, '', ''],
  ['one about to be erased after answers', site('mturk'), { state: 'active', next_position: 3 }, 'GONE', ''],
  ['one whose time ran out', site('mturk'), { state: 'timed-out', next_position: 0 }, 'LATE', ''],
  ['an open link', bare, { state: 'complete' }, 'p0123456789', ''],
  ['an open link left at once', bare, { state: 'left', next_position: 0 }, '', ''],
  [
    'a Sona session',
    site('sona', { done: 'https://s.org/credit?survey_code={participantId}' }),
    { state: 'complete' },
    'DONE',
    'https://s.org/credit?survey_code={participantId}',
  ],
])('exitOf %s', (_, study, ended, code, url) => {
  expect(exitOf(study, { id: 'p0123456789', next_position: 5, ...ended } as Session)).toEqual({ code, url });
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
