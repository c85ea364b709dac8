import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAccounts, setAccount } from '../../listening-test/experimenter/accounts.ts';
import { buildStudy } from '../../listening-test/study/buildStudy.ts';
import { loadStudy } from '../../listening-test/study/loadStudy.ts';
import { readRuns } from '../../listening-test/study/readRuns.ts';
import { readStudyConfig } from '../../listening-test/study/studyConfig.ts';
import { readTargets } from '../../listening-test/study/targets.ts';
import { readAnalysisConfig } from '../../src/analysis/config.ts';
import { readPowerPlan } from '../../src/analysis/power/plan.ts';
import { readCsvTable } from '../../src/base/readCsv.ts';
import { loadCorpus } from '../../src/corpus/format/loadCorpus.ts';
import { readNpy, writeNpy } from '../../src/formats/npy.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { networkOf } from '../../src/model/createAuditoryModel.ts';
import { loadModel } from '../../src/model/loadModel.ts';
import { readTrials } from '../../src/records/readTrials.ts';
import { readRunRecord } from '../../src/records/runFolder.ts';
import { readNullDistribution } from '../../src/synthesis/null/nullDistribution.ts';
import { synthesisPreset } from '../../src/synthesis/presets.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/synthesis/runs/checkpoint.ts';
import { readBranchStudyConfig } from '../../src/training/branchStudy/studyConfig.ts';
import {
  readCheckpoint as readTrainingCheckpoint,
  writeCheckpoint as writeTrainingCheckpoint,
} from '../../src/training/trainingCheckpoint.ts';
import { readTrainingConfig } from '../../src/training/trainingConfig.ts';
import { readLog } from '../../src/training/trainingLog.ts';
import { initialState } from '../../src/training/trainingState.ts';
import { checksum32 } from '../../stimuli/files/checksums.ts';
import { readSound } from '../../stimuli/readSound.ts';
import { writeToneCorpus } from '../corpus/toneCorpus.ts';
import { makeRuns, writeNoise } from '../listening-test/makeRuns.ts';
import { tinyDescription, tinySound, writeTinyModel } from '../tinyModel.ts';

/** A kind of file and what reads it. */
export interface Reader {
  name: string;
  /** A right file; changed copies are put in its place one after the other. */
  file: string;
  /** Mends a checksum, so that what is behind it is reached; half of the changed files go through it. */
  mend?: (bytes: Uint8Array) => Uint8Array;
  /** Reads it as the toolkit does. */
  read(): unknown;
}

/**
 * Every reader of files that come from outside, each with a right file of its own.
 *
 * @param folder - An empty folder, where the files are made.
 */
export async function readers(folder: string): Promise<Reader[]> {
  return [
    ...soundReaders(folder),
    ...arrayReaders(folder),
    ...modelReaders(folder),
    ...synthesisReaders(folder),
    ...trainingReaders(folder),
    ...tableReaders(folder),
    ...(await corpusReaders(folder)),
    ...(await studyReaders(folder)),
  ];
}

const sounds = join(import.meta.dirname, '..', 'stimuli', 'sounds');
const reference = join(import.meta.dirname, '..', 'reference');

function soundReaders(folder: string): Reader[] {
  const made = ['flac', 'mp3', 'ogg', 'opus', 'oga', 'aiff', 'w64'].map((extension) => {
    const file = join(folder, `sound.${extension}`);
    copyFileSync(join(sounds, `tone.${extension}`), file);
    return file;
  });
  const wav = join(folder, 'sound.wav');
  writeNoise(wav, 1);
  const npy = join(folder, 'sound.npy');
  writeNpy(npy, tinySound(1));
  return [...made, wav, npy].flatMap((file) =>
    [0.1, null].map((durationSeconds) => ({
      name: `${durationSeconds === null ? 'whole sound' : 'sound'} ${file.split('.').at(-1)}`,
      file,
      ...(/\.(ogg|opus|oga)$/.test(file) ? { mend: withPageChecksums } : {}),
      read: () => readSound(file, { durationSeconds, sampleRateHz: 16000 }),
    })),
  );
}

/** With the checksum of every Ogg page as it should be. */
function withPageChecksums(bytes: Uint8Array): Uint8Array {
  const mended = Buffer.from(bytes);
  for (let at = mended.indexOf('OggS'); at >= 0; at = mended.indexOf('OggS', at + 4)) {
    const lacing = mended.subarray(at + 27, at + 27 + (mended[at + 26] ?? 0));
    const end = at + 27 + lacing.length + lacing.reduce((sum, length) => sum + length, 0);
    if (end <= mended.length) mended.writeUInt32LE(checksum32(mended.subarray(at, end), 22), at + 22);
  }
  return mended;
}

function arrayReaders(folder: string): Reader[] {
  const npy = join(folder, 'array.npy');
  writeNpy(npy, new Float32Array(60), [3, 20]);
  const safetensors = join(folder, 'array.safetensors');
  copyFileSync(join(reference, 'example.safetensors'), safetensors);
  return [
    { name: 'npy', file: npy, read: () => readNpy(npy) },
    { name: 'safetensors', file: safetensors, read: () => readSafetensors(safetensors) },
  ];
}

function modelReaders(folder: string): Reader[] {
  const model = folderIn(folder, 'model');
  writeTinyModel(model);
  const waveform = join(folder, 'waveform.onnx');
  copyFileSync(join(reference, 'waveformNetwork.onnx'), waveform);
  const described = join(folder, 'described.onnx');
  copyFileSync(join(reference, 'cochleagramNetwork.onnx'), described);
  const description = textFile(folder, 'described.json', {
    ...{ version: 1, name: 'mine', samples: 2000 },
    cochleagram: { sampleRateHz: 8000, filters: 11, highHz: 4000, overcomplete: 1 },
    stages: [
      { name: 'conv1', tensor: 'relu0' },
      { name: 'top', tensor: 'top' },
    ],
    classifiers: [{ task: 'word', stage: 'top', labels: ['__null__', 'tea', 'coffee', 'milk'] }],
  });
  return [
    { name: 'model.json', file: join(model, 'model.json'), read: () => loadModel(model) },
    { name: 'weights.safetensors', file: join(model, 'weights.safetensors'), read: () => loadModel(model) },
    { name: 'ONNX of waveforms', file: waveform, read: () => loadModel(waveform) },
    { name: 'ONNX of cochleagrams', file: described, read: () => loadModel(described) },
    { name: 'description of ONNX', file: description, read: () => loadModel(described) },
  ];
}

function synthesisReaders(folder: string): Reader[] {
  const run = folderIn(folder, 'run');
  const start = synthesisPreset('fast').optimizer(10).init(tinySound(1));
  const settings = { seed: 1, preset: 'fast' };
  writeCheckpoint(run, settings, { state: { ...start, step: 2 }, losses: [3, 2], seconds: 1 });
  const criteria = { passed: true, verdict: 'passed', spearman: 0.9, predictedClass: null };
  const record = textFile(run, 'run.json', {
    ...{ sound: 'a.wav', stage: 'conv3', model: 'tiny', modelHash: 'x', steps: 10, loss: [[0, 1]], criteria },
    objective: { name: 'match', weights: { conv3: 1 } },
  });
  const maxima = {
    max: 0.5,
    mean: 0.1,
    quantiles: { '0.5': 0.1 },
    histogram: { low: -1, high: 1, counts: [1, 2] },
  };
  const stage = { spearman: maxima, pearson: maxima, snrDb: maxima };
  const nulls = textFile(folder, 'null.json', {
    ...{ model: 'tiny', modelHash: 'x', pairs: 10, stages: { conv3: stage } },
  });
  return [
    {
      name: 'checkpoint of a synthesis',
      file: join(run, 'checkpoint.bin'),
      read: () => readCheckpoint(run, { settings, steps: 10, start }),
    },
    { name: 'run.json', file: record, read: () => readRunRecord(run) },
    { name: 'null', file: nulls, read: () => readNullDistribution(nulls, 'x') },
  ];
}

function trainingReaders(folder: string): Reader[] {
  const training = folderIn(folder, 'training');
  const plan = networkOf(tinyDescription);
  writeTrainingCheckpoint(training, plan, { state: { ...initialState(plan, 1), step: 3 }, meter: undefined });
  const line = (step: number) =>
    JSON.stringify({ step, loss: 2, gradientNorm: 1, learningRate: 0.1, accuracy: { word: 0.5 } });
  const log = join(training, 'metrics.jsonl');
  writeFileSync(log, `${line(20)}\n${line(40)}\n`);
  const settings = {
    name: 'a',
    corpus: 'corpus',
    steps: 100,
    batchSize: 4,
    seed: 1,
    draw: { wordSnrDb: [-9, 18] },
  };
  const config = textFile(folder, 'training.json', settings);
  const branches = textFile(folder, 'branches.json', { ...settings, branchPoints: [3, 7], seeds: [1] });
  return [
    {
      name: 'checkpoint of a training',
      file: join(training, 'checkpoint.safetensors'),
      read: () => readTrainingCheckpoint(training, plan),
    },
    { name: 'metrics.jsonl', file: log, read: () => readLog(training) },
    { name: 'training configuration', file: config, read: () => readTrainingConfig(config) },
    { name: 'branch study configuration', file: branches, read: () => readBranchStudyConfig(branches) },
  ];
}

const trialColumns =
  'study,participant,observer,task,block,trial_index,source_id,condition,stage,metamer_model,target,response,correct,rt_ms,play_valid,excluded,exclusion_rules,started_at,responded_at';

function tableReaders(folder: string): Reader[] {
  const trials = join(folder, 'trials.csv');
  const row = (i: number) =>
    `s,p${i % 3},human,word,main,${i},clip${i},natural,,,yes,${i % 2 ? 'yes' : 'no'},${i % 2},512.5,1,0,,2026-01-01T00:00:00Z,2026-01-01T00:00:02Z`;
  writeFileSync(trials, `${[trialColumns, ...Array.from({ length: 12 }, (_, i) => row(i))].join('\n')}\n`);
  const targets = join(folder, 'targets.csv');
  writeFileSync(targets, 'sound,target,task\na.wav,after,word\nb.wav,jazz,genre\n');
  const analysis = textFile(folder, 'analysis.json', {});
  const plan = textFile(folder, 'plan.json', {
    ...{ participants: [10, 20], trialsPerLevel: 8, participantSd: 0.5, itemSd: 0.3 },
    levels: ['relu0', 'relu4'].map((level) => ({ level, human: 0.8, model: 0.9 })),
  });
  return [
    { name: 'trials.csv', file: trials, read: () => readTrials(trials) },
    { name: 'table', file: targets, read: () => readCsvTable(targets) },
    { name: 'targets', file: targets, read: () => readTargets(targets) },
    { name: 'analysis configuration', file: analysis, read: () => readAnalysisConfig(analysis) },
    { name: 'power plan', file: plan, read: () => readPowerPlan(plan) },
  ];
}

async function corpusReaders(folder: string): Promise<Reader[]> {
  const corpus = folderIn(folder, 'corpus');
  await writeToneCorpus(corpus);
  return ['corpus.json', 'manifest.jsonl'].map((name) => ({
    name,
    file: join(corpus, name),
    read: () => loadCorpus(corpus),
  }));
}

async function studyReaders(folder: string): Promise<Reader[]> {
  const runs = makeRuns(join(folder, 'runs'), {
    sources: [
      { name: 'one', predicted: 'after' },
      { name: 'two', predicted: 'before' },
    ],
    stages: ['relu0'],
  });
  const study = join(folder, 'study');
  await buildStudy({ runs: [runs], folder: study, counts: { practice: 0, catch: 0 } });
  const accounts = folderIn(folder, 'accounts');
  setAccount(accounts, 'experimenter', 'a long password');
  const config = textFile(folder, 'study-config.json', { title: 'Words', rms: 0.05 });
  const record = join(runs, 'one', 'relu0', 'run.json');
  return [
    ...['study.json', 'answers.json'].map((name) => ({
      ...{ name, file: join(study, name) },
      read: () => loadStudy(study),
    })),
    { name: 'run.json of a study', file: record, read: () => readRuns([runs]) },
    { name: 'study configuration', file: config, read: () => readStudyConfig(config) },
    { name: 'accounts', file: join(accounts, 'admin.json'), read: () => readAccounts(accounts) },
  ];
}

function folderIn(folder: string, name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

function textFile(folder: string, name: string, value: object): string {
  const path = join(folder, name);
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
  return path;
}
