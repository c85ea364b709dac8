import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sheetCommand } from '../../../src/cli/commands/sheet.ts';
import { layOutSheet, type SheetOrder } from '../../../src/figures/sheet/sheetLayout.ts';
import { writeSheet } from '../../../src/figures/sheet/writeSheet.ts';
import type { RunRecord } from '../../../src/records/runRecord.ts';
import { writeWav } from '../../../stimuli/writeWav.ts';
import { runCommand } from '../../cli/runCommand.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinySound } from '../../tinyModel.ts';

/** As much of a record as a sheet shows. */
function record(sound: string, stage: string, changes: Partial<RunRecord> = {}, spearman = 0.5): RunRecord {
  return {
    ...{ sound: `clips/${sound}.wav`, soundHash: sound, stage, model: 'tiny', modelHash: 'tiny' },
    ...{ preset: 'fast', seed: 1, stepLimit: 40, steps: 40, seconds: 3.4, peakMemoryMiB: 100 },
    objective: { name: 'match', weights: { [stage]: 1 } },
    stageOrder: ['cochleagram', 'conv9', 'conv10', 'top.word'],
    loss: [
      [0, 1],
      [40, 0.05],
    ],
    criteria: {
      ...{ spearman, pearson: spearman, snrDb: 20 * spearman, passed: spearman >= 0.5 },
      predictedClass: { reference: 'yes', metamer: spearman >= 0.5 ? 'yes' : 'no' },
      verdict: spearman >= 0.5 ? 'passed' : 'failed: <low>',
    },
    difference: { waveformCorrelation: 0.01, earlierStages: {} },
    ...changes,
  } as RunRecord;
}

const runOf = (...[sound, stage, changes, spearman]: Parameters<typeof record>) => ({
  path: `${sound}/${stage}`,
  record: record(sound, stage, changes, spearman),
});

test('layOutSheet has a column a stage in the order of the model, apart by what differs', () => {
  const stages = ['top.word', 'conv10', 'conv9'].map((stage) => runOf('a', stage));
  expect(layOutSheet(stages).columns).toEqual(['conv9', 'conv10', 'top.word']);
  const cases: [Partial<RunRecord>, string][] = [
    [{ seed: 2 }, 'conv9, seed 2'],
    [{ model: 'other' }, 'conv9, other'],
    [{ preset: 'published-2023' }, 'conv9, published-2023'],
    [{ stepLimit: 9 }, 'conv9, 9 steps'],
  ];
  for (const [change, title] of cases)
    expect(layOutSheet([runOf('a', 'conv9'), runOf('a', 'conv9', change)]).columns).toContain(title);
});

test('layOutSheet has a row a sound, by its samples, and names alike are told by their paths', () => {
  const runs = [
    runOf('b10', 'conv9'),
    runOf('b9', 'conv9'),
    runOf('b9', 'conv10'),
    runOf('x', 'conv9', { sound: 'one/word.wav' }),
    runOf('y', 'conv9', { sound: 'two/word.wav' }),
  ];
  const { rows } = layOutSheet(runs);
  expect(rows.map(({ title }) => title)).toEqual(['b9', 'b10', 'one/word.wav', 'two/word.wav']);
  expect(rows[0]!.runs).toEqual([runs[1], runs[2]]);
});

test.each<[SheetOrder, string[]]>([
  ['name', ['a', 'b', 'c']],
  ['failed', ['c', 'b', 'a']],
  ['spearman', ['b', 'c', 'a']],
  ['pearson', ['b', 'c', 'a']],
  ['snr', ['b', 'c', 'a']],
])('layOutSheet by %s puts the sounds as %j', (order, names) => {
  const runs = [
    runOf('a', 'conv9', {}, 0.9),
    runOf('b', 'conv9', {}, 0.1),
    runOf('c', 'conv9', {}, 0.3),
    runOf('c', 'conv10', {}, 0.3),
  ];
  expect(layOutSheet(runs, order).rows.map(({ title }) => title)).toEqual(names);
});

/** A batch of three sounds at two stages, one of them only begun, and a study among them. */
function writeBatch(): string {
  const folder = temporaryFolder();
  const wav = { sampleRateHz: 8000, format: 'float32' } as const;
  for (const [i, sound] of ['b', 'a', 'it’s & <c>'].entries())
    for (const stage of ['conv10', 'conv9']) {
      const run = join(folder, sound, stage);
      mkdirSync(run, { recursive: true });
      writeWav(join(run, 'reference.wav'), tinySound(i + 1), wav);
      if (stage === 'conv10' && i === 0) {
        writeFileSync(join(run, 'checkpoint.bin'), '');
        continue;
      }
      writeWav(join(run, 'metamer.wav'), tinySound(i + 4), wav);
      writeFileSync(join(run, 'run.json'), JSON.stringify(record(sound, stage, {}, i === 1 ? 0.2 : 0.8)));
    }
  mkdirSync(join(folder, 'study'));
  writeFileSync(join(folder, 'study', 'study.json'), '{}');
  return folder;
}

test.each([
  [0.8, 'passed', '1 passed, 0 failed'],
  [0.2, 'failed', '0 passed, 1 failed'],
])('a sheet of one run with a match of %d is told in the singular', async (spearman, told, counts) => {
  const folder = temporaryFolder();
  const run = join(folder, 'a', 'conv9');
  mkdirSync(run, { recursive: true });
  for (const name of ['reference.wav', 'metamer.wav'])
    writeWav(join(run, name), tinySound(1), { sampleRateHz: 8000, format: 'float32' });
  writeFileSync(join(run, 'run.json'), JSON.stringify(record('a', 'conv9', {}, spearman)));
  const { stdout } = await runCommand(sheetCommand, [folder]);
  expect(stdout.split('\n')[0]).toBe(`1 metamer, ${told}`);
  const html = readFileSync(join(folder, 'sheet.html'), 'utf8');
  expect(html).toContain(`<p>1 metamer of 1 sound: ${counts}.`);
  expect(html).toContain('<summary>The metamer as a table</summary>');
});

test('metamer sheet ends a batch in one page and one table', async () => {
  const folder = writeBatch();
  const { code, stdout } = await runCommand(sheetCommand, [folder]);
  expect(code).toBe(0);
  expect(stdout).toContain('5 metamers, 2 of them failed, 1 not finished');
  const html = readFileSync(join(folder, 'sheet.html'), 'utf8');
  expect(html).toContain('<p>5 metamers of 3 sounds: 3 passed, 2 failed; 1 not finished.');
  expect(html).toContain('<summary>All 5 metamers as a table</summary>');
  expect(html.match(/data-sound="data:audio\/flac;base64,/g)).toHaveLength(8);
  expect(html.match(/<img src="data:image\/png;base64,/g)).toHaveLength(8);
  expect(html.indexOf('>conv9</th>')).toBeLessThan(html.indexOf('>conv10</th>'));
  expect(html).toContain('it’s &amp; &lt;c&gt;');
  expect(html).toContain('failed: &lt;low&gt;');
  expect(html).not.toMatch(/src="http|href="http/);
  const lines = readFileSync(join(folder, 'sheet.csv'), 'utf8').trimEnd().split('\n');
  expect(lines[0]).toBe(
    'run,state,sound,stage,stage_index,model,preset,seed,steps,passed,verdict,heard_reference,heard_metamer,spearman,pearson,snr_db,waveform_correlation,loss,seconds,peak_memory_mib',
  );
  expect(lines[1]).toBe(
    'a/conv9,finished,clips/a.wav,conv9,1,tiny,fast,1,40,false,failed: <low>,yes,no,0.2,0.2,4,0.01,0.05,3.4,100',
  );
  expect(lines).toHaveLength(7);
  expect(lines.at(-1)).toBe(`b/conv10,unfinished${','.repeat(18)}`);
  expect(JSON.parse(readFileSync(join(folder, 'sheet.json'), 'utf8'))[0]).toMatchObject({
    run: 'a/conv9',
    passed: false,
    snr_db: 4,
  });
  await expect(runCommand(sheetCommand, [folder])).rejects.toThrow(
    `${join(folder, 'sheet.html')} exists already; choose another name, or add --overwrite`,
  );
});

test('metamer sheet --page-megabytes keeps every page below that, each with its sounds and neighbors', async () => {
  const folder = writeBatch();
  const argv = [folder, '--page-megabytes', '0.1', '--json'];
  const { stdout } = await runCommand(sheetCommand, argv);
  const { pages } = JSON.parse(stdout) as { pages: string[] };
  expect(pages).toEqual(['', '-2', '-3'].map((end) => join(folder, `sheet${end}.html`)));
  for (const page of pages) expect(statSync(page).size).toBeLessThan(100_000);
  const [first, second, third] = pages.map((page) => readFileSync(page, 'utf8'));
  expect(first).toContain('<a href="sheet-2.html#run-b_2Fconv9">b.wav</a>');
  expect(first).toContain('<a href="sheet-2.html">Next page →</a>');
  expect(second).toContain('<a href="sheet.html">← Previous page</a>');
  expect(second).toContain('id="run-b_2Fconv9"');
  expect(third).not.toContain('Next page');
});

test('a sound that is too big for a page is named by its place', async () => {
  const folder = writeBatch();
  const out = join(folder, 'pages', 'all.html');
  await writeSheet(folder, { out, pageMegabytes: 0.02 });
  expect(readFileSync(out, 'utf8')).toContain('data-sound="../a/conv9/metamer.wav"');
});

test.each<[string, RegExp]>([
  ['', /must hold runs, folders with run\.json and metamer\.wav, it holds none/],
  ['missing', /must be a folder that can be read/],
])("metamer sheet refuses '%s'", async (name, message) => {
  await expect(runCommand(sheetCommand, [join(temporaryFolder(), name)])).rejects.toThrow(message);
});
