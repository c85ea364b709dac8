import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { exportFiles } from '../../listening-test/export/exportFiles.ts';
import { type Conduct, conductFlags, flagsOf } from '../../listening-test/session/trials/conduct.ts';
import { skipBrowser } from './chromium.ts';
import { fetchClip, joinStudy, reportPlay, runTo, saveAnswer } from './client.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';
import { listen, press, screen, toSound } from './personAtPage.ts';
import { serveStudy } from './serveStudy.ts';
import { short, studyPages } from './studyPages.ts';

const usual: Conduct = {
  keyMs: [3000, 3120, 3260, 3400, 3550],
  keys: 5,
  pointers: 1,
  pasted: 0,
  untrusted: 0,
  leaves: 0,
  awayMs: 0,
};
const times = { rtMs: 900, formMs: 20 };

describe('flagsOf', () => {
  test.each<[string, Partial<Conduct> | null, Partial<typeof times> | { rtMs: null }, string[]]>([
    ['a usual answer', {}, {}, []],
    ['nothing recorded', null, { rtMs: 1 }, []],
    ['a paste', { pasted: 1 }, {}, ['pasted']],
    ['one click by a script', { untrusted: 1 }, {}, ['untrusted-input']],
    ['neither key nor pointer', { keys: 0, pointers: 0, keyMs: [] }, {}, ['no-input']],
    ['keys alone', { pointers: 0 }, {}, []],
    ['a finger alone', { keys: 0, keyMs: [] }, {}, []],
    ['a look elsewhere', { leaves: 1, awayMs: 0 }, {}, ['left-page']],
    ['99 ms from form to answer', {}, { rtMs: 119 }, ['impossible-time']],
    ['100 ms from form to answer', {}, { rtMs: 120 }, []],
    ['a resumed trial', {}, { rtMs: null }, []],
    ['five keys 5 ms apart', { keyMs: [0, 5, 10, 15, 20] }, {}, ['impossible-time']],
    ['half of the gaps 9 ms', { keyMs: [0, 9, 18, 118, 218] }, {}, ['impossible-time']],
    ['half of the gaps 10 ms', { keyMs: [0, 10, 20, 120, 220] }, {}, []],
    ['one gap of four too short', { keyMs: [0, 9, 109, 209, 309] }, {}, []],
    ['four keys at once', { keyMs: [0, 1, 2, 3] }, {}, []],
  ])('%s: → %4$j', (_, change, other, flags) => {
    expect(flagsOf(change && { ...usual, ...change }, { ...times, ...other })).toEqual(flags);
  });

  test('gives only ids that are explained', () => {
    const everything = flagsOf(
      { keyMs: [0, 1, 2, 3, 4], keys: 0, pointers: 0, pasted: 1, untrusted: 1, leaves: 1, awayMs: 1 },
      times,
    );
    expect(everything.sort()).toEqual(Object.keys(conductFlags).sort());
  });
});

const rowsOf = (text: string) => parse(text, { columns: true }) as Record<string, string>[];

test('the export marks answers and explains every column; marks exclude nobody', async () => {
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    config: { screening: { headphones: 'antiphase', level: false, demographics: false } } as never,
  });
  const { base, site } = await serveStudy(folder);
  const participant = await joinStudy(base);
  await runTo(base, participant, 'main');
  await fetchClip(base, participant);
  await reportPlay(base, participant, { hidden: true, attempt: 1 });
  await reportPlay(base, participant, { attempt: 2 });
  await saveAnswer(base, participant, ['after'], { conduct: { ...usual, pasted: 2, leaves: 1 } });
  const files = await exportFiles(site, 'csv');
  const answers = rowsOf(files.get('answers.csv')!);
  expect(answers.map(({ conduct_flags }) => conduct_flags)).toEqual(['', 'pasted;left-page']);
  expect(answers[1]).toMatchObject({ pasted: '2', key_ms: '3000;3120;3260;3400;3550', form_ms: '20' });
  const rules = rowsOf(files.get('trials.csv')!)[1]!['exclusion_rules']!.split(';');
  expect(rules.filter((rule) => rule in conductFlags)).toEqual([]);
  expect(rowsOf(files.get('conduct.csv')!)).toMatchObject([
    { trials: '2', pasted_trials: '1', left_page_trials: '1', no_input_trials: '0', automation: '' },
  ]);
  expect(rowsOf(files.get('headphones.csv')!)).toHaveLength(6);
  expect(rowsOf(files.get('headphones.csv')!)[5]).toMatchObject({
    check: 'antiphase',
    attempt: '1',
    number: '6',
    correct: 'true',
  });
  const plays = rowsOf(files.get('plays.csv')!);
  expect(plays).toHaveLength(6 + 1 + 2);
  expect(plays.slice(-2)).toMatchObject([
    { trial_index: '1', attempt: '1', valid: 'false', reasons: 'hidden', output_latency_s: '0.02' },
    { trial_index: '1', attempt: '2', valid: 'true', reasons: '', sample_rate_hz: '48000', load_ms: '5' },
  ]);
  const { tables } = JSON.parse(files.get('codebook.json')!) as {
    tables: { file: string; columns: { name: string; meaning: string }[] }[];
  };
  const explained = tables.flatMap(({ file, columns }) =>
    columns.map(({ name, meaning }) => ({ table: file, column: name, meaning })),
  );
  for (const name of ['answers.csv', 'plays.csv', 'headphones.csv', 'steps.csv', 'conduct.csv'])
    expect(explained.filter((row) => row['table'] === name).map(({ column }) => column)).toEqual(
      files.get(name)!.split('\n')[0]!.split(','),
    );
});

describe.skipIf(skipBrowser)('evidence in Chromium', () => {
  const pages = studyPages();

  test('what was pasted, typed, clicked by a script and left is recorded, and the browser says that it is driven', async () => {
    const { page, site } = await pages.open(short());
    await press(page, 'I agree and want to take part');
    await toSound(page, 'Almost done');
    await listen(page);
    await page.waitForTimeout(200);
    await page.keyboard.type('after', { delay: 50 });
    for (const key of ['ArrowDown', 'Enter', 'Enter']) await page.keyboard.press(key, { delay: 50 });
    await toSound(page, 'Almost done');
    await listen(page);
    await page.evaluate(() => {
      const field = document.querySelector<HTMLInputElement>('[role=combobox]')!;
      window.dispatchEvent(new Event('blur'));
      field.dispatchEvent(new ClipboardEvent('paste', { bubbles: true }));
      field.value = 'after';
      field.dispatchEvent(new Event('input', { bubbles: true }));
      [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Answer')!.click();
    });
    await toSound(page, 'Almost done');
    const files = await exportFiles(site, 'csv');
    const [first, second] = rowsOf(files.get('answers.csv')!);
    expect(first).toMatchObject({ conduct_flags: '', pasted: '0', untrusted: '0', leaves: '0' });
    expect(Number(first!['keys'])).toBeGreaterThanOrEqual(8);
    expect(first!['key_ms']!.split(';')).toHaveLength(Number(first!['keys']));
    const flags = second!['conduct_flags']!.split(';');
    expect(flags).toEqual(expect.arrayContaining(['pasted', 'untrusted-input']));
    expect(rowsOf(files.get('conduct.csv')!)[0]).toMatchObject({
      participant_flags: 'automated-browser',
      untrusted_input_trials: '1',
    });
    await screen(page, /Main part/);
  });
});
