import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportFiles } from '../../listening-test/export/exportFiles.ts';
import { readRecords } from '../../listening-test/export/readRecords.ts';
import type { Site } from '../../listening-test/session/site.ts';
import { playReport, responseBody } from '../../src/bench/server/script.ts';
import {
  fetchClip,
  joinStudy,
  type Participant,
  prolificId,
  reportPlay,
  runTo,
  saveAnswer,
  send,
} from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { serveStudy } from './serveStudy.ts';

const noHeadphones = { screening: { headphones: 'off' } as never };

async function served(options: Partial<Parameters<typeof makeStudy>[0]> = {}) {
  const { folder, answers, study } = await makeStudy({
    folder: temporaryFolder(),
    config: noHeadphones,
    ...options,
  });
  return { folder, answers, study, ...(await serveStudy(folder)) };
}

/** Every row of every table: nothing may change while hostile requests come in. */
async function contents({ store }: Site): Promise<string> {
  const tables = ['sessions', 'reservations', 'trials', 'responses', 'plays', 'steps', 'exclusions'] as const;
  const rows = await Promise.all(
    tables.map((table) => store.database.selectFrom(table).selectAll().execute()),
  );
  return JSON.stringify(rows);
}

/** Sends a path exactly as written; fetch would tidy it up. */
function rawStatus(base: string, path: string, token: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    request(base, { path, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    })
      .on('error', reject)
      .end();
  });
}

const authorized = ({ token }: Participant) => ({ authorization: `Bearer ${token}` });

test('forged and malformed tokens get 401 and change nothing', async () => {
  const { base, site } = await served();
  const participant = await joinStudy(base);
  const before = await contents(site);
  const forged = [
    'x',
    'A'.repeat(32),
    `${participant.token.slice(0, 31)}!`,
    "' or 1=1 --",
    '',
    participant.token.toLowerCase(),
  ];
  for (const token of forged)
    for (const [method, path] of [
      ['GET', '/session'],
      ['GET', '/session/level'],
      ['GET', '/session/clips/abc'],
      ['PUT', '/session/steps/browser'],
      ['PUT', '/session/trials/0'],
      ['POST', '/session/trials/0/plays'],
      ['POST', '/session/trials/0/begin'],
      ['POST', '/session/page'],
      ['POST', '/session/leave'],
    ] as const) {
      const bodies: Record<string, unknown> = {
        '/session/steps/browser': {
          userAgent: '',
          language: '',
          width: 1,
          height: 1,
          pixelRatio: 1,
          mobile: false,
          sampleRateHz: null,
        },
        '/session/trials/0': responseBody(0, []),
        '/session/trials/0/plays': playReport({
          plays: 0,
          clip: { seconds: 1, sha256: '0'.repeat(64) },
        } as never),
        '/session/trials/0/begin': { attempt: 1 },
        '/session/page': {},
        '/session/leave': { deleteAnswers: true },
      };
      const body = bodies[path];
      const headers = { authorization: `Bearer ${token}` };
      const { status } = await send(`${base}/api${path}`, { method, headers, body });
      expect(status, `${method} ${path} with ${token}`).toBe(401);
    }
  expect(await contents(site)).toBe(before);
});

test('another participant’s clips and trials are out of reach', async () => {
  const { base, site } = await served();
  const [own, other] = [await joinStudy(base), await joinStudy(base)];
  await runTo(base, own, 'practice');
  await runTo(base, other, 'main');
  const before = await contents(site);
  const clip = other.state.trial!.clip.token;
  const stolen = await fetch(`${base}/api/session/clips/${clip}`, { headers: authorized(own) });
  expect(stolen.status).toBe(404);
  const answer = await send(`${base}/api/session/trials/${other.state.trial!.position}`, {
    method: 'PUT',
    token: own.token,
    body: responseBody(other.state.trial!.position, ['after']),
  });
  expect(answer.status).toBe(409);
  expect(await contents(site)).toBe(before);
});

test('clips far ahead cannot be fetched, clips answered cannot be fetched again', async () => {
  const { base, site } = await served({
    words: ['after', 'before', 'house', 'river', 'stone', 'tree', 'under'],
  });
  const participant = await joinStudy(base);
  await runTo(base, participant, 'main');
  const trials = await site.store.database
    .selectFrom('trials')
    .select(['position', 'clip_token'])
    .orderBy('position')
    .execute();
  const statuses = await Promise.all(
    trials.map(async ({ clip_token }) => {
      const response = await fetch(`${base}/api/session/clips/${clip_token}`, {
        headers: authorized(participant),
      });
      await response.arrayBuffer();
      return response.status;
    }),
  );
  // One practice trial is done; the open one and three after it are on offer.
  expect(statuses).toEqual([409, 200, 200, 200, 200, 404, 404, 404, 404]);
});

const traversals = [
  '/api/session/clips/..%2f..%2fanswers.json',
  '/api/session/clips/../../../answers.json',
  '/api/session/clips/%2e%2e/%2e%2e/study.json',
  '/api/session/clips/....//answers.json',
  '/assets/../answers.json',
  '/assets/..%2f..%2fanswers.json',
  '/assets/%2e%2e/answers.json',
  '/plugins/..%2fanswers.json',
  '/plugins/%2e%2e%2fsecret.key',
  '/plugins/other.js',
  '/answers.json',
  '/clips/',
  '/data.sqlite',
  '/admin.json',
  '/api/session/clips/%00',
  '/api/session/clips/%E0%A4%A',
];

test('path traversal gets 4xx and no file', async () => {
  const { base, folder } = await served();
  mkdirSync(join(folder, 'assets'), { recursive: true });
  const participant = await joinStudy(base);
  const secret = readFileSync(join(folder, 'answers.json'), 'utf8').slice(0, 40);
  for (const path of traversals) {
    const { status, body } = await rawStatus(base, path, participant.token);
    expect(status, path).toBeGreaterThanOrEqual(400);
    expect(status, path).toBeLessThan(500);
    expect(body, path).not.toContain(secret);
    expect(body, path).not.toContain(folder);
  }
});

test('bodies of 10 MB, of other types, broken or nested ones get 4xx and write nothing', async () => {
  const { base, site, failures } = await served();
  const participant = await joinStudy(base);
  const before = await contents(site);
  const url = `${base}/api/session/steps/browser`;
  const attempt = async (body: string, type: string) => {
    const headers = { ...authorized(participant), 'content-type': type };
    const response = await fetch(url, { method: 'PUT', headers, body });
    expect(await response.text()).not.toMatch(/node_modules|\.ts:|Error:/);
    return response.status;
  };
  expect(await attempt(JSON.stringify({ userAgent: 'x'.repeat(10_000_000) }), 'application/json')).toBe(413);
  expect(await attempt('userAgent=x', 'application/x-www-form-urlencoded')).toBe(415);
  expect(await attempt('{}', 'text/plain')).toBe(415);
  expect(await attempt('<a/>', 'application/xml')).toBe(415);
  expect(await attempt('{"userAgent":', 'application/json')).toBe(400);
  expect(await attempt('"text"', 'application/json')).toBe(400);
  expect(await attempt('[]', 'application/json')).toBe(400);
  expect(await attempt('{"__proto__":{"mobile":true},"constructor":1}', 'application/json')).toBe(400);
  expect(await attempt(`${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'application/json')).toBe(400);
  expect(await attempt('{"userAgent":"x"}', 'application/json; charset=nonsense')).toBe(415);
  expect(await contents(site)).toBe(before);
  expect(failures).toEqual([]);
});

test('answers with wrong fields are refused and nothing is written', async () => {
  const { base, site } = await served();
  const participant = await joinStudy(base);
  await runTo(base, participant, 'practice');
  await fetchClip(base, participant);
  await reportPlay(base, participant);
  const before = await contents(site);
  for (const change of [
    { response: 'after' },
    { response: [{ $ne: 1 }] },
    { rtMs: 'soon' },
    { rtMs: -1 },
    { rtMs: 1e300 },
    { key: '../../x' },
    { typed: 'x'.repeat(201) },
    { correct: true },
    { target: 'after' },
    { keystrokes: 1.5 },
    { rtMs: null },
    { resumed: true },
    { formMs: -1 },
    { clockJumpMs: 'no' },
  ])
    expect((await saveAnswer(base, participant, ['after'], change)).status, JSON.stringify(change)).toBe(400);
  expect(await contents(site)).toBe(before);
});

test('trials and steps that do not exist or are not open get 4xx and nothing is written', async () => {
  const { base, site } = await served();
  const participant = await joinStudy(base);
  const before = await contents(site);
  const put = (path: string, body: unknown) =>
    send(`${base}/api/session/${path}`, { method: 'PUT', token: participant.token, body });
  for (const position of ['-1', '1e3', '0x0', '999999999', 'NaN', '%20', '1;drop table responses'])
    expect([404, 409], position).toContain((await put(`trials/${position}`, responseBody(0, []))).status);
  for (const step of ['constructor', '__proto__', 'toString', 'main', 'practice', 'comments', 'nothing'])
    expect([404, 409], step).toContain((await put(`steps/${step}`, { comments: '', problems: '' })).status);
  expect(await contents(site)).toBe(before);
});

test('SQL, HTML and formulas in free text are stored as they are and exported harmlessly', async () => {
  const { base, site } = await served();
  const participant = await joinStudy(base);
  const nasty = '=HYPERLINK("http://evil","x")\'); drop table responses; --<script>alert(1)</script>';
  await runTo(base, participant, 'comments', () => ['after']);
  const answer = await send(`${base}/api/session/steps/comments`, {
    method: 'PUT',
    token: participant.token,
    body: { comments: nasty, problems: '@SUM(1)' },
  });
  expect(answer.status).toBe(200);
  const records = await readRecords(site);
  expect(records.trials).toHaveLength(6);
  expect(records.participants[0]!.answers['comments']).toEqual({ comments: nasty, problems: '@SUM(1)' });
  const table = (await exportFiles(site, 'csv')).get('participants.csv')!;
  expect(table).toContain(
    `"'=HYPERLINK(""http://evil"",""x"")'); drop table responses; --<script>alert(1)</script>"`,
  );
  expect(table).toContain(",'@SUM(1)");
});

test('nothing the page receives before the end tells answers, conditions, sources, models or codes', async () => {
  const config = {
    ...noHeadphones,
    recruitment: { platform: 'prolific', codes: { done: 'DONECODE', screenedOut: 'OUTCODE' } },
  } as never;
  const { base, answers, study } = await served({ config });
  const seen: string[] = [];
  const note = async (response: Response) => {
    seen.push(JSON.stringify([...response.headers]));
    const type = response.headers.get('content-type') ?? '';
    if (type.includes('json')) seen.push(await response.text());
    else await response.arrayBuffer();
  };
  const participant = await joinStudy(base, {
    platform: 'prolific',
    participantId: prolificId('p'),
    submissionId: 's',
  });
  await note(await fetch(`${base}/api/study`));
  await runTo(base, participant, 'main');
  while (participant.state.step === 'main') {
    await note(await fetch(`${base}/api/session`, { headers: authorized(participant) }));
    const { clip } = participant.state.trial!;
    await note(await fetch(`${base}/api/session/clips/${clip.token}`, { headers: authorized(participant) }));
    await reportPlay(base, participant);
    const saved = await saveAnswer(base, participant, []);
    seen.push(JSON.stringify(saved.body));
  }
  const text = seen.join('\n');
  for (const secret of [
    'DONECODE',
    'OUTCODE',
    'relu0',
    'relu4',
    'net/',
    'natural',
    'source-after',
    'source-house',
    '"target"',
    '"correct"',
    '"condition"',
  ])
    expect(text, secret).not.toContain(secret);
  for (const { id } of answers.stimuli) expect(text).not.toContain(id);
  expect(text).not.toContain(study.level.file);
  const headers = seen
    .filter((entry) => entry.includes('audio/wav'))
    .map((entry) => entry.replace(/"date","[^"]*"/, ''));
  // Clips of every condition have the same headers: length, type, no tag, no date of a file.
  expect(new Set(headers.map((entry) => entry.replace(/"ratelimit[^\]]*\]/g, ''))).size).toBe(1);
  expect(text).not.toMatch(/etag|last-modified|content-disposition/i);
});

test('pages and interface carry a strict content security policy and no powered-by', async () => {
  const { base, folder } = await served();
  writeFileSync(join(folder, 'participant.html'), '<!doctype html>');
  const response = await fetch(`${base}/`);
  const policy = response.headers.get('content-security-policy')!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response.headers.get('x-powered-by')).toBeNull();
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
  expect((await fetch(`${base}/api/study`)).headers.get('cache-control')).toBe('no-store');
});

test('a session that floods the server is slowed down; others are not', async () => {
  const { folder } = await makeStudy({ folder: temporaryFolder(), config: noHeadphones });
  const { base } = await serveStudy(folder, { limits: { session: 20, newSessions: 3, address: 1000 } });
  const [loud, quiet] = [await joinStudy(base), await joinStudy(base)];
  const statuses: number[] = [];
  for (let i = 0; i < 25; i++)
    statuses.push((await send(`${base}/api/session`, { token: loud.token })).status);
  expect(statuses.filter((status) => status === 429)).toHaveLength(5);
  expect((await send(`${base}/api/session`, { token: quiet.token })).status).toBe(200);
  await joinStudy(base);
  await expect(joinStudy(base)).rejects.toThrow('429');
});

test('forged tokens, a new one each time, do not get around the limit of an address', async () => {
  const { folder } = await makeStudy({ folder: temporaryFolder(), config: noHeadphones });
  const { base } = await serveStudy(folder, { limits: { session: 1000, newSessions: 3, address: 10 } });
  const { token } = await joinStudy(base);
  for (let i = 0; i < 30; i++) expect((await send(`${base}/api/session`, { token })).status).toBe(200);
  const statuses: number[] = [];
  for (let i = 0; i < 15; i++)
    statuses.push((await send(`${base}/api/session`, { token: `${i}`.padStart(32, 'x') })).status);
  expect(statuses).toEqual([...Array(10).fill(401), ...Array(5).fill(429)]);
});

test('what a participant has deleted is not in the files of the database any more', async () => {
  const { base, folder, site } = await served();
  const person = { platform: 'prolific', participantId: prolificId('somebody'), submissionId: 's' } as const;
  const participant = await joinStudy(base, person);
  await runTo(base, participant, 'comments');
  await send(`${base}/api/session/steps/comments`, {
    method: 'PUT',
    token: participant.token,
    body: { comments: 'I am Erika Mustermann', problems: '' },
  });
  const files = () =>
    ['data.sqlite', 'data.sqlite-wal']
      .filter((name) => existsSync(join(folder, name)))
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join('');
  expect(files()).toContain('Erika Mustermann');
  await send(`${base}/api/session/leave`, {
    method: 'POST',
    token: participant.token,
    body: { deleteAnswers: true },
  });
  expect(files()).not.toContain('Erika Mustermann');
  expect(await site.store.database.selectFrom('sessions').select('state').execute()).toEqual([
    { state: 'erased' },
  ]);
});
