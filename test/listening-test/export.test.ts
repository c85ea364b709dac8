import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { exportFiles } from '../../listening-test/export/exportFiles.ts';
import { exportStudy } from '../../listening-test/export/exportStudy.ts';
import { backupStore } from '../../listening-test/store/backup.ts';
import { openStore, type Queries } from '../../listening-test/store/openStore.ts';
import { runCrowd } from '../../src/bench/server/crowd.ts';
import { readTrials } from '../../src/records/readTrials.ts';
import { trialColumns } from '../../src/records/trialRecord.ts';
import { fetchClip, joinStudy, reportPlay, runTo, saveAnswer, send } from './client.ts';
import { databaseKinds, databasesForTests } from './databases.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { logInExperimenter as logIn, serveStudy } from './serveStudy.ts';

const noHeadphones = { screening: { headphones: 'off' } as never };

const databases = databasesForTests();

/** One complete participant, one screened out of nothing but gone after a flagged answer. */
async function collected(failed: readonly string[] = []) {
  const { folder, answers } = await makeStudy({
    folder: temporaryFolder(),
    genres: ['jazz', 'polka', 'techno'],
    failed,
    config: {
      ...{ ...noHeadphones, maxInvalidPlays: 0 },
      stageOrder: { net: ['cochleagram', 'relu4', 'x', 'relu0'] },
    } as never,
  });
  const { base, site } = await serveStudy(folder);
  const targets = new Map(answers.stimuli.map(({ task, sha256, target }) => [`${task} ${sha256}`, target]));
  const complete = await joinStudy(base);
  await runTo(base, complete, null, (trial) => [targets.get(`${trial.task} ${trial.clip.sha256}`)!]);
  const gone = await joinStudy(base);
  await runTo(base, gone, 'main');
  await fetchClip(base, gone);
  await reportPlay(base, gone, { hidden: true });
  await saveAnswer(base, gone, []);
  return { folder, base, site, complete: complete.state.participant, gone: gone.state.participant };
}

test('exportStudy of a study that nobody took part in says so and writes nothing; a preview is nobody', async () => {
  const { folder, answers } = await makeStudy({ folder: temporaryFolder() });
  const { base } = await serveStudy(folder);
  const headers = await logIn(base);
  const body = { stimulus: answers.stimuli[0]!.id };
  await send(`${base}/api/experimenter/previews`, { method: 'POST', body, headers });
  const out = join(folder, 'data');
  await expect(exportStudy(folder, { out })).rejects.toThrow(
    `${folder}: nobody has taken part yet, so that there is nothing to export; open the participants' page first`,
  );
  expect(existsSync(out)).toBe(false);
});

const rowsOf = (text: string) => parse(text, { columns: true }) as Record<string, string>[];

test('exportStudy writes what readTrials reads, and replaces only what it is told to', async () => {
  const { folder, site, complete } = await collected();
  const out = join(folder, 'data');
  const written = await exportStudy(folder, { out });
  expect(written).toEqual([...(await exportFiles(site, 'csv')).keys()].map((name) => join(out, name)));
  const { count, participant, people } = await readTrials(join(out, 'trials.csv'));
  expect(count).toBe(rowsOf(readFileSync(join(out, 'trials.csv'), 'utf8')).length);
  expect(participant.names).toContain(complete);
  expect(people.paths).toEqual([join(out, 'participants.csv')]);
  await expect(exportStudy(folder, { out })).rejects.toThrow(/set overwrite: true$/);
  expect(await exportStudy(folder, { out, overwrite: true })).toEqual(written);
  const psychDs = await exportStudy(folder, { out: join(folder, 'ds'), format: 'psych-ds' });
  expect(psychDs).toContain(join(folder, 'ds', 'dataset_description.json'));
});

test('the csv export has the contract’s columns, one row a trial, with exclusions as data', async () => {
  const { site, complete, gone } = await collected([
    'source-house/relu4',
    'source-after/relu0',
    'source-river/relu4',
  ]);
  const files = await exportFiles(site, 'csv');
  const text = files.get('trials.csv')!;
  expect(text.split('\n')[0]).toBe(trialColumns.join(','));
  const rows = rowsOf(text);
  expect(JSON.parse(files.get('trials.study.json')!)).toEqual({
    format: 1,
    study: site.loaded.study.id,
    exclusion: site.loaded.study.exclusion,
    choices: { word: 4, genre: 3 },
    stageOrder: { net: ['cochleagram', 'relu4', 'x', 'relu0'] },
  });
  const own = rows.filter(({ participant }) => participant === complete);
  // 2 practice, 4 words, 3 genres, 2 catch trials.
  expect(own.map(({ trial_index }) => Number(trial_index))).toEqual([...Array(11).keys()]);
  const blocks = own.map(({ block }) => block).sort();
  expect(blocks).toEqual(['catch', 'catch', ...Array(7).fill('main'), 'practice', 'practice']);
  for (const row of own) {
    expect(row['correct']).toBe('true');
    expect(row['response']).toBe(row['target']);
    expect(row['observer']).toBe('human');
    expect([row['rt_ms'], row['started_at']]).toEqual(['900', '2023-11-14T22:13:20.000Z']);
    const [model, stage] = row['condition'] === 'natural' ? ['', ''] : row['condition']!.split('/');
    expect([row['metamer_model'], row['stage']]).toEqual([model, stage]);
    expect(row['stage_index']).toBe({ relu4: '1', relu0: '3' }[stage!] ?? '');
    const isReplaced = row['exclusion_rules'] === 'replaced';
    expect(row['excluded']).toBe(String(isReplaced));
    if (isReplaced)
      expect(['source-house net/relu4', 'source-after net/relu0', 'source-river net/relu4']).toContain(
        `${row['source_id']} ${row['condition']}`,
      );
  }
  const flagged = rows.filter(
    ({ participant, play_valid }) => participant === gone && play_valid === 'false',
  );
  expect(flagged).toMatchObject([
    { response: '', correct: 'false', exclusion_rules: expect.stringMatching(/^incomplete;.*invalid-play/) },
  ]);
  const exclusions = rowsOf(files.get('exclusions.csv')!);
  expect(exclusions).toContainEqual({
    participant: gone,
    session: gone,
    trial_index: '',
    rule: 'incomplete',
    meaning: 'the session was not completed',
    reason: '',
    decided_at: '',
  });
  expect(
    exclusions.some(
      ({ rule, trial_index }) => rule === 'invalid-play' && trial_index === flagged[0]!['trial_index'],
    ),
  ).toBe(true);
});

test('the jspsych export has the fields jsPsych scripts read, in order', async () => {
  const { site, complete } = await collected();
  const rows = JSON.parse((await exportFiles(site, 'jspsych')).get('jspsych.json')!) as Record<
    string,
    unknown
  >[];
  const asked = rows.filter(
    ({ subject, trial_type }) => subject === complete && trial_type !== 'metamer-trial',
  );
  expect(asked.map(({ trial_type }) => trial_type)).toEqual([
    'metamer-demographics',
    'metamer-browser',
    'metamer-comments',
  ]);
  expect(asked[0]).toMatchObject({ response: { age: 30, headphones: 'over-ear' } });
  const own = rows.filter(
    ({ subject, trial_type }) => subject === complete && trial_type === 'metamer-trial',
  );
  expect(own.map(({ trial_index }) => trial_index)).toEqual([...Array(11).keys()]);
  for (const row of own)
    expect(row).toMatchObject({
      trial_type: 'metamer-trial',
      rt: 900,
      response: row['target'],
      correct: true,
      time_elapsed: expect.any(Number),
    });
});

test('the psych-ds export keeps the rules of Psych-DS 1.5.1: metadata, names of data files, columns and variables the same, rectangular tables', async () => {
  const { site, complete } = await collected();
  const files = await exportFiles(site, 'psych-ds');
  const description = JSON.parse(files.get('dataset_description.json')!);
  expect(description).toMatchObject({ '@context': 'https://schema.org/', '@type': 'Dataset' });
  for (const field of ['name', 'description']) expect(description[field].length).toBeGreaterThan(0);
  const variables = description.variableMeasured.map(({ name }: { name: string }) => name);
  const data = [...files.keys()].filter((path) => path.endsWith('.csv'));
  expect(data).toContain(`data/study-listeningstudy_subject-${complete}_task-word_data.csv`);
  expect(data).toContain(`data/study-listeningstudy_subject-${complete}_task-genre_data.csv`);
  const official = [
    'study',
    'site',
    'subject',
    'session',
    'task',
    'condition',
    'trial',
    'stimulus',
    'description',
  ];
  const used = new Set<string>();
  for (const path of data) {
    expect(path).toMatch(/^data\/([a-z]+-[A-Za-z0-9]+)(_[a-z]+-[A-Za-z0-9]+)*_data\.csv$/);
    for (const pair of path.replace(/^data\/|_data\.csv$/g, '').split('_'))
      expect(official).toContain(pair.split('-')[0]);
    const table = parse(files.get(path)!, { relax_column_count: true }) as string[][];
    for (const column of table[0]!) used.add(column);
    expect(table.length).toBeGreaterThan(1);
    for (const row of table) expect(row).toHaveLength(table[0]!.length);
    expect(files.get(path)).not.toMatch(/\n\n/);
  }
  expect([...used].sort()).toEqual([...variables].sort());
  const header = files
    .get(`data/study-listeningstudy_subject-${complete}_task-word_data.csv`)!
    .split('\n')[0]!;
  const ofTrials = JSON.parse(files.get('data/file_metadata.json')!).variableMeasured;
  expect(ofTrials.map(({ name }: { name: string }) => name)).toEqual(header.trim().split(','));
  const unitOf = (name: string) =>
    description.variableMeasured.find((variable: { name: string }) => variable.name === name).unitText;
  expect(['rt_ms', 'sample_rate_hz', 'output_latency_s', 'response'].map(unitOf)).toEqual([
    'ms',
    'Hz',
    's',
    undefined,
  ]);
});

describe.each(databaseKinds)('backupStore on %s', (kind, skip) => {
  test.skipIf(skip)(
    'copies every table at one moment while 10 participants go on, into a file that exports the same',
    async () => {
      const { folder } = await makeStudy({ folder: temporaryFolder(), config: noHeadphones });
      const location = await databases.place(kind, folder);
      const { base, site, failures } = await serveStudy(folder, { location });
      const crowd = runCrowd({ bases: () => [base], participants: 10, seed: 4, thinkMs: [0, 0] });
      mkdirSync(join(folder, 'backup'));
      const during = await backupStore(site.store, join(folder, 'backup', 'during.sqlite'));
      const { acknowledged, errors } = await crowd;
      expect(failures).toEqual([]);
      expect(errors).toEqual([]);
      expect(acknowledged).toHaveLength(60);
      const left = join(folder, 'backup', 'after.sqlite-wal');
      writeFileSync(left, 'a log that an older copy left behind');
      const count = await backupStore(site.store, join(folder, 'backup', 'after.sqlite'));
      expect(existsSync(left)).toBe(false);
      expect(during).toBeLessThanOrEqual(count);
      expect(count).toBe(60);
      const copy = await openStore({ path: join(folder, 'backup', 'after.sqlite') });
      const copied = await exportFiles({ loaded: site.loaded, store: copy }, 'csv');
      await copy.close();
      expect([...copied]).toEqual([...(await exportFiles(site, 'csv'))]);
      expect(
        readFileSync(join(folder, 'backup', 'after.sqlite'))
          .subarray(0, 15)
          .toString(),
      ).toBe('SQLite format 3');
    },
  );

  // SQLite copies itself.
  test.skipIf(skip || kind === 'SQLite')(
    'has a transaction that sees nothing of what is written after it began',
    async () => {
      const { folder } = await makeStudy({ folder: temporaryFolder(), config: noHeadphones });
      const { site } = await serveStudy(folder, { location: await databases.place(kind, folder) });
      const { database } = site.store;
      const ids = (source: Queries) => source.selectFrom('studies').select('id').execute();
      const before = await ids(database);
      const transaction = database.transaction().setIsolationLevel('repeatable read');
      await transaction.execute(async (source) => {
        expect(await ids(source)).toEqual(before);
        const [study] = await database.selectFrom('studies').selectAll().execute();
        await database
          .insertInto('studies')
          .values({ ...study!, id: 'written meanwhile' })
          .execute();
        expect(await ids(source)).toEqual(before);
      });
      expect(await ids(database)).toHaveLength(before.length + 1);
    },
  );
});
