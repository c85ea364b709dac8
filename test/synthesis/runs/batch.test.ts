import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRunRecord } from '../../../src/records/runFolder.ts';
import type { NullDistribution } from '../../../src/synthesis/null/nullDistribution.ts';
import { type BatchSettings, runBatch } from '../../../src/synthesis/runs/batch.ts';
import { type BatchItem, layOutBatch, parseStages } from '../../../src/synthesis/runs/layOutRuns.ts';
import { fewOpsModel } from '../../fewOpsModel.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinyModel, tinySound } from '../../tinyModel.ts';
import { hasWebgpu } from '../../webgpuDevice.ts';

const model = tinyModel();

function settings(more: Partial<BatchSettings> = {}): BatchSettings {
  return {
    ...{ model, preset: 'fast', stepLimit: 20, seed: 1, engine: 'onnxruntime', device: 'cpu', threads: 1 },
    versions: {},
    ...more,
  };
}

function items(out: string, ...stages: string[]): BatchItem[] {
  return layOutBatch(
    [{ sound: 'sound.wav', waveform: tinySound() }],
    stages.map((stage) => ({ [stage]: 1 })),
    out,
  );
}

const bytesOf = ({ folder }: BatchItem, name = 'metamer.wav') => readFileSync(join(folder, name));

/** Options that break a run off at a step, with a checkpoint after each. */
function breakAt(at: number, stage = '') {
  return {
    checkpointEverySeconds: 0,
    onProgress: ({ folder }: BatchItem, { step }: { step: number }) => {
      if (step === at && folder.endsWith(stage)) throw new Error('interrupted');
    },
  };
}

/** Options that collect the steps that are taken. */
function counting() {
  const steps: number[] = [];
  return { steps, onProgress: (_: BatchItem, { step }: { step: number }) => steps.push(step) };
}

test('an overwriting run that was interrupted goes on, and the finished one stays until it is replaced', async () => {
  const [item] = items(temporaryFolder(), 'conv3');
  const [whole] = items(temporaryFolder(), 'conv3');
  await runBatch([whole!], settings({ seed: 2 }));
  await runBatch([item!], settings());
  const before = bytesOf(item!);
  const replacing = [[item!], settings({ seed: 2 })] as const;
  await expect(runBatch(...replacing, { overwrite: true, ...breakAt(12) })).rejects.toThrow('interrupted');
  expect(bytesOf(item!).equals(before)).toBe(true);
  expect(readRunRecord(item!.folder)!.seed).toBe(1);
  const { steps, onProgress } = counting();
  await runBatch(...replacing, { overwrite: true, onProgress });
  expect(steps[0]).toBe(12);
  expect(bytesOf(item!).equals(bytesOf(whole!))).toBe(true);
  expect(readdirSync(item!.folder).sort()).toEqual(['metamer.wav', 'reference.wav', 'run.json']);
});

test('an overwriting batch that was interrupted keeps what it has replaced already', async () => {
  const out = temporaryFolder();
  const both = items(out, 'conv2', 'conv3');
  await runBatch(both, settings({ stepLimit: 4 }));
  const broken = runBatch(both, settings(), { overwrite: true, ...breakAt(12, 'conv3') });
  await expect(broken).rejects.toThrow('interrupted');
  const replacedAt = statSync(join(both[0]!.folder, 'run.json')).mtimeMs;
  const { steps, onProgress } = counting();
  await runBatch(both, settings(), { overwrite: true, onProgress });
  expect(steps).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20]);
  expect(statSync(join(both[0]!.folder, 'run.json')).mtimeMs).toBe(replacedAt);
  expect(readdirSync(out)).toEqual(['sound']);
  const again = counting();
  await runBatch(both, settings(), { overwrite: true, onProgress: again.onProgress });
  expect(again.steps.length).toBe(40);
});

test('a checkpoint of other versions is refused, and begun anew with overwrite', async () => {
  const [item] = items(temporaryFolder(), 'conv3');
  const old = settings({ versions: { node: '1' } });
  await expect(runBatch([item!], old, breakAt(7))).rejects.toThrow('interrupted');
  await expect(runBatch([item!], settings({ versions: { node: '2' } }))).rejects.toThrow(
    /holds a run with versions \{"node":"1"\}, asked for is \{"node":"2"\}; .*set overwrite: true/,
  );
  writeFileSync(join(item!.folder, 'checkpoint.bin'), bytesOf(item!, 'checkpoint.bin').subarray(0, 500));
  await expect(runBatch([item!], old)).rejects.toThrow(/checkpoint.bin .*cut off .*set overwrite: true/);
  const { steps, onProgress } = counting();
  await runBatch([item!], old, { overwrite: true, onProgress });
  expect(steps[0]).toBe(1);
});

test('a signal stops a run after its step, with a checkpoint and without a lock', async () => {
  const [item] = items(temporaryFolder(), 'conv3');
  const stopping = new AbortController();
  const stopped = runBatch([item!], settings(), {
    signal: stopping.signal,
    onProgress: (_, { step }) => {
      if (step === 5) stopping.abort();
    },
  });
  const reason = await stopped.catch((error) => error);
  expect(reason).toBe(stopping.signal.reason);
  expect(readdirSync(item!.folder)).toEqual(['checkpoint.bin']);
  const { steps, onProgress } = counting();
  await runBatch([item!], settings(), { onProgress });
  expect(steps[0]).toBe(6);
});

test('a finished run is judged anew against a null, from its sounds, without a step', async () => {
  const [item] = items(temporaryFolder(), 'conv3');
  const [before] = await runBatch([item!], settings());
  const sound = bytesOf(item!);
  const { steps, onProgress } = counting();
  const strict = nullOf(2);
  const [record] = await runBatch([item!], settings({ nullDistribution: strict }), { onProgress });
  expect(steps).toEqual([]);
  expect(bytesOf(item!).equals(sound)).toBe(true);
  expect(record!.criteria.passed).toBe(false);
  expect(record!.criteria.nullMaxima).toEqual({ conv3: { spearman: 2, pearson: 2, snrDb: 2 } });
  expect(record!.nullPath).toBe('strict.json');
  expect(record!.criteria.stages).toEqual(before!.criteria.stages);
  expect(record).toEqual(readRunRecord(item!.folder));
  const writtenAt = statSync(join(item!.folder, 'run.json')).mtimeMs;
  await runBatch([item!], settings({ nullDistribution: strict }));
  await runBatch([item!], settings());
  expect(statSync(join(item!.folder, 'run.json')).mtimeMs).toBe(writtenAt);
});

test('a null without a stage of the batch is refused before anything is made', async () => {
  const out = temporaryFolder();
  const nullDistribution = nullOf(0);
  await expect(runBatch(items(out, 'conv3', 'conv2'), settings({ nullDistribution }))).rejects.toThrow(
    /must hold stage 'conv2', it has conv3/,
  );
  expect(readdirSync(out)).toEqual([]);
});

test('saving the graph leaves a metamer as it is', async () => {
  const [alone, saving] = [items(temporaryFolder(), 'conv3'), items(temporaryFolder(), 'conv3')];
  await runBatch(alone, settings());
  await runBatch(saving, settings({ saveOnnxPath: join(temporaryFolder(), 'graph.onnx') }));
  const [first, second] = [alone, saving].map(([item]) => readFileSync(join(item!.folder, 'metamer.wav')));
  expect(second).toEqual(first);
});

test('saveOnnxPath: written for a finished run too, kept when equal, another file only replaced on demand', async () => {
  const out = temporaryFolder();
  const [item] = items(out, 'conv3');
  await runBatch([item!], settings());
  const saveOnnxPath = join(out, 'graph.onnx');
  await runBatch([item!], settings({ saveOnnxPath }));
  const saved = readFileSync(saveOnnxPath);
  expect(saved.length).toBeGreaterThan(10_000);
  await runBatch([item!], settings({ saveOnnxPath }));
  writeFileSync(saveOnnxPath, 'mine');
  await expect(runBatch([item!], settings({ saveOnnxPath }))).rejects.toThrow(
    /graph.onnx exists already; choose another name, or set overwrite: true/,
  );
  expect(readFileSync(saveOnnxPath, 'utf8')).toBe('mine');
  await runBatch([item!], settings({ saveOnnxPath, overwriteOnnx: true }));
  expect(readFileSync(saveOnnxPath).equals(saved)).toBe(true);
});

test('a run of weighted stages has a folder without the colon that not every file system takes', () => {
  const [item] = layOutBatch([{ sound: 'a.wav', waveform: tinySound() }], [{ conv2: 1, conv3: 0.5 }], 'out');
  expect(item!.folder).toBe(join('out', 'a', 'conv2=1+conv3=0.5'));
});

test('sounds whose names share a folder or lead out of it are refused, and a stage named twice', () => {
  const laidOut = (...sounds: string[]) =>
    layOutBatch(
      sounds.map((sound) => ({ sound, waveform: tinySound() })),
      [{ conv3: 1 }],
      'out',
    );
  expect(() => laidOut('a/word.wav', 'b/word.flac')).toThrow(/two sounds are named 'word'/);
  expect(() => laidOut('caf\u00e9.wav', 'cafe\u0301.wav')).toThrow(/two sounds are named 'caf\u00e9'/);
  expect(() => laidOut('...wav')).toThrow(/'...wav' must have a name that can be a folder's/);
  expect(() => laidOut('..wav')).toThrow(/'..wav' must have a name that can be a folder's/);
  expect(laidOut('odd näme (1)\n.wav')[0]!.folder).toBe(join('out', 'odd näme (1)\n', 'conv3'));
  expect(() => parseStages('conv3+conv3:2', model)).toThrow(/each stage must be named once/);
  expect(() => parseStages('conv3:1:2', model)).toThrow(/weight of conv3 must be > 0 and finite, got '1:2'/);
  expect(existsSync('out')).toBe(false);
});

/** A null distribution whose maxima are all of one value. */
function nullOf(max: number): NullDistribution {
  const stage = { spearman: { max }, pearson: { max }, snrDb: { max } };
  return { model: 'tiny', modelHash: 'tiny', pairs: 10, path: 'strict.json', stages: { conv3: stage } };
}

test.each([
  [0, 'webgpu', /soundsPerGraph must be a whole number ≥ 1, got 0/],
  [1.5, 'webgpu', /soundsPerGraph must be a whole number ≥ 1, got 1\.5/],
  [2, 'cpu', /soundsPerGraph must be 1 where sounds don't stay on a device, got 2/],
] as const)('runBatch refuses %s sounds in a graph on %s', async (soundsPerGraph, device, message) => {
  const batch = runBatch(items(temporaryFolder(), 'conv3'), settings({ soundsPerGraph, device }));
  await expect(batch).rejects.toThrow(message);
});

test.skipIf(!hasWebgpu)(
  'runBatch takes three runs two at once on WebGPU, each to the losses of the processor; one that fails stops the other at a checkpoint (skipped where there is no WebGPU device)',
  async () => {
    const [here, there] = ['cpu', 'webgpu'].map((device) => {
      const out = temporaryFolder();
      const sounds = [1, 2, 3].map((seed) => ({ sound: `${seed}.wav`, waveform: tinySound(seed) }));
      const shared = {
        model: fewOpsModel(4000),
        preset: 'published-2023',
        stepLimit: 3,
        device: device as 'cpu',
      };
      return { items: layOutBatch(sounds, [{ heard: 1 }], out), settings: settings(shared as object) };
    });
    const expected = await runBatch(here!.items, here!.settings);
    const together = { ...there!.settings, soundsPerGraph: 2 };
    const broken = breakAt(1, join('2', 'heard'));
    await expect(runBatch(there!.items, together, broken)).rejects.toThrow('interrupted');
    expect(there!.items.map(({ folder }) => existsSync(join(folder, 'checkpoint.bin')))).toEqual([
      true,
      false,
      false,
    ]);
    const records = await runBatch(there!.items, together);
    for (const [i, { loss: curve }] of records.entries())
      for (const [step, [, loss]] of curve.entries())
        expect(Math.abs(loss / expected[i]!.loss[step]![1] - 1)).toBeLessThan(2e-4);
  },
);
