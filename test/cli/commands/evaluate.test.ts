import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { defaultCochleagramParameters } from '../../../cochlea/parameters.ts';
import { writeJsonAtomic } from '../../../src/base/files.ts';
import { evaluateCommand } from '../../../src/cli/commands/evaluate.ts';
import { readCorpus, writeCorpus } from '../../../src/corpus/format/corpusFormat.ts';
import { readTrials } from '../../../src/records/readTrials.ts';
import { nameAt } from '../../../src/records/trialTable.ts';
import type { HeardExcerpt } from '../../../src/training/evaluation/hearExcerpts.ts';
import { writeToneCorpus } from '../../corpus/toneCorpus.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinyDescription } from '../../tinyModel.ts';
import { runCommand } from '../runCommand.ts';
import { startCommand, until } from '../startCommand.ts';

const folder = temporaryFolder();
const [corpus, model, out] = ['corpus', 'model', 'evaluation'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const argv = ['--model', model, '--corpus', corpus, '--snr-db=-3,0,6', '--per-label', '1', '--out', out];

beforeAll(async () => {
  await writeToneCorpus(corpus);
  writeJsonAtomic(join(model, 'model.json'), {
    ...tinyDescription,
    ...{ name: 'tones', width: 0.02, samples: 40000, cochleagram: defaultCochleagramParameters, seed: 1 },
    labels: { word: ['__null__', 'high', 'low'], genre: ['__null__', 'even', 'odd'] },
  });
});

test('evaluate --out writes evaluation.json, trials.csv and figures that agree with each other', async () => {
  const evaluation = JSON.parse((await runCommand(evaluateCommand, [...argv, '--json'])).stdout);
  expect(evaluation).toEqual(JSON.parse(readFileSync(join(out, 'evaluation.json'), 'utf8')));
  expect(evaluation).toMatchObject({ model: 'tones', split: 'test', perLabel: 1, snrsDb: [6, 0, -3] });
  const { word, genre } = evaluation.tasks;
  expect(word.clean.excerpts).toBe(2);
  expect(word['-3 dB'].excerpts).toBe(12);
  expect(genre['6 dB'].excerpts).toBe(10);
  expect(word['babble of 2@6 dB'].excerpts).toBe(2);
  const trials = await readTrials(join(out, 'trials.csv'));
  expect(trials.count).toBe(2 * 19 + 2 * 16);
  const { clean, inNoise } = evaluation.confusions.word;
  const sum = (counts: number[][]) => counts.flat().reduce((a, b) => a + b, 0);
  expect([sum(clean), sum(inNoise)]).toEqual([2, 36]);
  const diagonal = clean.reduce((total: number, row: number[], i: number) => total + row[i]!, 0);
  expect(diagonal / 2).toBeCloseTo(word.clean.top1, 12);
  for (const name of ['psychometric', 'calibration', 'confusions-word', 'confusions-genre'])
    expect(readFileSync(join(out, `${name}.svg`), 'utf8')).toMatch(/^<svg .*\n.*\n.*>tones: /);
});

test('the analysis reads trials.csv: background, level and correctness', async () => {
  const evaluation = JSON.parse(readFileSync(join(out, 'evaluation.json'), 'utf8'));
  const table = await readTrials(join(out, 'trials.csv'));
  const rows = Array.from({ length: table.count }, (_, row) => row).filter(
    (row) =>
      nameAt(table.task, row) === 'word' &&
      nameAt(table.observer, row) === 'tones' &&
      nameAt(table.background, row) === 'babble of 8' &&
      table.snrDb[row] === -3,
  );
  const { excerpts, top1 } = evaluation.tasks.word['babble of 8@-3 dB'];
  expect(rows).toHaveLength(excerpts);
  expect(rows.reduce((sum, row) => sum + table.correct[row]!, 0) / rows.length).toBeCloseTo(top1, 12);
  // A model of three classes is right where it gives the target more than half, and never below a third.
  table.targetProbability.forEach((probability, row) => {
    expect(probability).toBeGreaterThan(0);
    if (table.correct[row]) expect(probability).toBeGreaterThan(1 / 3);
    else expect(probability).toBeLessThan(0.5);
  });
});

test('evaluate --humans holds the words against people in their conditions, and leaves the evaluation as it is', async () => {
  const beside = join(folder, 'beside');
  const table = join(folder, 'humans.csv');
  const cells = ['stationary-noise,-3,0.4', 'modulated-noise,-3,0.6', 'babble-8,0,0.5', 'cafe,0,0.2'];
  const people = ['a', 'b', 'c', 'd'].flatMap((name) => cells.map((cell) => `${name},${cell}`));
  writeFileSync(table, ['participant,background,snr_db,proportion_correct', ...people, ''].join('\n'));
  const own = [...argv.slice(0, -1), beside, '--humans', table];
  const { humans, ...evaluation } = JSON.parse(
    (await runCommand(evaluateCommand, [...own, '--json'])).stdout,
  );
  expect(evaluation).toEqual(JSON.parse(readFileSync(join(out, 'evaluation.json'), 'utf8')));
  expect(humans).toMatchObject({ cells: 3, participants: 4, missing: ['cafe at 0 dB'] });
  const proportions = humans.compared.map((cell: { human: number; model: number; trials: number }) => [
    cell.human,
    cell.trials,
  ]);
  expect(proportions).toEqual([
    [expect.closeTo(0.4, 9), 2],
    [expect.closeTo(0.6, 9), 2],
    [expect.closeTo(0.5, 9), 2],
  ]);
  const squares = humans.compared.map(
    (cell: { human: number; model: number }) => (cell.human - cell.model) ** 2,
  );
  expect(humans.rmse).toBeCloseTo(Math.sqrt((squares[0] + squares[1] + squares[2]) / 3), 12);
  expect(readFileSync(join(beside, 'humans.svg'), 'utf8')).toMatch(/Words in noise: r = /);
  const { stdout } = await runCommand(evaluateCommand, [...argv.slice(0, -2), '--humans', table]);
  expect(stdout).toMatch(/words in noise beside 4 people: r .*RMSE .* over 3 cells/);
  expect(stdout).toMatch(/Vocabulary, talkers and clips/);
});

test('evaluate --ear records the ear, and --beside draws it beside an evaluation by the published one', async () => {
  const ear = join(folder, 'ear.json');
  const audiogram = [{ frequencyHz: 1000, thresholdDbHl: 60 }];
  writeFileSync(ear, JSON.stringify({ name: 'flat <60>', audiogram }));
  const impaired = join(folder, 'impaired');
  const own = [...argv.slice(0, -1), impaired, '--ear', ear, '--beside', join(out, 'evaluation.json')];
  const evaluation = JSON.parse((await runCommand(evaluateCommand, [...own, '--json'])).stdout);
  expect(evaluation.ear).toEqual({ name: 'flat <60>', audiogram, recruitmentEndDbHl: 105, levelDbSpl: 65 });
  const published = JSON.parse(readFileSync(join(out, 'evaluation.json'), 'utf8'));
  expect(published).not.toHaveProperty('ear');
  expect(evaluation.modelHash).not.toBe(published.modelHash);
  expect(evaluation.calibration).not.toEqual(published.calibration);
  const { observer } = await readTrials(join(impaired, 'trials.csv'));
  expect(observer.names).toContain('tones, flat <60> ear');
  const figure = readFileSync(join(impaired, 'beside.svg'), 'utf8');
  expect(figure).toMatch(/>tones<(.|\n)*>tones, flat &lt;60&gt; ear</);
});

test.each([
  [['--beside', 'a.json'], '--beside must be given together with --out'],
  [['--out', 'x', '--beside', 'absent.json'], 'absent.json must be an evaluation, it does not exist'],
])('evaluate %j is refused before anything is heard', async (more, message) => {
  await expect(
    runCommand(evaluateCommand, ['--model', model, '--corpus', 'nowhere', ...more]),
  ).rejects.toThrow(message);
});

test('evaluate keeps what is there, and names a wrong list', async () => {
  await expect(runCommand(evaluateCommand, argv)).rejects.toThrow(
    /evaluation\.json exists already.*--overwrite/,
  );
  await expect(
    runCommand(evaluateCommand, ['--model', model, '--corpus', corpus, '--snr-db=a']),
  ).rejects.toThrow(/--snr-db must be numbers with commas between, or none, got 'a'/);
});

test('evaluate tells of the words alone when the corpus has no music and not all words', async () => {
  const few = join(folder, 'few');
  await writeToneCorpus(few);
  const { folder: _, description, entries } = readCorpus(few);
  writeCorpus({
    folder: few,
    description,
    entries: entries.filter(({ word, kind }) => word === 'low' || kind === 'background'),
  });
  writeJsonAtomic(join(few, 'corpus.json'), { ...description, words: ['low'], genres: [] });
  const { stdout } = await runCommand(evaluateCommand, [
    ...['--model', model, '--corpus', few, '--snr-db=0', '--per-label', '2', '--json'],
    ...['--out', join(folder, 'evaluation-few')],
  ]);
  const { tasks, calibration } = JSON.parse(stdout);
  expect(Object.keys(tasks)).toEqual(['word']);
  expect(Object.keys(calibration)).toEqual(['word']);
  expect(tasks.word.clean.excerpts).toBe(2);
  expect(Object.keys(tasks.word)).not.toContain('music@0 dB');
  expect(existsSync(join(folder, 'evaluation-few', 'confusions-genre.svg'))).toBe(false);
});

test('SIGINT keeps what evaluate has heard; the same command goes on after it, one with another corpus does not', async () => {
  const kept = join(folder, 'kept');
  const asked = argv.with(-1, kept).with(-3, '4');
  const { child, ended } = startCommand('evaluate', ...asked);
  const path = join(kept, 'heard.json');
  await until(() => existsSync(path));
  child.kill('SIGINT');
  const { signal, stderr } = await ended;
  expect(signal).toBe('SIGINT');
  expect(stderr).toContain('Stopped; the same command goes on after the excerpts that were heard\n');
  const stored = JSON.parse(readFileSync(path, 'utf8'));
  // Marked, so that it shows whether they are taken over.
  const heard = stored.heard.map((excerpt: HeardExcerpt) => ({ ...excerpt, source: 'kept' }));
  writeJsonAtomic(path, { ...stored, heard });
  await runCommand(evaluateCommand, asked);
  expect(existsSync(path)).toBe(false);
  const table = await readTrials(join(kept, 'trials.csv'));
  expect(table.count).toBe(4 * (2 * 19 + 2 * 16));
  const wordsOf = (place: string) =>
    Object.keys(JSON.parse(readFileSync(join(place, 'evaluation.json'), 'utf8')).tasks.word);
  expect(wordsOf(kept)).toContain('clean, kept');

  const [changed, elsewhere] = ['changed-corpus', 'elsewhere'].map((name) => join(folder, name));
  await writeToneCorpus(changed!);
  const { folder: _, description, entries } = readCorpus(changed!);
  const [first, ...others] = entries;
  writeCorpus({ folder: changed!, description, entries: [{ ...first!, id: 'changed' }, ...others] });
  writeJsonAtomic(join(elsewhere!, 'heard.json'), { ...stored, heard });
  await runCommand(evaluateCommand, asked.with(3, changed!).with(-1, elsewhere!));
  expect(wordsOf(elsewhere!)).not.toContain('clean, kept');
});
