import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCheckedArrays, writeCheckedArrays } from '../../../src/formats/checkedArrays.ts';
import type { NamedArray } from '../../../src/formats/safetensors.ts';
import { readRunRecord } from '../../../src/records/runFolder.ts';
import { judge } from '../../../src/synthesis/criteria.ts';
import { type BatchSettings, runBatch } from '../../../src/synthesis/runs/batch.ts';
import { type BatchItem, layOutBatch } from '../../../src/synthesis/runs/layOutRuns.ts';
import { readSound } from '../../../stimuli/readSound.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinyModel, tinySound } from '../../tinyModel.ts';

const model = tinyModel();

function settings(more: Partial<BatchSettings> = {}): BatchSettings {
  return {
    model,
    preset: 'fast',
    stepLimit: 40,
    seed: 1,
    engine: 'onnxruntime',
    device: 'cpu',
    threads: 1,
    versions: {},
    ...more,
  };
}

function items(out: string, ...stages: Record<string, number>[]): BatchItem[] {
  return layOutBatch([{ sound: 'sound.wav', waveform: tinySound() }], stages, out);
}

const metamerBytes = (item: BatchItem) => readFileSync(join(item.folder, 'metamer.wav'));

test('a run lowers the loss, leaves exactly its three files, and repeats bit for bit from its seed', async () => {
  const [first] = items(temporaryFolder(), { conv3: 1 });
  const [second] = items(temporaryFolder(), { conv3: 1 });
  const [record] = await runBatch([first!], settings());
  await runBatch([second!], settings());
  expect(record!.loss.at(-1)![1]).toBeLessThan(0.2 * record!.loss[0]![1]);
  expect(readdirSync(first!.folder).sort()).toEqual(['metamer.wav', 'reference.wav', 'run.json']);
  expect(metamerBytes(first!).equals(metamerBytes(second!))).toBe(true);
});

test('another seed gives another metamer', async () => {
  const [first] = items(temporaryFolder(), { conv3: 1 });
  const [second] = items(temporaryFolder(), { conv3: 1 });
  await runBatch([first!], settings());
  await runBatch([second!], settings({ seed: 2 }));
  expect(metamerBytes(first!).equals(metamerBytes(second!))).toBe(false);
});

test('an interrupted run resumes from its checkpoint to the bits of an uninterrupted one', async () => {
  const [whole] = items(temporaryFolder(), { conv3: 1 });
  const [broken] = items(temporaryFolder(), { conv3: 1 });
  await runBatch([whole!], settings());
  const interrupt = {
    checkpointEverySeconds: 0,
    onProgress: (_: BatchItem, { step }: { step: number }) => failAt(step, 17),
  };
  await expect(runBatch([broken!], settings(), interrupt)).rejects.toThrow('interrupted');
  expect(readdirSync(broken!.folder)).toEqual(['checkpoint.bin']);
  const [record] = await runBatch([broken!], settings());
  expect(metamerBytes(broken!).equals(metamerBytes(whole!))).toBe(true);
  expect(record!.loss).toEqual(readRunRecord(whole!.folder)!.loss);
});

test('a finished run is returned as it is, and refused under other settings unless overwritten', async () => {
  const [item] = items(temporaryFolder(), { conv3: 1 });
  const [record] = await runBatch([item!], settings());
  const progress: number[] = [];
  const [again] = await runBatch([item!], settings(), { onProgress: (_, { step }) => progress.push(step) });
  expect(progress).toEqual([]);
  expect(again).toEqual(JSON.parse(JSON.stringify(record)));
  await expect(runBatch([item!], settings({ seed: 3 }))).rejects.toThrow(
    /holds a run with seed 1, asked for is 3/,
  );
  const [replaced] = await runBatch([item!], settings({ seed: 3 }), { overwrite: true });
  expect(replaced!.seed).toBe(3);
});

test('a folder in use by a living process is refused, that of a dead one is taken over', async () => {
  const [item] = items(temporaryFolder(), { conv3: 1 });
  await runBatch([item!], settings());
  const lock = join(item!.folder, 'lock');
  const options = { overwrite: true };
  writeFileSync(lock, JSON.stringify({ pid: process.ppid, host: (await import('node:os')).hostname() }));
  await expect(runBatch([item!], settings(), options)).rejects.toThrow(/used by one process at a time/);
  writeFileSync(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: (await import('node:os')).hostname() }));
  await runBatch([item!], settings(), options);
  expect(existsSync(lock)).toBe(false);
});

test('several stages of both branches are matched at once', async () => {
  const [item] = items(temporaryFolder(), { 'conv4.word': 1, 'conv4.music': 2 });
  const [record] = await runBatch([item!], settings());
  expect(record!.stage).toBe('conv4.word:1+conv4.music:2');
  expect(Object.keys(record!.criteria.stages)).toEqual(['conv4.word', 'conv4.music']);
  expect(Object.keys(record!.criteria.predictedClasses)).toEqual(['word', 'genre']);
  expect(record!.criteria.pearson).toBeGreaterThan(0.95);
});

test('the criteria of run.json are those recomputed from the two WAV files with the exact ear', async () => {
  const [item] = items(temporaryFolder(), { norm1: 1 });
  const [record] = await runBatch([item!], settings());
  const read = async (name: string) =>
    (
      await readSound(join(item!.folder, name), {
        sampleRateHz: 8000,
        durationSeconds: 0.5,
        rms: null,
        demean: false,
      })
    ).samples;
  const sounds = { reference: await read('reference.wav'), metamer: await read('metamer.wav') };
  const { criteria, difference } = await judge(model, sounds, ['norm1']);
  expect(criteria).toEqual(record!.criteria);
  expect(difference).toEqual(record!.difference);
  expect(difference.earlierStages['cochleagram']).toBeGreaterThan(0.01);
  expect(Math.abs(difference.waveformCorrelation)).toBeLessThan(0.9);
});

test('the published preset takes steps of length 1 against the gradient', async () => {
  const [item] = items(temporaryFolder(), { cochleagram: 1 });
  await runBatch([item!], settings({ preset: 'published-2023', stepLimit: 1 }));
  const { samples } = await readSound(join(item!.folder, 'metamer.wav'), {
    sampleRateHz: 8000,
    durationSeconds: 0.5,
    rms: null,
    demean: false,
  });
  // From noise of 1e-5 (norm 6e-4) one step of length 1.
  expect(Math.hypot(...samples)).toBeCloseTo(1, 2);
});

function failAt(step: number, at: number): void {
  if (step === at) throw new Error('interrupted');
}

const checkpointOf = (item: BatchItem) => join(item.folder, 'checkpoint.bin');

/** A run that was stopped after two steps, its checkpoint changed, and gone on with. */
async function changedRun(change: (path: string) => void, overwrite = false): Promise<string> {
  const [item] = items(temporaryFolder(), { conv3: 1 });
  const stopping = new AbortController();
  await runBatch([item!], settings(), {
    signal: stopping.signal,
    onProgress: (_, { step }) => {
      if (step === 2) stopping.abort(new Error('stopped'));
    },
  }).catch(() => {});
  change(checkpointOf(item!));
  return runBatch([item!], settings(), { overwrite }).then(
    ([record]) => `steps ${record!.steps}`,
    (error: Error) => `${error.name}: ${error.message.replaceAll(item!.folder, 'RUN')}`,
  );
}

/** Stores the checkpoint anew, as an outdated or a wrong program would, with a right checksum. */
const withTexts = (texts: Record<string, string>) => (path: string) => {
  const { arrays, metadata } = readCheckedArrays(path);
  writeCheckedArrays(path, { arrays, metadata: { ...metadata, ...texts } });
};
const withArrays = (change: (arrays: Map<string, NamedArray>) => void) => (path: string) => {
  const { arrays, metadata } = readCheckedArrays(path);
  const changed = new Map(arrays);
  change(changed);
  writeCheckedArrays(path, { arrays: changed, metadata });
};
const asNew = /; use another folder, or set overwrite: true$/;

test.each<[what: string, change: (path: string) => void, message: RegExp]>([
  ['nothing', () => {}, /^steps \d+$/],
  [
    'a step beyond the end',
    withTexts({ step: '100000' }),
    /^InputError: RUN.checkpoint\.bin: step must be a whole number from 0 to \d+, got '100000'; use another folder, or set overwrite: true$/,
  ],
  [
    'a step that is no number',
    withTexts({ step: 'NaN' }),
    /step must be a whole number from 0 to \d+, got 'NaN'/,
  ],
  ['a step that is empty', withTexts({ step: '' }), /step must be a whole number from 0 to \d+, got ''/],
  ['a step between two', withTexts({ step: '1.5' }), /step must be a whole number/],
  ['a step before the first', withTexts({ step: '-1' }), /step must be a whole number/],
  [
    'another number of losses than steps',
    withTexts({ step: '1' }),
    /losses must have the shape \[1\], it has \[2\]/,
  ],
  ['a time that is none', withTexts({ seconds: 'x' }), /seconds must be a number ≥ 0, got 'x'/],
  [
    'settings that are none',
    withTexts({ settings: 'null' }),
    /must hold the settings of its run, it does not/,
  ],
  [
    'settings that are no JSON',
    withTexts({ settings: '{' }),
    /must hold the settings of its run, it does not/,
  ],
  [
    'no waveform',
    withArrays((arrays) => arrays.delete('waveform')),
    /waveform must have the shape \[4000\], it is missing/,
  ],
  [
    'a waveform of another length',
    withArrays((arrays) => arrays.set('waveform', { shape: [2], values: new Float32Array(2) })),
    /waveform must have the shape \[4000\], it has \[2\]/,
  ],
  [
    'less memory',
    withArrays((arrays) => arrays.delete('memory1')),
    /memory1 must have the shape \[\d+\], it is missing/,
  ],
  [
    'changed bits',
    (path) => {
      const bytes = readFileSync(path);
      bytes[bytes.length - 3]! ^= 1;
      writeFileSync(path, bytes);
    },
    /must have the SHA-256 that it names, it was changed or damaged/,
  ],
  ['half of the file', (path) => truncateSync(path, 1000), asNew],
  ['an empty file', (path) => truncateSync(path, 0), asNew],
])('a run that is gone on with, its checkpoint holding %s', async (_, change, message) => {
  const told = await changedRun(change);
  expect(told).toMatch(message);
  if (!told.startsWith('steps')) expect(told).toMatch(asNew);
});

test('overwriting begins a run anew whose checkpoint is damaged', async () => {
  expect(await changedRun((path) => truncateSync(path, 1000), true)).toMatch(/^steps \d+$/);
});

test('a run that lost its lock while it was suspended writes no more', async () => {
  const [item] = items(temporaryFolder(), { conv3: 1 });
  const taken = JSON.stringify({ id: 'other', pid: 7, host: 'elsewhere' });
  const run = runBatch([item!], settings(), {
    checkpointEverySeconds: 0,
    onProgress: (_, { step }) => {
      if (step === 2) writeFileSync(join(item!.folder, 'lock'), taken);
    },
  });
  await expect(run).rejects.toThrow(/this one was suspended or cut off and process 7 on elsewhere has it/);
  expect(existsSync(join(item!.folder, 'run.json'))).toBe(false);
  expect(readFileSync(join(item!.folder, 'lock'), 'utf8')).toBe(taken);
});
