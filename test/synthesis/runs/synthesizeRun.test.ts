import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judge } from '../../../src/synthesis/criteria.ts';
import {
  type BatchItem,
  type BatchSettings,
  layOutBatch,
  runBatch,
} from '../../../src/synthesis/runs/batch.ts';
import { readRunRecord } from '../../../src/synthesis/runs/runFolder.ts';
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
