import { expect, test } from 'vitest';
import { assignLists } from '../../listening-test/session/assign.ts';
import { listPlaces } from '../../listening-test/session/quotas/listQuota.ts';
import { requireOpen } from '../../listening-test/session/quotas/quota.ts';
import type { Site } from '../../listening-test/session/site.ts';
import { transact } from '../../listening-test/store/openStore.ts';
import { joinStudy, prolificId, runTo } from './client.ts';
import { serveTwoLists } from './serveTwoLists.ts';

const served = (config: object, clock = () => 1_700_000_000_000) => serveTwoLists(config, { clock });

const holders = async ({ store }: Site, state: 'complete' | 'active') => {
  const rows = await store.database
    .selectFrom('reservations')
    .innerJoin('sessions', 'sessions.id', 'reservations.session')
    .select('list')
    .where('state', '=', state)
    .orderBy('list')
    .execute();
  return rows.map(({ list }) => list);
};

test('a quota of lists counts those on their way to one, frees places of silent ones, and closes the study', async () => {
  let now = 1_700_000_000_000;
  const { base, site } = await served({ recruitment: { quotaPerList: 1 } }, () => now);
  const [first] = [await joinStudy(base), await joinStudy(base)];
  await expect(joinStudy(base)).rejects.toThrow('full');
  await runTo(base, first, 'main');
  await expect(joinStudy(base)).rejects.toThrow('full');
  await runTo(base, first, null);
  await expect(joinStudy(base)).rejects.toThrow('full');
  now += 31 * 60_000;
  await runTo(base, await joinStudy(base), null);
  expect(await holders(site, 'complete')).toEqual([0, 1]);
  await expect(joinStudy(base)).rejects.toThrow('closed');
  const { database } = site.store;
  expect(await database.selectFrom('audit').select(['actor', 'detail']).execute()).toEqual([
    { actor: 'quota', detail: 'closed' },
  ]);
});

test('a study of two complete sessions of each list takes four who begin at once', async () => {
  const { base, site } = await served({ recruitment: { quotaPerList: 2 } });
  const begun = await Promise.allSettled(Array.from({ length: 9 }, () => joinStudy(base)));
  const taken = begun.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  expect(taken).toHaveLength(4);
  for (const participant of taken) await runTo(base, participant, 'main');
  expect(await holders(site, 'active')).toEqual([0, 0, 1, 1]);
});

test('listPlaces counts the places of the fullest task; one list beyond its quota leaves the places of others', async () => {
  const { base, site } = await served({ recruitment: { quotaPerList: 2 } });
  const lists = site.loaded.lists as Map<string, readonly (readonly string[])[]>;
  const { database } = site.store;
  for (let i = 0; i < 4; i++) await runTo(base, await joinStudy(base), 'main');
  const held = await database.selectFrom('reservations').selectAll().orderBy('list').execute();
  await database.updateTable('sessions').set({ state: 'complete' }).execute();
  lists.set('genre', lists.get('word')!);
  site.loaded.study.tasks['genre'] = site.loaded.study.tasks['word']!;
  const [even, uneven] = [
    [0, 0, 1, 1],
    [0, 0, 0, 1],
  ];
  const places = async (word: number[], genre: number[]) => {
    await database.deleteFrom('reservations').execute();
    const rows = Object.entries({ word, genre }).flatMap(([task, own]) =>
      held.map((row, i) => ({ ...row, task, list: own[i]! })),
    );
    await database.insertInto('reservations').values(rows).execute();
    return listPlaces(site, database);
  };
  expect(await places(even, even)).toEqual({ free: 0, isComplete: true });
  expect(await places(even, uneven)).toEqual({ free: 0, isComplete: true });
  expect(await places(uneven, even)).toEqual({ free: 0, isComplete: true });
  expect(await places(uneven, uneven)).toEqual({ free: 1, isComplete: false });
});

test('a task that is for some people only takes no place of those who begin', async () => {
  const { base, site } = await served({ recruitment: { quotaPerList: 1 } });
  (site.loaded.lists as Map<string, string[][]>).set('genre', [[]]);
  site.loaded.study.tasks['genre'] = { ...site.loaded.study.tasks['word']!, when: {} as never };
  await joinStudy(base);
  await joinStudy(base);
  await expect(joinStudy(base)).rejects.toThrow('full');
});

test('assignLists passes over a list that has its first visits, however often others were heard in later ones', async () => {
  const recruitment = { platform: 'prolific', codes: { done: 'DONE' }, quotaPerList: 1 };
  const { base, site } = await served({ recruitment, visits: { count: 2 } });
  const person = (name: string) =>
    joinStudy(base, { platform: 'prolific', participantId: prolificId(name), submissionId: 'one' });
  await runTo(base, await person('a'), null);
  const [full] = await holders(site, 'complete');
  await runTo(base, await person('a'), null);
  const { participant } = (await person('b')).state;
  const session = await site.store.database
    .selectFrom('sessions')
    .selectAll()
    .where('id', '=', participant)
    .executeTakeFirstOrThrow();
  for (let seed = 0; seed < 8; seed++) {
    const chosen = transact(site.store, async (transaction) => {
      const lists = await assignLists(site, transaction, { ...session, seed });
      throw new Error(`list ${lists.get('word')}`);
    });
    await expect(chosen).rejects.toThrow(`list ${1 - full!}`);
  }
});

test.each([{ quota: 1 }, { quotaPerList: 1 }])(
  'with %j a place is taken by a first visit that is complete, or under way and heard of within reserveMinutes',
  async (recruitment) => {
    const { base, site } = await served({ recruitment });
    const lists = site.loaded.lists as Map<string, readonly (readonly string[])[]>;
    lists.set('word', lists.get('word')!.slice(0, 1));
    await runTo(base, await joinStudy(base), 'main');
    const now = site.clock();
    const reserve = site.loaded.study.assignment.reserveMinutes * 60_000;
    const cases = [
      [{ state: 'active', last_seen_at: now - reserve + 1 }, true],
      [{ state: 'active', last_seen_at: now - reserve }, false],
      [{ state: 'active', last_seen_at: now, visit: 2 }, false],
      [{ state: 'active', last_seen_at: now, preview: 1 as const }, false],
      [{ state: 'complete', last_seen_at: now - 10 * reserve }, true],
      [{ state: 'complete', last_seen_at: now, visit: 2 }, false],
      [{ state: 'complete', last_seen_at: now, preview: 1 as const }, false],
      [{ state: 'screened-out', last_seen_at: now }, false],
      [{ state: 'timed-out', last_seen_at: now }, false],
      [{ state: 'left', last_seen_at: now }, false],
      [{ state: 'erased', last_seen_at: now }, false],
    ] as const;
    for (const [change, isTaken] of cases) {
      await site.store.database
        .updateTable('sessions')
        .set({ preview: 0, visit: 1, ...change })
        .execute();
      const opened = transact(site.store, (transaction) => requireOpen(site, transaction));
      const verdict = await opened.then(
        () => false,
        ({ code }) => code === 'full',
      );
      expect([change, verdict]).toEqual([change, isTaken]);
    }
  },
);
