import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { exclude } from '../../listening-test/experimenter/exclude.ts';
import { exportFiles } from '../../listening-test/export/exportFiles.ts';
import { tableOf, unitOf } from '../../listening-test/export/table.ts';
import { fetchClip, joinStudy, reportPlay, runTo } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { serveStudy } from './serveStudy.ts';

const rowsOf = (text: string) => parse(text, { columns: true }) as Record<string, string>[];

/** A study with everything a study may ask; one participant who did it all, and one who was excluded by hand. */
async function collected() {
  const surveys = {
    before: [{ type: 'survey-text', parameters: { questions: [{ prompt: 'Why?' }] } }],
    after: [],
  };
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    config: { surveys, license: 'https://creativecommons.org/licenses/by/4.0/' } as never,
  });
  const { base, site } = await serveStudy(folder);
  const done = await joinStudy(base);
  await runTo(base, done, null, () => ['after']);
  const other = await joinStudy(base);
  await runTo(base, other, 'antiphase');
  await fetchClip(base, other);
  await reportPlay(base, other);
  await exclude(site, {
    participant: other.state.participant,
    reason: 'hears badly, says so',
    actor: 'anna',
  });
  return { site, done: done.state.participant, other: other.state.participant };
}

test('the codebook, as JSON and as Markdown, has exactly the tables and columns of the export', async () => {
  const { site } = await collected();
  const files = await exportFiles(site, 'csv');
  const { tables } = JSON.parse(files.get('codebook.json')!) as {
    tables: {
      file: string;
      rows: number;
      columns: { name: string; meaning: string; type: string; unit: string }[];
    }[];
  };
  expect(tables.map(({ file }) => file)).toEqual([...files.keys()].filter((name) => name.endsWith('.csv')));
  for (const { file, rows, columns } of tables) {
    expect(files.get(file)!.split('\n')[0], file).toBe(columns.map(({ name }) => name).join(','));
    expect(rowsOf(files.get(file)!), file).toHaveLength(rows);
    expect(new Set(columns.map(({ name }) => name)).size, file).toBe(columns.length);
    for (const { name, meaning, type, unit } of columns) {
      expect(meaning.length, `${file} ${name}`).toBeGreaterThan(2);
      expect(files.get('codebook.md')).toContain(`| \`${name}\` | ${meaning.replaceAll('|', '\\|')} |`);
      // What the codebook says of the values holds for all of them.
      for (const row of rowsOf(files.get(file)!)) {
        const cell = row[name]!;
        if (cell === '') continue;
        if (type === 'number') expect(Number.isFinite(Number(cell)), `${file} ${name} ${cell}`).toBe(true);
        if (type === 'boolean') expect(['true', 'false'], `${file} ${name}`).toContain(cell);
        if (type === 'time') expect(new Date(cell).toISOString(), `${file} ${name}`).toBe(cell);
      }
      if (/_(ms|s|hz)$/.test(name) && name !== 'key_ms') expect(unit, name).not.toBe('');
    }
  }
});

test('everything that is stored is exported: surveys, headphone checks, plays, steps, reasons, rates, the log', async () => {
  const { site, done, other } = await collected();
  const files = await exportFiles(site, 'csv');
  const rows = (name: string) => rowsOf(files.get(`${name}.csv`)!);
  expect(rows('surveys')).toMatchObject([
    { participant: done, survey: 'survey-before', number: '1', answer: 'yes' },
    { participant: other, survey: 'survey-before', number: '1', answer: 'yes' },
  ]);
  expect(rows('headphones').filter(({ participant }) => participant === done)).toHaveLength(6);
  const people = rows('participants');
  expect(people).toMatchObject([
    { participant: done, session: done, visit: '1', state: 'complete', demographics_age: '30' },
    { participant: other, state: 'active', demographics_age: '' },
  ]);
  for (const person of people) expect(person['browser_sampleRateHz']).toBe('48000');
  expect(rows('exclusions').filter(({ rule }) => rule === 'experimenter')).toMatchObject([
    { participant: other, reason: 'hears badly, says so', decided_at: expect.stringMatching(/^\d{4}-.*Z$/) },
  ]);
  expect(rows('audit')).toMatchObject([{ actor: 'anna', action: 'exclude' }]);
  const steps = rows('steps').filter(({ participant }) => participant === done);
  expect(steps.map(({ step }) => step)).toEqual(
    expect.arrayContaining(['browser', 'instructions', 'survey-before', 'level', 'demographics', 'comments']),
  );
});

test('the rate of the sound output is the first play’s where the browser could not tell it before', async () => {
  const { site } = await collected();
  const { database } = site.store;
  const answers = await database.selectFrom('steps').selectAll().where('step', '=', 'browser').execute();
  for (const { session, answer } of answers)
    await database
      .updateTable('steps')
      .set({ answer: JSON.stringify({ ...JSON.parse(answer), sampleRateHz: null }) })
      .where('session', '=', session)
      .where('step', '=', 'browser')
      .execute();
  const people = rowsOf((await exportFiles(site, 'csv')).get('participants.csv')!);
  expect(people.map((person) => person['browser_sampleRateHz'])).toEqual(['48000', '48000']);
});

test('a Psych-DS dataset has its license, units, surveys and demographics, and no log', async () => {
  const { site } = await collected();
  const files = await exportFiles(site, 'psych-ds');
  const description = JSON.parse(files.get('dataset_description.json')!);
  expect(description.license).toBe('https://creativecommons.org/licenses/by/4.0/');
  const names = [...files.keys()];
  for (const table of ['participants', 'surveys', 'headphones', 'plays', 'conduct'])
    expect(names).toContain(`data/study-listeningstudy_description-${table}_data.csv`);
  expect([...files.values()].join()).not.toContain('anna');
});

test.each([
  ['rt_ms', 'ms'],
  ['sample_rate_hz', 'Hz'],
  ['output_latency_s', 's'],
  ['minutes', 'min'],
  ['participant', ''],
  ['rooms', ''],
])('unitOf(%j) is %j', (name, unit) => {
  expect(unitOf(name)).toBe(unit);
});

test('tableOf fills columns from rows and keeps their meanings', () => {
  const table = tableOf<{ x: number }>('t', 'One row a thing', [
    { name: 'x_ms', meaning: 'Time', cell: ({ x }) => x },
    { name: 'x_at', meaning: 'When', cell: () => null },
    { name: 'isX', meaning: 'Whether', type: 'boolean', cell: () => true },
  ])([{ x: 1 }, { x: 2 }]);
  expect(table.rows).toEqual([
    [1, null, true],
    [2, null, true],
  ]);
  expect(table.columns.map(({ type, unit }) => [type, unit])).toEqual([
    ['number', 'ms'],
    ['time', ''],
    ['boolean', ''],
  ]);
});
