import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { joinStudy, prolificId, runTo } from '../../listening-test/client.ts';
import { makeStudy, temporaryFolder } from '../../listening-test/makeStudy.ts';
import { serveStudy } from '../../listening-test/serveStudy.ts';
import { runMain } from '../runMain.ts';

const metamer = (...words: string[]) => runMain(words);
const screening = { headphones: 'off', level: false, demographics: false };
const rowsOf = (path: string) =>
  parse(readFileSync(path, 'utf8'), { columns: true }) as Record<string, string>[];

test('metamer match gives outcomes and codes for a recruiter’s table, and erases on request', async () => {
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    config: { screening, recruitment: { platform: 'prolific', codes: { done: 'DONE1' } } } as never,
  });
  const { base, site } = await serveStudy(folder);
  const person = await joinStudy(base, {
    platform: 'prolific',
    participantId: prolificId('abc'),
    submissionId: 's',
  });
  await runTo(base, person, null, () => ['after']);
  const ids = join(folder, 'export.csv');
  writeFileSync(ids, `Submission id,Participant id,Status\ns,${prolificId('abc')},AWAITING REVIEW\n`);
  const out = join(folder, 'payment.csv');
  expect(metamer('match', folder, '--ids', ids, '--out', out)).toMatchObject({ status: 0, stderr: '' });
  expect(rowsOf(out)).toMatchObject([
    {
      id: prolificId('abc'),
      participant: person.state.participant,
      state: 'complete',
      code: 'DONE1',
      answers: '6',
    },
  ]);
  writeFileSync(ids, `id\n${prolificId('abc')}\n${prolificId('nobody')}\n`);
  const erased = metamer('match', folder, '--ids', ids, '--erase', '--json');
  expect(erased).toMatchObject({ status: 1, stderr: 'erased 1 session\n' });
  expect(erased.stdout).toMatch(/^\{\n {2}"recruits": \[\n/);
  expect(JSON.parse(erased.stdout)).toMatchObject({ erased: [person.state.participant] });
  expect(await site.store.database.selectFrom('responses').selectAll().execute()).toEqual([]);
  for (const [words, message] of [
    [[], /keeps recruitment ids as hashes, .* give the ids with --ids/],
    [['--erase'], /--erase must come with --ids/],
    [['--ids', ids, '--column', 'who'], /must have the column who, it has id; name one with --column/],
  ] as const)
    expect(metamer('match', folder, ...words)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(message),
    });
});

test('metamer links makes one link a person, and keeps the table of people out of the study', async () => {
  const config = { screening, recruitment: { platform: 'links' } };
  const { folder } = await makeStudy({ folder: temporaryFolder(), config: config as never });
  const people = join(folder, 'people.csv');
  writeFileSync(people, 'name,email\nErika,erika@example.org\nMax,max@example.org\n');
  const out = join(folder, 'links.csv');
  const url = 'https://lab.example.org/words/';
  expect(metamer('links', folder, '--url', url, '--people', people, '--out', out)).toMatchObject({
    status: 0,
    stdout: `${out}: 2 links\n`,
  });
  const rows = rowsOf(out);
  expect(rows.map(({ name, email }) => [name, email])).toEqual([
    ['Erika', 'erika@example.org'],
    ['Max', 'max@example.org'],
  ]);
  for (const { code, link } of rows) expect(link).toBe(`${url}?code=${code}`);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, 'data.sqlite'), 'latin1')).not.toContain('erika');
  const { base } = await serveStudy(folder);
  await joinStudy(base, { platform: 'links', participantId: rows[0]!['code']!, submissionId: 'none' });
  for (const [words, message] of [
    [['--url', 'lab', '--count', '1'], /--url must be an address/],
    [['--url', url], /--count or --people must say how many/],
    [['--url', url, '--count', '0'], /--count must be a whole number ≥ 1/],
  ] as const)
    expect(metamer('links', folder, ...words, '--out', join(folder, 'x.csv'))).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(message),
    });
});

test('metamer experimenters adds, lists and removes accounts', async () => {
  const { folder } = await makeStudy({ folder: temporaryFolder() });
  const added = metamer('experimenters', folder, '--add', 'anna');
  expect(added.stdout).toMatch(/^anna\npassword of anna, shown only now: [a-z2-9]{5}(-[a-z2-9]{5}){2}\n$/);
  expect(metamer('experimenters', folder, '--add', 'ben').status).toBe(0);
  expect(metamer('experimenters', folder, '--remove', 'anna').stdout).toBe('ben\n');
  expect(JSON.parse(metamer('experimenters', folder, '--json').stdout)).toEqual({
    experimenters: ['ben'],
    password: null,
  });
  expect(metamer('experimenters', folder, '--remove', 'ben').status).toBe(2);
  expect(metamer('experimenters', '/nowhere').status).toBe(2);
});
