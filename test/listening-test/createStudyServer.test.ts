import { beforeAll, expect, test } from 'vitest';
import { createStudyServer } from '../../listening-test/server/createStudyServer.ts';
import { preparePages } from './chromium.ts';
import { joinStudy } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';

beforeAll(preparePages);

test('createStudyServer serves a folder on a free port until it is closed, and goes on where it was', async () => {
  const { folder } = await makeStudy({ folder: temporaryFolder() });
  const first = await createStudyServer(folder, { port: 0 });
  expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(first.newPassword).toMatch(/^([a-z0-9]{5}-?){3}$/);
  expect((await fetch(`${first.url}/`)).headers.get('content-type')).toContain('text/html');
  const participant = await joinStudy(first.url);
  await first.close();
  await expect(fetch(first.url)).rejects.toThrow();
  const second = await createStudyServer(folder, { port: 0 });
  expect(second.newPassword).toBeNull();
  const state = await fetch(`${second.url}/api/session`, {
    headers: { authorization: `Bearer ${participant.token}` },
  });
  expect(await state.json()).toMatchObject({ participant: participant.state.participant });
  await second.close();
});

test('createStudyServer says which port is taken, and leaves nothing open', async () => {
  const { folder } = await makeStudy({ folder: temporaryFolder() });
  const first = await createStudyServer(folder, { port: 0 });
  const port = Number(new URL(first.url).port);
  await expect(createStudyServer(folder, { port })).rejects.toThrow(
    `port ${port} at host 127.0.0.1 must be free, another program uses it; choose another port or host`,
  );
  await expect(createStudyServer(folder, { port: 0, host: '192.0.2.1' })).rejects.toThrow(
    'port 0 at host 192.0.2.1 must be free, this machine has no such address; choose another port or host',
  );
  await first.close();
  await expect(createStudyServer('/nowhere', { port: 0 })).rejects.toThrow(
    "/nowhere/study.json must be a study's settings",
  );
});
