import { expect, test } from 'vitest';
import type { Site } from '../../listening-test/session/site.ts';
import { playReport, responseBody } from '../../src/bench/server/script.ts';
import { beginPlay, fetchClip, joinStudy, reportPlay, runTo, saveAnswer, send } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { serveStudy } from './serveStudy.ts';
import { skip } from './testClock.ts';

const playsOf = ({ store }: Site) =>
  store.database.selectFrom('plays').select(['attempt', 'valid', 'reasons']).orderBy('attempt').execute();

/** A participant before the first sound, which lasts 2 s. */
async function beforeSound(config: object = {}) {
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    seconds: 2,
    practice: 0,
    catches: 0,
    config: { screening: { headphones: 'off' }, ...config } as never,
  });
  // Time passes only when the test says so, however long a request takes.
  const { base, site } = await serveStudy(folder, { clock: () => 1_700_000_000_000 });
  const participant = await joinStudy(base);
  await runTo(base, participant, 'main');
  await fetchClip(base, participant);
  const { position } = participant.state.trial!;
  const to = (path: string, method: string, body: unknown, headers: Record<string, string> = {}) =>
    send(`${base}/api/session${path}`, { method, token: participant.token, body, headers });
  return {
    base,
    site,
    participant,
    begin: (attempt = 1, page?: string) =>
      to(`/trials/${position}/begin`, 'POST', { attempt }, page ? { 'x-page': page } : {}),
    report: (change: Record<string, unknown> = {}, page?: string) =>
      to(
        `/trials/${position}/plays`,
        'POST',
        playReport(participant.state.trial!, change),
        page ? { 'x-page': page } : {},
      ),
    answer: (page?: string) =>
      to(`/trials/${position}`, 'PUT', responseBody(position, ['after']), page ? { 'x-page': page } : {}),
    open: (page: string) => to('/page', 'POST', {}, { 'x-page': page }),
  };
}

test('a play reported sooner than the clip lasts is refused, however it went, and leaves the trial open', async () => {
  const { site, begin, report, answer } = await beforeSound();
  expect((await report()).status).toBe(409);
  expect((await begin()).status).toBe(200);
  for (const change of [{}, { endedAt: null }, { hidden: true }])
    expect(await report(change)).toMatchObject({ status: 425, body: { error: 'too-soon' } });
  skip(1.8);
  expect((await report()).status).toBe(425);
  expect((await answer()).body).toMatchObject({ error: 'not-heard' });
  expect(await playsOf(site)).toEqual([{ attempt: 1, valid: 0, reasons: '["unreported"]' }]);
  skip(0.2);
  expect((await report()).body).toEqual({ valid: true, reasons: [], heard: true });
  expect((await answer()).status).toBe(200);
});

test('whoever begins plays and never reports them must still wait as long as the clip lasts before answering', async () => {
  const { site, begin, answer } = await beforeSound({ maxInvalidPlays: 1 });
  expect((await begin(1)).status).toBe(200);
  expect((await begin(2)).status).toBe(200);
  expect((await begin(3)).body).toMatchObject({ error: 'heard' });
  expect((await answer()).status).toBe(425);
  skip(2);
  expect((await answer()).status).toBe(200);
  expect(await site.store.database.selectFrom('responses').select('play_valid').execute()).toEqual([
    { play_valid: 0 },
  ]);
  expect(await playsOf(site)).toHaveLength(2);
});

test('a play begun twice by a page that heard no answer is one play', async () => {
  const { site, begin } = await beforeSound();
  expect([(await begin(1)).status, (await begin(1)).status]).toEqual([200, 200]);
  expect(await playsOf(site)).toHaveLength(1);
});

test('one page holds a session: the newest; plays begun in the others stay counted, their reports are refused', async () => {
  const { site, begin, report, answer, open, participant, base } = await beforeSound();
  const [first, second] = ['1'.repeat(32), '2'.repeat(32)];
  expect((await open(first)).status).toBe(200);
  expect((await begin(1, first)).status).toBe(200);
  expect((await open(second)).body).toMatchObject({ trial: { plays: 1, heard: false } });
  skip(2);
  const refused = { status: 409, body: { error: 'other-page' } };
  for (const request of [report({}, first), begin(2, first), answer(first), begin(2)])
    expect(await request).toMatchObject(refused);
  const clip = await fetch(`${base}/api/session/clips/${participant.state.trial!.clip.token}`, {
    headers: { authorization: `Bearer ${participant.token}`, 'x-page': first },
  });
  expect(clip.status).toBe(409);
  expect((await begin(2, second)).status).toBe(200);
  skip(2);
  expect((await report({ attempt: 2 }, second)).body).toMatchObject({ valid: true });
  expect((await answer(second)).status).toBe(200);
  expect(await playsOf(site)).toEqual([
    { attempt: 1, valid: 0, reasons: '["unreported"]' },
    { attempt: 2, valid: 1, reasons: '[]' },
  ]);
  const left = await send(`${base}/api/session/leave`, {
    method: 'POST',
    token: participant.token,
    body: { deleteAnswers: false },
    headers: { 'x-page': first },
  });
  expect(left.status, 'anybody may leave from any page').toBe(200);
});

test('a name of a page that is not 32 hexadecimal digits is refused', async () => {
  const { open } = await beforeSound();
  for (const name of ['', 'x'.repeat(32), '1'.repeat(31), `${'1'.repeat(32)} `.repeat(2)])
    if (name.trim() !== '') expect((await open(name)).status, name).toBe(400);
});

test.each([
  ['a time and not resumed', { rtMs: 700, resumed: false }, 200],
  ['no time and resumed', { rtMs: null, firstInputMs: null, formMs: null, resumed: true }, 200],
  ['no time although not resumed', { rtMs: null, resumed: false }, 400],
  ['a time although resumed', { rtMs: 700, resumed: true }, 400],
])('an answer with %s gets %3$i', async (_, change, status) => {
  const { base, site, participant } = await beforeSound();
  await reportPlay(base, participant);
  expect((await saveAnswer(base, participant, ['after'], { ...change, clockJumpMs: -3600000 })).status).toBe(
    status,
  );
  const [saved] = await site.store.database.selectFrom('responses').selectAll().execute();
  if (status === 200)
    expect(saved).toMatchObject({
      rt_ms: change.rtMs,
      resumed: change.resumed ? 1 : 0,
      clock_jump_ms: -3600000,
    });
  else expect(saved).toBeUndefined();
});

test('a play cannot begin before its clip was fetched', async () => {
  const { base, participant } = await beforeSound();
  await reportPlay(base, participant);
  await saveAnswer(base, participant, ['after']);
  expect((await beginPlay(base, participant)).body).toMatchObject({ error: 'not-fetched' });
});

test('only the open trial’s plays begin and are reported, whatever clips were fetched ahead', async () => {
  const { base, site, participant, begin, report, answer } = await beforeSound({ maxInvalidPlays: 0 });
  const { token, state } = participant;
  const ahead = state.upcoming[0]!.token;
  const clip = await fetch(`${base}/api/session/clips/${ahead}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(clip.status).toBe(200);
  const early = await send(`${base}/api/session/trials/${state.trial!.position + 1}/begin`, {
    method: 'POST',
    token,
    body: { attempt: 1 },
  });
  expect(early).toMatchObject({ status: 409, body: { error: 'out-of-order' } });
  expect((await begin()).status).toBe(200);
  skip(2);
  expect((await answer()).status).toBe(200);
  expect((await report()).body).toMatchObject({ error: 'out-of-order' });
  expect((await begin()).body).toMatchObject({ error: 'out-of-order' });
  expect(await playsOf(site)).toEqual([{ attempt: 1, valid: 0, reasons: '["unreported"]' }]);
});

test('a second play that is begun twice, its answer having been lost, is begun once', async () => {
  const { site, begin, report } = await beforeSound({ maxInvalidPlays: 1 });
  await begin(1);
  skip(2);
  expect((await report({ hidden: true })).body).toEqual({ valid: false, reasons: ['hidden'], heard: false });
  expect((await begin(1)).body).toMatchObject({ error: 'out-of-order' });
  for (const _ of [1, 2]) expect(await begin(2)).toEqual({ status: 200, body: {} });
  expect(await playsOf(site)).toHaveLength(2);
});
