import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { trainCommand } from '../../src/cli/commands/train.ts';
import { type LoadedCorpus, loadCorpus } from '../../src/corpus/format/loadCorpus.ts';
import { readCheckedArrays, writeCheckedArrays } from '../../src/formats/checkedArrays.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { loadModel } from '../../src/model/loadModel.ts';
import { checkpointProgress } from '../../src/training/trainingCheckpoint.ts';
import { trainingConfig } from '../../src/training/trainingConfig.ts';
import { readLog } from '../../src/training/trainingLog.ts';
import { trainModel } from '../../src/training/trainModel.ts';
import { runCommand } from '../cli/runCommand.ts';
import { writeToneCorpus } from '../corpus/toneCorpus.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const folder = temporaryFolder();
const corpusFolder = join(folder, 'corpus');
const settings = {
  ...{ corpus: corpusFolder, steps: 4, batchSize: 2, width: 0.02, warmupSteps: 1 },
  ...{ validateEverySteps: 2, validationExcerpts: 4, loaderThreads: 0, name: 'tones' },
};
const config = trainingConfig(settings);
let corpus: LoadedCorpus;

beforeAll(async () => {
  await writeToneCorpus(corpusFolder);
  corpus = await loadCorpus(corpusFolder);
});

const bytesOf = (...path: string[]) => readFileSync(join(folder, ...path));
const jsonOf = (...path: string[]) => JSON.parse(bytesOf(...path).toString());

test('train: a killed run resumes to the same bits, no step twice in metrics.jsonl', async () => {
  await trainModel(config, join(folder, 'whole'), { corpus });
  await trainModel(config, join(folder, 'halves'), { corpus, untilStep: 3 });
  // As after a kill: lines beyond the checkpoint, the last one cut off.
  const log = join(folder, 'halves', 'metrics.jsonl');
  const [line] = readLog(join(folder, 'halves'));
  appendFileSync(log, `${JSON.stringify({ ...line, step: 4 })}\n{"step": 6, "lo`);
  await trainModel(config, join(folder, 'halves'), { corpus });
  expect(bytesOf('halves', 'weights.safetensors').equals(bytesOf('whole', 'weights.safetensors'))).toBe(true);
  const steps = readLog(join(folder, 'halves')).map(({ step }) => step);
  expect(steps).toEqual([2, 4]);
  expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(2);
});

test('metrics.jsonl of a training that was stopped, in between two lines too, is that of one that was not', async () => {
  const [whole, stopped] = [join(folder, 'at-once'), join(folder, 'in-pieces')];
  const long = trainingConfig({ ...settings, steps: 8, validateEverySteps: 4 });
  await trainModel(long, whole, { corpus });
  const stopping = new AbortController();
  stopping.abort(new Error('stopped by the user'));
  await expect(trainModel(long, stopped, { corpus, signal: stopping.signal })).rejects.toBe(
    stopping.signal.reason,
  );
  expect(checkpointProgress(stopped)!.step).toBe(1);
  expect(existsSync(join(stopped, 'lock'))).toBe(false);
  for (const untilStep of [3, 6]) await trainModel(long, stopped, { corpus, untilStep });
  await trainModel(long, stopped, { corpus });
  for (const name of ['metrics.jsonl', 'weights.safetensors'])
    expect(bytesOf('in-pieces', name).equals(bytesOf('at-once', name))).toBe(true);
  expect(bytesOf('in-pieces', 'metrics.jsonl').toString()).not.toContain('clipsPerSecond');
  expect(readLog(stopped).every(({ clipsPerSecond }) => clipsPerSecond > 0)).toBe(true);
});

/** A training after two of four steps, whose files are changed. */
async function changedTraining(name: string, change: (path: string) => void): Promise<string> {
  const path = join(folder, name);
  await trainModel(config, path, { corpus, untilStep: 2 });
  change(path);
  return trainModel(config, path, { corpus }).then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message.replaceAll(path, 'TRAINING')}`,
  );
}

/** Stores the checkpoint anew, as an outdated or a wrong program would, with a right checksum. */
const withTexts = (texts: Record<string, string>) => (path: string) => {
  const file = join(path, 'checkpoint.safetensors');
  const { arrays, metadata } = readCheckedArrays(file);
  writeCheckedArrays(file, { arrays, metadata: { ...metadata, ...texts } });
};
const flipped = (name: string, at: number) => (path: string) => {
  const bytes = readFileSync(join(path, name));
  bytes[at < 0 ? bytes.length + at : at]! ^= 1;
  writeFileSync(join(path, name), bytes);
};
const cut = (name: string, share: number) => (path: string) =>
  truncateSync(join(path, name), Math.floor(share * statSync(join(path, name)).size));

test.each([
  [
    'step beyond the end',
    withTexts({ step: '5' }),
    /^InputError: TRAINING must hold a checkpoint within the 4 steps of its training, it has taken 5; raise steps, or remove checkpoint\.safetensors/,
  ],
  [
    'step that is no number',
    withTexts({ step: 'NaN' }),
    /checkpoint\.safetensors: field 'step' must be a whole number ≥ 0, got "NaN"; remove it to begin the training anew$/,
  ],
  ['step that is empty', withTexts({ step: '' }), /field 'step' must be a whole number/],
  ['best that is none', withTexts({ best: '{"score":"x","since":0}' }), /field 'score' must be a number/],
  ['best that is no JSON', withTexts({ best: '{' }), /best must be JSON/],
  ['meter that is none', withTexts({ meter: '{}' }), /meter: field 'steps' must be a number/],
  [
    'changed bits',
    flipped('checkpoint.safetensors', -5),
    /must have the SHA-256 that it names, it was changed or damaged; remove it/,
  ],
  [
    'changed header',
    flipped('checkpoint.safetensors', 3),
    /InputError: .*; remove it to begin the training anew$/,
  ],
  ['half of it', cut('checkpoint.safetensors', 0.5), /InputError: .*; remove it to begin the training anew$/],
  [
    'nothing of it',
    cut('checkpoint.safetensors', 0),
    /InputError: .*; remove it to begin the training anew$/,
  ],
  [
    'an array less',
    (path: string) => {
      const file = join(path, 'checkpoint.safetensors');
      const { arrays, metadata } = readCheckedArrays(file);
      writeCheckedArrays(file, { arrays: new Map([...arrays].slice(1)), metadata });
    },
    /weight\/\S+ must have the shape \[.*\], it is missing; remove it to begin/,
  ],
  [
    'an array of another shape',
    (path: string) => {
      const file = join(path, 'checkpoint.safetensors');
      const { arrays, metadata } = readCheckedArrays(file);
      const [name, { values }] = [...arrays][0]!;
      writeCheckedArrays(file, {
        arrays: new Map([...arrays, [name, { shape: [values.length, 1, 1], values }]]),
        metadata,
      });
    },
    /must have the shape \[.*\], it has \[\d+, 1, 1\]; remove it/,
  ],
  [
    'a log with a line that is none',
    (path: string) => writeFileSync(join(path, 'metrics.jsonl'), '12\n'),
    /metrics\.jsonl, line 1: the whole must be an object/,
  ],
  [
    'a log with a broken line',
    (path: string) => writeFileSync(join(path, 'metrics.jsonl'), '{"step"\n{}\n'),
    /metrics\.jsonl, line 1 must be JSON, it is not JSON .*; remove the line/,
  ],
  [
    'a log that goes back',
    (path: string) => {
      const line = readFileSync(join(path, 'metrics.jsonl'), 'utf8');
      writeFileSync(join(path, 'metrics.jsonl'), line + line);
    },
    /line 2: field 'step' must be > 2, that of the line before, got 2/,
  ],
  [
    'an older checkpoint without a checksum',
    (path: string) => {
      const file = join(path, 'checkpoint.safetensors');
      const {
        arrays,
        metadata: { step, best },
      } = readCheckedArrays(file);
      writeSafetensors(file, arrays, { metadata: { step: step!, best: best! } });
    },
    /^no error$/,
  ],
])('a training that is gone on with: %s', async (what, change, message) => {
  expect(await changedTraining(`changed ${what}`, change)).toMatch(message);
});

test('train of a finished run keeps model.json with its validation, and gives the last metrics again', async () => {
  const path = join(folder, 'whole');
  const before = jsonOf('whole', 'model.json');
  expect(before.training).toMatchObject({ steps: 4, validationStep: 4 });
  expect(Object.keys(before.training.validation)).toContain('word');
  writeFileSync(join(folder, 'training.json'), JSON.stringify(settings));
  const argv = ['--config', join(folder, 'training.json'), '--out', path, '--json'];
  const written = statSync(join(path, 'model.json')).mtimeMs;
  const { stdout } = await runCommand(trainCommand, argv);
  expect(statSync(join(path, 'model.json')).mtimeMs).toBe(written);
  expect(JSON.parse(stdout)).toEqual(readLog(path).at(-1));
  expect(jsonOf('whole', 'model.json')).toEqual(before);
});

test('train writes metrics.json and curves.svg', () => {
  const summary = jsonOf('whole', 'metrics.json');
  const log = readLog(join(folder, 'whole'));
  expect(summary).toMatchObject({ steps: 4, plannedSteps: 4, loss: log[1]!.loss });
  expect(summary.seconds).toBeCloseTo(
    log.reduce((sum, { clipsPerSecond }) => sum + 4 / clipsPerSecond, 0),
    6,
  );
  expect(summary.validation.last).toEqual({ step: 4, accuracy: log[1]!.validation });
  const figure = bytesOf('whole', 'curves.svg').toString();
  expect(figure).toContain('Training of tones');
  expect(figure).toContain('words, validation');
});

test('train refuses a folder of another configuration, also by a setting that only one of them has', async () => {
  const path = join(folder, 'whole');
  await expect(trainModel({ ...config, seed: 2 }, path, { corpus })).rejects.toThrow(
    /whole holds a training run with another 'seed' \(1\)/,
  );
  await expect(trainModel({ ...config, words: ['low'] }, path, { corpus })).rejects.toThrow(
    /another 'words' \(none\)/,
  );
  const stored = jsonOf('whole', 'training.json');
  const other = join(folder, 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'training.json'), JSON.stringify({ ...stored, from: 'branched-small' }));
  await expect(trainModel(config, other, { corpus })).rejects.toThrow(/another 'from' \("branched-small"\)/);
  writeFileSync(join(other, 'training.json'), JSON.stringify({ ...stored, loaderThreads: 3, steps: 3 }));
  await expect(trainModel({ ...config, steps: 2 }, other, { corpus })).resolves.toMatchObject({ step: 2 });
});

test('train refuses a model that it did not train, unless it may overwrite it', async () => {
  const path = join(folder, 'foreign');
  mkdirSync(path);
  writeFileSync(join(path, 'model.json'), '{}');
  await expect(trainModel(config, path, { corpus })).rejects.toThrow(
    /model\.json is a model that was not trained in this folder.*set overwrite: true/,
  );
  expect(bytesOf('foreign', 'model.json').toString()).toBe('{}');
  await trainModel(config, path, { corpus, overwrite: true, untilStep: 2 });
  expect(loadModel(path).name).toBe('tones');
});

test('train refuses a folder in which a living process trains', async () => {
  const path = join(folder, 'locked');
  let tried: Promise<unknown> | undefined;
  await trainModel(config, path, {
    corpus,
    untilStep: 2,
    onMetrics: () => {
      tried = trainModel(config, path, { corpus });
      tried.catch(() => {});
    },
  });
  await expect(tried).rejects.toThrow(/locked must be used by one process at a time/);
  expect(existsSync(join(path, 'lock'))).toBe(false);
});

test('patience ends the training and keeps the weights of the best validation', async () => {
  const path = join(folder, 'patient');
  // Without learning no validation betters the first.
  const still = trainingConfig({ ...settings, steps: 20, patience: 2, learningRate: 1e-12 });
  const last = await trainModel(still, path, { corpus });
  const { best } = jsonOf('patient', 'metrics.json').validation;
  expect(jsonOf('patient', 'model.json').training).toMatchObject({
    steps: last!.step,
    bestStep: best.step,
    validation: best.accuracy,
  });
  expect(last!.step).toBeLessThan(20);
  expect(last!.step).toBe(best.step + 4);
  expect(bytesOf('patient', 'weights.safetensors').equals(bytesOf('patient', 'best.safetensors'))).toBe(
    false,
  );
  const again = await trainModel(still, path, { corpus });
  expect(again).toEqual(last);
});

test('a training whose corpus is missing leaves a folder that another configuration can use', async () => {
  const path = join(folder, 'late');
  const wrong = trainingConfig({ ...settings, corpus: join(folder, 'nowhere') });
  await expect(trainModel(wrong, path)).rejects.toThrow(/nowhere must hold a finished corpus/);
  const spy = vi.fn();
  await trainModel(config, path, { corpus, untilStep: 2, onMetrics: spy });
  expect(spy).toHaveBeenCalledTimes(1);
  rmSync(path, { recursive: true });
});

test('train on a corpus without music learns its words alone', async () => {
  const path = join(folder, 'words-only');
  const words = { ...corpus, entries: corpus.entries.filter(({ kind }) => kind !== 'music') };
  const last = await trainModel({ ...config, steps: 2 }, path, { corpus: words });
  expect(Object.keys(last!.validation!)).toEqual(['word']);
});

test('train from a model of other labels is refused, though as many', async () => {
  const from = join(folder, 'whole');
  const other = { ...corpus, wordLabels: ['null', 'high', 'middle'] };
  await expect(trainModel({ ...config, from }, join(folder, 'renamed'), { corpus: other })).rejects.toThrow(
    /from must be a model of the same word labels, .*whole has high, low; set words to these, newClasses to true, or leave from out/,
  );
});
