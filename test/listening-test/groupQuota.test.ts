import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { groupPlaces } from '../../listening-test/session/quotas/groupQuota.ts';
import { lockStudy } from '../../listening-test/session/quotas/lockStudy.ts';
import type { Site } from '../../listening-test/session/site.ts';
import { joinStudy, type Participant, runTo, send } from './client.ts';
import { databaseKinds, databasesForTests } from './databases.ts';
import { skipPostgres } from './postgres.ts';
import { serveTwoLists } from './serveTwoLists.ts';

const hearing = {
  type: 'survey-multi-choice',
  parameters: {
    questions: [{ name: 'hearing', prompt: 'Hearing?', options: ['normal', 'impaired', 'other'] }],
  },
};

/** A study of two lists that asks for the hearing first. */
const served = (config: object, options: Parameters<typeof serveTwoLists>[1] = {}) =>
  serveTwoLists({ surveys: { before: [hearing] }, ...config }, options);

/** Answers the first survey; says how the session stands then. */
async function say(base: string, participant: Participant, answer: unknown): Promise<string> {
  await runTo(base, participant, 'survey-before');
  const { body } = await send<Participant['state']>(`${base}/api/session/steps/survey-before`, {
    method: 'PUT',
    token: participant.token,
    body: { data: [{ response: { hearing: answer } }] },
  });
  participant.state = body;
  return body.state;
}

const recruitment = { quotaPerGroup: { question: 'hearing', counts: { normal: 2, impaired: 1 } } };

test('a quota of groups turns away whoever is in a full group or in none, frees places of silent ones, closes the study', async () => {
  let now = 1_700_000_000_000;
  const { base, site } = await served({ recruitment }, { clock: () => now });
  const join = () => joinStudy(base);
  const [first, second] = [await join(), await join()];
  expect(await say(base, first, 'normal')).toBe('active');
  expect(await say(base, second, 'normal')).toBe('active');
  expect(await say(base, await join(), 'normal')).toBe('screened-out');
  expect(await say(base, await join(), 'other')).toBe('screened-out');
  expect(await say(base, await join(), null)).toBe('screened-out');
  await runTo(base, first, null);
  now += 31 * 60_000;
  const third = await join();
  expect(await say(base, third, ['other', 'normal'])).toBe('active');
  await runTo(base, third, null);
  expect(await groupPlaces(site, site.store.database)).toEqual({
    groups: new Map([
      ['normal', { wanted: 2, complete: 2, active: 0 }],
      ['impaired', { wanted: 1, complete: 0, active: 0 }],
    ]),
    ...{ free: 1, isComplete: false },
  });
  const last = await join();
  expect(await say(base, last, 'impaired')).toBe('active');
  await expect(join()).rejects.toThrow('full');
  await runTo(base, last, null);
  await expect(join()).rejects.toThrow('closed');
});

test('a later visit and a preview are not turned away for their group, and take no place in it', async () => {
  const codes = { done: 'DONE', screenedOut: 'OUT' };
  const quotaPerGroup = { question: 'hearing', counts: { normal: 1, impaired: 1 } };
  const { base, site } = await served({
    recruitment: { platform: 'prolific', codes, quotaPerGroup },
    visits: { count: 2 },
  });
  const person = () =>
    joinStudy(base, { platform: 'prolific', participantId: 'a'.repeat(24), submissionId: 'one' });
  const first = await person();
  await say(base, first, 'normal');
  await runTo(base, first, null);
  const again = await person();
  expect(again.state.state).toBe('active');
  expect(await say(base, again, 'normal')).toBe('active');
  const other = await joinStudy(base, {
    platform: 'prolific',
    participantId: 'b'.repeat(24),
    submissionId: 'two',
  });
  await site.store.database
    .updateTable('sessions')
    .set({ preview: 1 })
    .where('id', '=', other.state.participant)
    .execute();
  expect(await say(base, other, 'normal')).toBe('active');
  expect((await groupPlaces(site, site.store.database))!.groups.get('normal')).toEqual({
    ...{ wanted: 1, complete: 1, active: 0 },
  });
});

const databases = databasesForTests();

describe.each(databaseKinds)('on %s', (kind, skip) => {
  const options = async () => {
    const url = await databases.newUrl(kind);
    return url === undefined ? {} : { location: { url } };
  };

  test.skipIf(skip)('of nine who answer at once a group takes as many as it wants', async () => {
    const { base } = await served({ recruitment }, await options());
    const all = await Promise.all(Array.from({ length: 9 }, () => joinStudy(base)));
    const states = await Promise.all(all.map((participant) => say(base, participant, 'normal')));
    expect(states.filter((state) => state === 'active')).toHaveLength(2);
  });

  test.skipIf(skip)(
    'of nine who begin at once a quota of lists takes two of each list, and closes the study',
    async () => {
      const { base, site } = await served({ recruitment: { quotaPerList: 2 } }, await options());
      const begun = await Promise.allSettled(Array.from({ length: 9 }, () => joinStudy(base)));
      const taken = begun.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      expect(taken).toHaveLength(4);
      await Promise.all(taken.map((participant) => runTo(base, participant, null)));
      const rows = await site.store.database
        .selectFrom('reservations')
        .select('list')
        .orderBy('list')
        .execute();
      expect(rows.map(({ list }) => list)).toEqual([0, 0, 1, 1]);
      await expect(joinStudy(base)).rejects.toThrow('closed');
    },
  );
});

/** How many connections wait for a lock. */
async function waitingForLock({ store }: Site): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(store.database);
  return rows[0]!.count;
}

describe.skipIf(skipPostgres)('while others take places on PostgreSQL', () => {
  const location = async () => ({ location: { url: (await databases.newUrl('PostgreSQL'))! } });

  test('a session begins only once it is known whether the last place of the groups is taken', async () => {
    const quotaPerGroup = { question: 'hearing', counts: { normal: 1 } };
    const { base, site } = await served({ recruitment: { quotaPerGroup } }, await location());
    const first = await joinStudy(base);
    await runTo(base, first, 'survey-before');
    let isSettled = false;
    const { database } = site.store;
    const joining = await database.transaction().execute(async (transaction) => {
      await lockStudy(site, transaction);
      const answer = JSON.stringify({ data: [{ response: { hearing: 'normal' } }] });
      const row = { session: first.state.participant, step: 'survey-before', answer, received_at: 1 };
      await transaction.insertInto('steps').values(row).execute();
      const verdict = joinStudy(base).then(
        () => 'begun',
        (error: Error) => error.message,
      );
      void verdict.finally(() => {
        isSettled = true;
      });
      while (!isSettled && (await waitingForLock(site)) === 0);
      return { verdict };
    });
    expect(await joining.verdict).toContain('full');
  });

  test('of many who come to the main part one waits, and the others keep no connections from those who answer', async () => {
    const { base, site } = await served({}, await location());
    const moreThanConnections = 35;
    const people = await Promise.all(Array.from({ length: moreThanConnections }, () => joinStudy(base)));
    await Promise.all(people.map((person) => runTo(base, person, 'survey-before')));
    const entered = await site.store.database.transaction().execute(async (transaction) => {
      await lockStudy(site, transaction);
      const entering = people.map((person) => say(base, person, 'normal'));
      while ((await waitingForLock(site)) === 0);
      const other = await joinStudy(base);
      await runTo(base, other, 'survey-before');
      expect(await waitingForLock(site)).toBe(1);
      return { entering };
    });
    expect(new Set(await Promise.all(entered.entering))).toEqual(new Set(['active']));
    expect(people.map(({ state }) => state.step)).toEqual(people.map(() => 'main'));
  });
});
