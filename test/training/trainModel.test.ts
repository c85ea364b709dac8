import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { trainCommand } from '../../src/cli/commands/train.ts';
import { type LoadedCorpus, loadCorpus } from '../../src/corpus/format/loadCorpus.ts';
import { loadModel } from '../../src/model/loadModel.ts';
import { trainingConfig } from '../../src/training/trainingConfig.ts';
import { readLog } from '../../src/training/trainingFolder.ts';
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
    /from must be a model of the same word labels, .*whole has high, low; set words to these/,
  );
});
