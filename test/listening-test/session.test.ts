import { expect, test } from 'vitest';
import { joinStudy, runTo } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { serveStudy } from './serveStudy.ts';

test('a session runs from consent to completion code and leaves one response a trial', async () => {
  const { folder } = await makeStudy({ folder: temporaryFolder(), genres: ['jazz', 'polka', 'techno'] });
  const { base, site, failures } = await serveStudy(folder);
  const participant = await joinStudy(base);
  await runTo(base, participant, null, (trial) => [trial.task === 'word' ? 'after' : 'jazz']);
  expect(participant.state).toMatchObject({
    state: 'complete',
    ending: { outcome: 'done', code: participant.state.participant },
  });
  const responses = await site.store.database
    .selectFrom('responses')
    .selectAll()
    .orderBy('position')
    .execute();
  // 6 headphone trials, 2 practice, 4 words and 3 genres, 2 catch trials.
  expect(responses.map(({ position }) => position)).toEqual([...Array(17).keys()]);
  expect(failures).toEqual([]);
});
