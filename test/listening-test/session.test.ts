import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { Site } from '../../listening-test/session/site.ts';
import { playReport, responseBody } from '../../src/bench/server/script.ts';
import {
  fetchClip,
  joinStudy,
  passStep,
  passTrial,
  prolificId,
  reportPlay,
  runTo,
  saveAnswer,
  send,
} from './client.ts';
import { databaseKinds, databasesForTests } from './databases.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { serveStudy } from './serveStudy.ts';

const databases = databasesForTests();

const prolific = (participantId: string, submissionId = 'submission-1') =>
  ({ platform: 'prolific', participantId: prolificId(participantId), submissionId }) as const;

const allResponses = ({ store }: Site) =>
  store.database.selectFrom('responses').selectAll().orderBy('session').orderBy('position').execute();

const wrongInterval = (right: string) => (right === '1' ? '2' : '1');

describe.each(databaseKinds)('a session on %s', (kind, skip) => {
  const serve = async (
    study: Partial<Parameters<typeof makeStudy>[0]> = {},
    options: Parameters<typeof serveStudy>[1] = {},
  ) => {
    const { folder, answers } = await makeStudy({ folder: temporaryFolder(), ...study });
    return {
      folder,
      answers,
      ...(await serveStudy(folder, { location: await databases.place(kind, folder), ...options })),
    };
  };

  test.skipIf(skip)('goes from consent to completion code, one response a trial, in order', async () => {
    const { base, site, failures } = await serve({ genres: ['jazz', 'polka', 'techno'] });
    const participant = await joinStudy(base);
    await runTo(base, participant, null, (trial) => [trial.task === 'word' ? 'after' : 'jazz']);
    expect(participant.state).toMatchObject({
      state: 'complete',
      ending: { outcome: 'done', code: participant.state.participant },
    });
    const responses = await allResponses(site);
    // 6 headphone trials, 2 practice, 4 words and 3 genres, 2 catch trials.
    expect(responses.map(({ position }) => position)).toEqual([...Array(17).keys()]);
    const trials = await site.store.database.selectFrom('trials').selectAll().orderBy('position').execute();
    expect(responses.map(({ correct }) => correct)).toEqual(
      trials.map(({ phase, target }) =>
        phase === 'antiphase' || ['after', 'jazz'].includes(target) ? 1 : 0,
      ),
    );
    expect(failures).toEqual([]);
  });

  test.skipIf(skip)('stores the version of the consent text and refuses an outdated one', async () => {
    const { base, site } = await serve();
    const participant = await joinStudy(base);
    const study = await send<{ consent: { version: string } }>(`${base}/api/study`);
    const stored = await site.store.database.selectFrom('sessions').select('consent_hash').execute();
    expect(stored).toEqual([{ consent_hash: study.body.consent.version }]);
    const outdated = await send(`${base}/api/sessions`, {
      method: 'POST',
      body: { consent: '0'.repeat(64) },
    });
    expect(outdated).toMatchObject({ status: 409, body: { error: 'consent-changed' } });
    expect(participant.token).toHaveLength(32);
  });

  test.skipIf(skip)(
    'saves an answer once however often it is sent, and no other answer after it',
    async () => {
      const { base, site } = await serve({ config: { screening: { headphones: 'off' } as never } });
      const participant = await joinStudy(base);
      await runTo(base, participant, 'practice');
      const { position } = participant.state.trial!;
      await fetchClip(base, participant);
      await reportPlay(base, participant);
      const url = `${base}/api/session/trials/${position}`;
      const once = { method: 'PUT', token: participant.token, body: responseBody(position, ['after']) };
      const answers = await Promise.all([send(url, once), send(url, once), send(url, once)]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(answers[1]!.body).toEqual(answers[0]!.body);
      const other = await send(url, {
        ...once,
        body: responseBody(position, ['house'], { key: 'another-key' }),
      });
      expect(other).toMatchObject({ status: 409, body: { error: 'answered' } });
      const responses = await allResponses(site);
      expect(responses.map(({ position, response }) => ({ position, response }))).toEqual([
        { position, response: '["after"]' },
      ]);
    },
  );

  test.skipIf(skip)(
    'takes no answer before the clip was fetched and heard, none out of order or off the list',
    async () => {
      const { base, site } = await serve({ config: { screening: { headphones: 'off' } as never } });
      const participant = await joinStudy(base);
      await runTo(base, participant, 'practice');
      const first = participant.state.trial!.position;
      expect(await reportPlay(base, participant)).toMatchObject({
        status: 409,
        body: { error: 'not-fetched' },
      });
      expect(await saveAnswer(base, participant, ['after'])).toMatchObject({
        status: 409,
        body: { error: 'not-heard' },
      });
      await fetchClip(base, participant);
      await reportPlay(base, participant);
      const later = await send(`${base}/api/session/trials/${first + 1}`, {
        method: 'PUT',
        token: participant.token,
        body: responseBody(first + 1, ['after']),
      });
      expect(later).toMatchObject({ status: 409, body: { error: 'out-of-order' } });
      expect((await saveAnswer(base, participant, ['after'], { typed: 'a\0b' })).status).toBe(400);
      for (const response of [['nowhere'], ['after', 'house'], ['AFTER']])
        expect(await saveAnswer(base, participant, response)).toMatchObject({
          status: 400,
          body: { error: 'not-on-list' },
        });
      expect(await allResponses(site)).toEqual([]);
      expect((await saveAnswer(base, participant, ['after'])).status).toBe(200);
    },
  );

  test.skipIf(skip)(
    'repeats an invalid play, names its fault, and flags the answer when plays run out',
    async () => {
      const { base, site } = await serve({
        config: { screening: { headphones: 'off' } as never, maxInvalidPlays: 2 },
      });
      const participant = await joinStudy(base);
      await runTo(base, participant, 'practice');
      const trial = participant.state.trial!;
      await fetchClip(base, participant);
      const faults: [Record<string, unknown>, string[]][] = [
        [{ endedAt: 10 + trial.clip.seconds - 0.2 }, ['duration', 'stalled']],
        [
          { hidden: true, contextState: 'interrupted', sha256: '0'.repeat(64) },
          ['interrupted', 'hidden', 'bytes'],
        ],
        [{ endedAt: null }, ['duration']],
      ];
      for (const [i, [change, reasons]] of faults.entries())
        expect((await reportPlay(base, participant, { attempt: i + 1, ...change })).body).toEqual({
          valid: false,
          reasons,
          heard: i === 2,
        });
      const again = await fetch(`${base}/api/session/clips/${trial.clip.token}`, {
        headers: { authorization: `Bearer ${participant.token}` },
      });
      expect(again.status).toBe(409);
      await saveAnswer(base, participant, ['after']);
      expect(await allResponses(site)).toMatchObject([{ play_valid: 0 }]);
    },
  );

  test.skipIf(skip)(
    'goes on at the open trial with the same token, and knows a clip that was heard',
    async () => {
      const { base } = await serve({ config: { screening: { headphones: 'off' } as never } });
      const participant = await joinStudy(base);
      await runTo(base, participant, 'main');
      await passTrial(base, participant, () => ['after']);
      await fetchClip(base, participant);
      await reportPlay(base, participant);
      const reloaded = await send(`${base}/api/session`, { token: participant.token });
      expect(reloaded.body).toMatchObject({
        step: 'main',
        trial: { position: participant.state.trial!.position, heard: true, plays: 1, number: 2 },
      });
    },
  );

  test.skipIf(skip)(
    'hands an unfinished session to the same submission and refuses the same person twice',
    async () => {
      const { base, site } = await serve();
      const first = await joinStudy(base, prolific('person1'));
      await runTo(base, first, 'demographics');
      const again = await joinStudy(base, prolific('person1'));
      expect(again.state).toMatchObject({ participant: first.state.participant, step: 'demographics' });
      expect((await send(`${base}/api/session`, { token: first.token })).status).toBe(401);
      await expect(joinStudy(base, prolific('person1', 'submission-2'))).rejects.toThrow('took-part');
      const everything = JSON.stringify(
        await site.store.database.selectFrom('sessions').selectAll().execute(),
      );
      expect(everything).not.toMatch(/person1|submission-1/);
    },
  );

  test.skipIf(skip)('ends after two failed headphone checks, before a list is taken', async () => {
    const config = {
      recruitment: { platform: 'prolific', codes: { done: 'DONE', screenedOut: 'SCREENED' } },
    } as never;
    const { base, site } = await serve({ config });
    const participant = await joinStudy(base, prolific('person2'));
    await runTo(base, participant, 'antiphase');
    for (let trial = 0; trial < 12; trial++) {
      expect(participant.state.trial).toMatchObject({ number: (trial % 6) + 1, attempt: trial < 6 ? 1 : 2 });
      await fetchClip(base, participant);
      await reportPlay(base, participant);
      const { target } = await site.store.database
        .selectFrom('trials')
        .select('target')
        .where('position', '=', participant.state.trial!.position)
        .executeTakeFirstOrThrow();
      await saveAnswer(base, participant, [wrongInterval(target)]);
    }
    expect(participant.state).toMatchObject({
      state: 'screened-out',
      ending: {
        outcome: 'screenedOut',
        code: 'SCREENED',
        url: 'https://app.prolific.com/submissions/complete?cc=SCREENED',
      },
    });
    expect(await site.store.database.selectFrom('reservations').selectAll().execute()).toEqual([]);
  });

  test.skipIf(skip)('passes both headphone checks one after the other', async () => {
    const { base, site } = await serve({
      config: { screening: { headphones: 'both', headphoneTrials: 6 } as never },
    });
    const participant = await joinStudy(base);
    await runTo(base, participant, 'huggins');
    expect(participant.state.trial).toMatchObject({
      phase: 'huggins',
      number: 1,
      of: 6,
      clip: { seconds: 5 },
    });
    while (participant.state.step === 'huggins') {
      await fetchClip(base, participant);
      await reportPlay(base, participant);
      const { target } = await site.store.database
        .selectFrom('trials')
        .select('target')
        .where('position', '=', participant.state.trial!.position)
        .executeTakeFirstOrThrow();
      await saveAnswer(base, participant, [target]);
    }
    expect(participant.state.step).toBe('demographics');
  });

  test.skipIf(skip)(
    'is screened out by the practice when too few answers without feedback are right',
    async () => {
      const config = {
        screening: { headphones: 'off' },
        practice: { withFeedback: 1, passMark: 2 },
      } as never;
      const { base, site } = await serve({ practice: 3, config });
      const participant = await joinStudy(base);
      await runTo(base, participant, 'practice');
      const saved = await passFirst(base, participant);
      expect(saved.body.feedback).toEqual({ correct: expect.any(Boolean), target: expect.any(String) });
      const second = await passFirst(base, participant);
      expect(second.body.feedback).toBeNull();
      await passFirst(base, participant);
      const right = (await allResponses(site)).slice(1).filter(({ correct }) => correct === 1).length;
      expect(participant.state.state).toBe(right >= 2 ? 'active' : 'screened-out');
      expect(right).toBeLessThan(2);
    },
  );

  test.skipIf(skip)('can be left with answers kept, or with everything deleted', async () => {
    const recruitment = {
      platform: 'prolific',
      codes: { done: 'DONE', screenedOut: 'SCREENED', withdrawn: 'GONE' },
    };
    const { base, site } = await serve({
      config: { screening: { headphones: 'off' }, recruitment } as never,
    });
    const [keeps, deletes] = [
      await joinStudy(base, prolific('keeps')),
      await joinStudy(base, prolific('deletes')),
    ];
    for (const participant of [keeps, deletes]) {
      await runTo(base, participant, 'main');
      await passTrial(base, participant, () => ['after']);
    }
    const leave = (token: string, deleteAnswers: boolean) =>
      send(`${base}/api/session/leave`, { method: 'POST', token, body: { deleteAnswers } });
    expect((await leave(keeps.token, false)).body).toMatchObject({
      state: 'left',
      ending: { outcome: 'withdrawn', url: 'https://app.prolific.com/submissions/complete?cc=GONE' },
    });
    expect((await leave(deletes.token, true)).body).toMatchObject({
      state: 'erased',
      ending: { code: 'GONE' },
    });
    expect((await send(`${base}/api/session`, { token: deletes.token })).status).toBe(401);
    const { database } = site.store;
    for (const table of ['responses', 'plays', 'trials', 'steps', 'reservations'] as const) {
      const owners = await database.selectFrom(table).select('session').distinct().execute();
      expect(owners, table).toEqual([{ session: keeps.state.participant }]);
    }
    const erased = await database
      .selectFrom('sessions')
      .selectAll()
      .where('state', '=', 'erased')
      .executeTakeFirst();
    expect(erased).toMatchObject({
      recruitment_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      submission_hash: null,
      consent_hash: '',
      created_at: 0,
    });
    expect((await saveAnswer(base, keeps, ['after'])).status).toBe(409);
  });

  test.skipIf(skip)('survives that its connections to the database are cut', async () => {
    const { base, site } = await serve({ config: { screening: { headphones: 'off' } as never } });
    const participant = await joinStudy(base);
    if (kind === 'PostgreSQL')
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where pid <> pg_backend_pid() and datname = current_database()`.execute(site.store.database);
    await runTo(base, participant, 'main');
    expect(participant.state.trial).toMatchObject({ number: 1 });
  });

  test.skipIf(skip)(
    'takes nobody while the study is paused or closed, and lets those under way go on',
    async () => {
      const { base, site } = await serve({ config: { screening: { headphones: 'off' } as never } });
      const participant = await joinStudy(base);
      for (const state of ['paused', 'closed'] as const) {
        await site.store.database.updateTable('studies').set({ state }).execute();
        await expect(joinStudy(base)).rejects.toThrow(`503 {"error":"${state}"`);
      }
      await passStep(base, participant);
      expect(participant.state.step).toBe('instructions');
    },
  );

  test.skipIf(skip)('refuses phones when the study does', async () => {
    const { base } = await serve({ config: { screening: { mobile: 'refuse' } as never } });
    const participant = await joinStudy(base);
    const body = {
      userAgent: 'x',
      language: 'en',
      width: 320,
      height: 600,
      pixelRatio: 2,
      mobile: true,
      sampleRateHz: null,
    };
    const answer = await send(`${base}/api/session/steps/browser`, {
      method: 'PUT',
      token: participant.token,
      body,
    });
    expect(answer.body).toMatchObject({ state: 'screened-out', ending: { reason: 'browser' } });
  });

  test.skipIf(skip)('reports of plays repeat without effect and come in order', async () => {
    const { base, site } = await serve({ config: { screening: { headphones: 'off' } as never } });
    const participant = await joinStudy(base);
    await runTo(base, participant, 'practice');
    await fetchClip(base, participant);
    const report = { ...playReport(participant.state.trial!), hidden: true };
    expect((await reportPlay(base, participant, { ...report, attempt: 2 })).status).toBe(409);
    const first = await reportPlay(base, participant, report);
    const { position } = participant.state.trial!;
    const second = await send(`${base}/api/session/trials/${position}/plays`, {
      method: 'POST',
      token: participant.token,
      body: { ...report, hidden: false },
    });
    expect(second.body).toEqual(first.body);
    expect(await site.store.database.selectFrom('plays').select('valid').execute()).toEqual([{ valid: 0 }]);
  });
});

async function passFirst(base: string, participant: Awaited<ReturnType<typeof joinStudy>>) {
  await fetchClip(base, participant);
  await reportPlay(base, participant);
  return saveAnswer(base, participant, ['house']);
}
