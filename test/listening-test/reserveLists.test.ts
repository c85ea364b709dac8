import { expect, test } from 'vitest';
import { ListsWanted, reserveLists } from '../../listening-test/session/reserveLists.ts';
import { joinStudy } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { serveStudy } from './serveStudy.ts';

test('reserveLists gives a session one list however often it asks, which holds from then on; an ended one gets none', async () => {
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    words: ['after', 'before'],
    practice: 0,
    catches: 0,
  });
  let now = 1_700_000_000_000;
  const { base, site } = await serveStudy(folder, { clock: () => now });
  const { database } = site.store;
  const people = [await joinStudy(base), await joinStudy(base)];
  const [going, ended] = await Promise.all(
    people.map(({ state }) =>
      database
        .selectFrom('sessions')
        .selectAll()
        .where('id', '=', state.participant)
        .executeTakeFirstOrThrow(),
    ),
  );
  await database.updateTable('sessions').set({ state: 'left' }).where('id', '=', ended!.id).execute();
  now += 60 * 60_000;
  const ask = (session: typeof going) => reserveLists(site, new ListsWanted(session!, {}));
  await Promise.all([ask(going), ask(ended), ask(going)]);
  const rows = await database
    .selectFrom('reservations')
    .innerJoin('sessions', 'sessions.id', 'reservations.session')
    .select(['session', 'last_seen_at'])
    .execute();
  expect(rows).toEqual([{ session: going!.id, last_seen_at: now }]);
});
