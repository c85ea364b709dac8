import { expect, test } from 'vitest';
import { filledLists } from '../../listening-test/session/assign.ts';
import { createRandom } from '../../src/base/random.ts';
import { joinStudy, type Participant, passTrial, runTo, send } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { serveStudy } from './serveStudy.ts';

const minutes = 60_000;
const config = { screening: { headphones: 'off', demographics: false, level: false } } as never;

test('lists are balanced within one after a third of 40 participants dropped out at random and was replaced', async () => {
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    practice: 0,
    catches: 0,
    genres: ['jazz', 'polka'],
    config,
  });
  let now = 1_700_000_000_000;
  const { base, site } = await serveStudy(folder, { clock: () => now });
  const random = createRandom(21);
  const people = await Promise.all(Array.from({ length: 40 }, () => joinStudy(base)));
  await Promise.all(people.map((person) => runTo(base, person, 'main')));
  for (const task of ['word', 'genre']) expect(await spread(task), task).toBeLessThanOrEqual(1);
  const [staying, dropping] = [people.slice(0, 27), people.slice(27)];
  for (const person of random.shuffled(dropping)) await dropOut(person, random.uniform() < 0.5);
  for (const person of staying) await runTo(base, person, null);
  now += 31 * minutes;
  for (const person of await Promise.all(dropping.map(() => joinStudy(base))))
    await runTo(base, person, null);
  for (const task of ['word', 'genre']) {
    const filled = await filledLists(site, site.store.database, task);
    expect([...filled.values()].reduce((sum, count) => sum + count, 0)).toBe(40);
    expect(await spread(task), task).toBeLessThanOrEqual(1);
  }

  async function dropOut(person: Participant, saysSo: boolean) {
    if (random.uniform() < 0.5) await passTrial(base, person, () => []);
    if (saysSo)
      await send(`${base}/api/session/leave`, {
        method: 'POST',
        token: person.token,
        body: { deleteAnswers: false },
      });
  }

  async function spread(task: string): Promise<number> {
    const filled = await filledLists(site, site.store.database, task);
    const counts = site.loaded.lists.get(task)!.map((_, list) => filled.get(list) ?? 0);
    return Math.max(...counts) - Math.min(...counts);
  }
});

test('a list is held for reserveMinutes after the last sign of life, then given to others, and counts again on return', async () => {
  const { folder } = await makeStudy({ folder: temporaryFolder(), practice: 0, catches: 0, config });
  let now = 1_700_000_000_000;
  const { base, site } = await serveStudy(folder, { clock: () => now });
  const person = await joinStudy(base);
  await runTo(base, person, 'main');
  const held = async () => [...(await filledLists(site, site.store.database, 'word')).values()];
  now += 29 * minutes;
  expect(await held()).toEqual([1]);
  now += 2 * minutes;
  expect(await held()).toEqual([]);
  await passTrial(base, person, () => []);
  expect(await held()).toEqual([1]);
});

test('a list is held by sessions that are complete, or under way and heard of within reserveMinutes; never by previews', async () => {
  const { folder } = await makeStudy({ folder: temporaryFolder(), practice: 0, catches: 0, config });
  const { base, site } = await serveStudy(folder, { clock: () => 1_700_000_000_000 });
  await runTo(base, await joinStudy(base), 'main');
  const { database } = site.store;
  const now = site.clock();
  const reserve = site.loaded.study.assignment.reserveMinutes * minutes;
  const cases = [
    [{ state: 'active', last_seen_at: now }, true],
    [{ state: 'active', last_seen_at: now - reserve + 1 }, true],
    [{ state: 'active', last_seen_at: now - reserve }, false],
    [{ state: 'complete', last_seen_at: now - 10 * reserve }, true],
    [{ state: 'screened-out', last_seen_at: now }, false],
    [{ state: 'timed-out', last_seen_at: now }, false],
    [{ state: 'withdrawn', last_seen_at: now }, false],
    [{ state: 'left', last_seen_at: now }, false],
    [{ state: 'erased', last_seen_at: now }, false],
    [{ state: 'complete', last_seen_at: now, preview: 1 as const }, false],
    [{ state: 'active', last_seen_at: now, preview: 1 as const }, false],
  ] as const;
  for (const [change, isHeld] of cases) {
    await database
      .updateTable('sessions')
      .set({ preview: 0, ...change })
      .execute();
    const held = await filledLists(site, database, 'word');
    expect([change, [...held.values()]]).toEqual([change, isHeld ? [1] : []]);
  }
});

test('no participant hears two versions of a source, and no condition comes more than twice in a row', async () => {
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    words: Array.from({ length: 12 }, (_, i) => `w${i}`),
    practice: 0,
    catches: 0,
    config,
  });
  const { base, site } = await serveStudy(folder);
  const heard = new Map<string, number>();
  for (let i = 0; i < 6; i++) {
    const person = await joinStudy(base);
    await runTo(base, person, 'main');
    const plan = await site.store.database
      .selectFrom('trials')
      .select('stimulus')
      .where('session', '=', person.state.participant)
      .orderBy('position')
      .execute();
    const trials = plan.map(({ stimulus }) => site.loaded.stimuli.get(stimulus)!);
    expect(new Set(trials.map(({ sourceId }) => sourceId)).size).toBe(12);
    trials.forEach(({ condition, id }, place) => {
      expect(
        place >= 2 &&
          trials[place - 1]!.condition === condition &&
          trials[place - 2]!.condition === condition,
      ).toBe(false);
      heard.set(id, (heard.get(id) ?? 0) + 1);
    });
  }
  // Six participants, three lists: every source in every condition twice.
  expect([...heard.values()]).toEqual(Array(36).fill(2));
});
