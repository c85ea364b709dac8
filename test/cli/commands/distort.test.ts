import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readRuns } from '../../../listening-test/study/readRuns.ts';
import { distortCommand } from '../../../src/cli/commands/distort.ts';
import type { DifferentiationRecord } from '../../../src/experiments/distort/differentiate/differentiationRecord.ts';
import type { EigenRecord } from '../../../src/experiments/distort/eigen/eigenRecord.ts';
import { eigenRun } from '../../../src/experiments/distort/eigen/eigenRun.ts';
import type {
  PrincipalRecord,
  PrincipalSensitivity,
} from '../../../src/experiments/distort/principal/principalRecord.ts';
import { readNpy, writeNpy } from '../../../src/formats/npy.ts';
import { loadModel } from '../../../src/model/loadModel.ts';
import { readSound } from '../../../stimuli/readSound.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinySound, writeTinyModel } from '../../tinyModel.ts';
import { runCommand } from '../runCommand.ts';

const folder = temporaryFolder();
const [model, sound, out] = ['tiny', 'vowel.npy', 'distorted'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
mkdirSync(model);
writeTinyModel(model);
writeNpy(sound, tinySound(1));
const levels = ['--levels-db', '-40,-20'];
const common = ['eigen', sound, '--model', model, '--stage', 'conv3', '--threads', '1', '--iterations', '15'];
const search = join(out, 'vowel', 'conv3');
const recordOf = (of = search): EigenRecord => JSON.parse(readFileSync(join(of, 'eigen.json'), 'utf8'));
const samplesOf = async (path: string) =>
  (await readSound(path, { sampleRateHz: 8000, durationSeconds: null, rms: null, demean: false })).samples;
const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
let printed: string;

beforeAll(async () => {
  const { code, stdout } = await runCommand(distortCommand, [...common, ...levels, '--out', out]);
  expect(code).toBe(0);
  printed = stdout;
});

test('distort writes the sound changed by each eigendistortion at each level re the sound', async () => {
  expect(readdirSync(search).sort()).toEqual([
    ...['eigen.json', 'eigen.svg', 'largest', 'largest.npy', 'smallest', 'smallest.npy'],
  ]);
  for (const end of ['largest', 'smallest'])
    for (const level of [-40, -20]) {
      const run = join(search, end, `${level}dB`);
      const [metamer, reference] = [
        await samplesOf(join(run, 'metamer.wav')),
        await samplesOf(join(run, 'reference.wav')),
      ];
      const change = metamer.map((value, i) => value - reference[i]!);
      expect(20 * Math.log10(norm(change) / norm(reference))).toBeCloseTo(level, 2);
      const direction = readNpy(join(search, `${end}.npy`)).values as Float32Array;
      const along = change.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      expect(along / norm(change)).toBeCloseTo(1, 4);
    }
});

test('the stage notices the largest more than noise, and noise more than the smallest, as predicted for small changes', () => {
  const { distortions, noise, thresholdRatioDb } = recordOf();
  const { largest, smallest } = distortions;
  expect(largest.eigenvalue).toBeGreaterThan(5 * noise.eigenvalue);
  expect(smallest.eigenvalue).toBeLessThan(noise.eigenvalue);
  // The change of the activations is the root of what the metric gives it.
  const times = largest.levels[0]!.predicted / noise.levels[0]!.predicted;
  expect(largest.eigenvalue / noise.eigenvalue).toBeCloseTo(times ** 2, 6);
  expect(thresholdRatioDb).toBeCloseTo(10 * Math.log10(largest.eigenvalue / smallest.eigenvalue), 6);
  for (const [i] of [-40, -20].entries()) {
    expect(largest.levels[i]!.measured).toBeGreaterThan(noise.levels[i]!.measured);
    // Where it holds: the smallest is soon beyond the range of its metric.
    expect(noise.levels[i]!.predicted).toBeGreaterThan(2 * smallest.levels[i]!.predicted);
  }
  // Ten times the change, ten times the effect.
  expect(noise.levels[1]!.predicted / noise.levels[0]!.predicted).toBeCloseTo(10, 4);
  expect(printed).toContain(largest.eigenvalue.toExponential(3));
  expect(printed).toContain('15, not converged');
});

test('a study takes the changed sounds as runs', () => {
  const runs = readRuns([out]);
  expect(runs.map(({ stage, passed }) => `${stage} ${passed}`).sort()).toEqual([
    ...['conv3 largest -20 dB true', 'conv3 largest -40 dB true'],
    ...['conv3 smallest -20 dB true', 'conv3 smallest -40 dB true'],
  ]);
});

test('finished results are kept, those of other settings refused', async () => {
  const before = readFileSync(join(search, 'eigen.json'), 'utf8');
  // Threads aside: they are what a machine has.
  for (const threads of ['1', '2']) {
    const same = [...common, ...levels, '--threads', threads, '--out', out, '--json'];
    const { stdout } = await runCommand(distortCommand, same);
    expect(JSON.parse(stdout)).toEqual([JSON.parse(before)]);
  }
  expect(readFileSync(join(search, 'eigen.json'), 'utf8')).toBe(before);
  await expect(runCommand(distortCommand, [...common, '--levels-db', '-30', '--out', out])).rejects.toThrow(
    /holds a run with levelsDb \[-40,-20\].*; use another folder, or add --overwrite/,
  );
});

test('a search that was stopped goes on to the same bits, in either of its halves', async () => {
  const loaded = loadModel(model);
  const reference = { sound, waveform: (await readSound(sound, { model: loaded })).samples };
  const to = { reference, folder: join(folder, 'stopped', 'conv3') };
  const options = { stage: 'conv3', levelsDb: [-40, -20], iterations: 15, threads: 1 } as const;
  for (const [end, at] of [
    ['largest', 4],
    ['smallest', 9],
  ] as const) {
    const stopping = new AbortController();
    const stopped = eigenRun(
      loaded,
      {
        ...{ ...options, signal: stopping.signal },
        onProgress: ({ current }) => {
          if (current?.end === end && current.estimate.iterations === at) stopping.abort();
        },
      },
      to,
    );
    await expect(stopped).rejects.toThrow('aborted');
    expect(readdirSync(to.folder)).toEqual(['checkpoint.bin']);
  }
  await expect(eigenRun(loaded, { ...options, seed: 2 }, to)).rejects.toThrow('holds a run with seed 1');
  const steps: string[] = [];
  await eigenRun(
    loaded,
    {
      ...options,
      onProgress: ({ current }) => steps.push(`${current!.end} ${current!.estimate.iterations}`),
    },
    to,
  );
  expect(steps[0]).toBe('smallest 10');
  expect(readdirSync(to.folder)).not.toContain('checkpoint.bin');
  const [{ seconds: _, ...made }, { seconds: __, ...whole }] = [recordOf(to.folder), recordOf()];
  expect(made).toEqual(whole);
  for (const name of ['largest.npy', 'smallest.npy'])
    expect(readFileSync(join(to.folder, name))).toEqual(readFileSync(join(search, name)));
  rmSync(join(folder, 'stopped'), { recursive: true });
});

test('distort principal holds stages against one another, and its runs are sounds at levels for a study', async () => {
  const to = join(folder, 'told-apart');
  const argv = ['principal', sound, '--model', model, '--stage', 'cochleagram,conv3', ...levels];
  const few = ['--threads', '1', '--iterations', '4', '--out', to, '--json'];
  const { stdout } = await runCommand(distortCommand, [...argv, ...few]);
  const [record] = JSON.parse(stdout) as [PrincipalRecord];
  const search = join(to, 'vowel', 'principal');
  expect(readdirSync(search).sort()).toEqual([
    ...['first', 'first.npy', 'principal.json', 'principal.svg', 'second', 'second.npy'],
  ]);
  const [ear, late] = record.sensitivities as [PrincipalSensitivity, PrincipalSensitivity];
  expect([ear.observer, late.observer]).toEqual(['cochleagram', 'conv3']);
  expect(record.iterations).toBe(4);
  // Of two observers, half of what lies between their ratios is what each lies from the mean.
  expect(Math.abs(ear.ratioDb - late.ratioDb) / 2).toBeCloseTo(record.spreadDb, 4);
  expect(record.spreadDb).toBeGreaterThan(2);
  const changes = readRuns([to]).map(({ stage, change, passed }) => ({ stage, ...change, passed }));
  expect(changes).toContainEqual({
    ...{ stage: 'principal first -40 dB', kind: 'principal first', levelDb: -40, passed: true },
  });
  const again = await runCommand(distortCommand, [...argv, ...few]);
  expect(JSON.parse(again.stdout)).toEqual([record]);
});

test('distort differentiate makes four sounds at each level, one distance of each held, as runs of a study', async () => {
  const to = join(folder, 'set-against');
  const argv = ['differentiate', sound, '--model', model, '--stage', 'cochleagram,conv3'];
  const few = ['--levels-db', '-20', '--threads', '1', '--iterations', '8', '--out', to];
  const { stdout } = await runCommand(distortCommand, [...argv, ...few, '--json']);
  const [record] = JSON.parse(stdout) as [DifferentiationRecord];
  const search = join(to, 'vowel', 'differentiate');
  expect(readdirSync(search).sort()).toEqual([
    ...['differentiate.json', 'differentiate.svg', 'hold-cochleagram', 'hold-conv3'],
  ]);
  expect(JSON.parse(readFileSync(join(search, 'differentiate.json'), 'utf8'))).toEqual(record);
  expect(record.sounds.map(({ held, push, pushed }) => `${held} ${push} ${pushed}`)).toEqual([
    ...['cochleagram most conv3', 'cochleagram least conv3'],
    ...['conv3 most cochleagram', 'conv3 least cochleagram'],
  ]);
  for (const { push, start, end } of record.sounds) {
    expect(Math.abs(end.held / start.held - 1)).toBeLessThan(0.01);
    expect(Math.sign(end.pushed - start.pushed)).toBe(push === 'most' ? 1 : -1);
  }
  expect(readRuns([to])).toHaveLength(4);
  const again = await runCommand(distortCommand, [...argv, ...few]);
  expect(again.stdout).toContain(record.sounds[0]!.end.pushed.toPrecision(3));
});

test.each<[string, string[], string]>([
  [
    'a single stage for differentiate',
    ['differentiate', ...common.slice(1)],
    'there must be two stages to hold',
  ],
  [
    'an unknown method',
    ['fancy', ...common.slice(1)],
    "the method must be one of eigen, principal, differentiate, got 'fancy'",
  ],
  [
    'levels that are none',
    [...common, '--levels-db', 'loud'],
    "--levels-db must be a number ≥ -120 ≤ 20, got 'loud'",
  ],
  ['an empty band', [...common, '--low-hz', '3000', '--high-hz', '2000'], 'got 3000 to 2000 Hz'],
  ['an unknown stage', common.map((each) => (each === 'conv3' ? 'conv9' : each)), "stage 'conv9'"],
  [
    'stages joined',
    common.map((each) => (each === 'conv3' ? 'conv3+conv2' : each)),
    '--stage must name single stages without weights',
  ],
  [
    'a single stage for principal',
    ['principal', ...common.slice(1)],
    'there must be two or more stages to hold',
  ],
  [
    'a stage twice for principal',
    ['principal', ...common.slice(1).map((each) => (each === 'conv3' ? 'conv3,conv3' : each))],
    "models and stages must be named once, 'conv3' is there twice",
  ],
  [
    'models of other sounds for principal',
    ['principal', ...common.slice(1).map((each) => (each === model ? `${model},branched-random` : each))],
    'models must take sounds of one length and rate, tiny takes 4000 samples at 8000 Hz',
  ],
])('distort refuses %s', async (_, argv, message) => {
  await expect(runCommand(distortCommand, [...argv, '--out', join(folder, 'refused')])).rejects.toThrow(
    message,
  );
});
