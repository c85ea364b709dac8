import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildStudy } from '../../../listening-test/study/buildStudy.ts';
import { createRandom } from '../../../src/base/random.ts';
import { brainCommand } from '../../../src/cli/commands/brain.ts';
import { driveCommand } from '../../../src/cli/commands/drive.ts';
import { verifyCommand } from '../../../src/cli/commands/verify.ts';
import type { DriveRecord } from '../../../src/experiments/drive/driveRecord.ts';
import { driveRun } from '../../../src/experiments/drive/driveRun.ts';
import { driveSound } from '../../../src/experiments/drive/driveSound.ts';
import { channelTarget } from '../../../src/experiments/drive/driveTarget.ts';
import { writeNpy } from '../../../src/formats/npy.ts';
import { loadModel } from '../../../src/model/loadModel.ts';
import { readSound } from '../../../stimuli/readSound.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinySound, writeTinyModel } from '../../tinyModel.ts';
import { runCommand } from '../runCommand.ts';

const folder = temporaryFolder();
const [model, sounds] = [join(folder, 'tiny'), join(folder, 'sounds')];
const out = join(folder, 'driven');
mkdirSync(model);
mkdirSync(sounds);
writeTinyModel(model);
for (let i = 0; i < 8; i++) writeNpy(join(sounds, `${i}.npy`), tinySound(i + 1));
const flags = ['--model', model, '--sounds', sounds, '--threads', '1'];
const common = [...flags, '--steps', '25', '--out', out];
const runOf = (...names: string[]) => join(out, ...names);
const recordOf = (run: string): DriveRecord => JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
let printed: string;

beforeAll(async () => {
  const argv = [...common, '--stage', 'conv3', '--channel', '2,5', '--high-hz', '3000', '--rms', '0.05'];
  const { code, stdout } = await runCommand(driveCommand, argv);
  expect(code).toBe(0);
  printed = stdout;
});

test('drive makes run folders as metamers have, the driven sound beside the best natural one, both at level and band', async () => {
  const run = runOf('conv3', 'channel-2', 'stretch');
  expect(readdirSync(run).sort()).toEqual(['figure.svg', 'metamer.wav', 'reference.wav', 'run.json']);
  const record = recordOf(run);
  expect(record).toMatchObject({
    stage: 'conv3 channel-2 stretch',
    rms: 0.05,
    lowHz: 80,
    highHz: 3000,
    steps: 25,
  });
  const { driven, best, noise } = record.comparison;
  expect(record.criteria.passed).toBe(true);
  expect(driven.z).toBeGreaterThan(best.z);
  expect(driven.z).toBeGreaterThan(noise.z);
  expect(record.sound).toBe(best.sound);
  for (const name of ['metamer.wav', 'reference.wav']) {
    const { samples } = await readSound(join(run, name), {
      sampleRateHz: 8000,
      durationSeconds: null,
      rms: null,
      demean: false,
    });
    const square = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
    expect(Math.sqrt(square)).toBeCloseTo(0.05, 5);
  }
  const row = printed.split('\n').find((line) => line.startsWith('conv3 channel-5 stretch'))!;
  const { comparison } = recordOf(runOf('conv3', 'channel-5', 'stretch'));
  expect(row).toContain(comparison.driven.z.toFixed(2));
  expect(row).toContain(comparison.best.sound);
});

test('finished runs are kept, others of the same name refused', async () => {
  const run = runOf('conv3', 'channel-2', 'stretch');
  const before = readFileSync(join(run, 'run.json'), 'utf8');
  const same = [...common, '--stage', 'conv3', '--channel', '2', '--high-hz', '3000', '--rms', '0.05'];
  expect((await runCommand(driveCommand, same)).code).toBe(0);
  expect(readFileSync(join(run, 'run.json'), 'utf8')).toBe(before);
  // Threads aside: they are what a machine has.
  expect((await runCommand(driveCommand, [...same, '--threads', '2'])).code).toBe(0);
  expect(readFileSync(join(run, 'run.json'), 'utf8')).toBe(before);
  await expect(runCommand(driveCommand, [...same, '--seed', '2'])).rejects.toThrow(
    'holds a run with seed 1, asked for is 2',
  );
  // Another sound under the same name.
  writeNpy(join(sounds, '0.npy'), tinySound(20));
  await expect(runCommand(driveCommand, same)).rejects.toThrow('holds a run with naturalHash');
  writeNpy(join(sounds, '0.npy'), tinySound(1));
  await expect(runCommand(driveCommand, [...common, '--stage', 'conv3', '--channel', '2'])).rejects.toThrow(
    /holds a run with (rms|highHz) .*; use another folder, or add --overwrite/,
  );
});

test('a driven sound fails that passes noise and not the best natural sound', async () => {
  const own = loadModel(model);
  const natural = [1, 2, 3].map((seed) => ({ sound: `${seed}`, waveform: tinySound(seed) }));
  const options = { target: channelTarget(own, 'conv3', 1), natural, steps: 1, threads: 1 };
  const { waveform } = await driveSound(own, { ...options, steps: 12 });
  const hard = [...natural, { sound: 'driven further', waveform }];
  const early = { ...options, natural: hard };
  const { comparison, criteria } = await driveRun(own, early, join(folder, 'early'));
  expect(comparison.driven.score).toBeGreaterThan(comparison.noise.score);
  expect(comparison.driven.score).toBeLessThan(comparison.best.score);
  expect(criteria.passed).toBe(false);
  expect(criteria.verdict).toMatch(/^failed: /);
});

test('an interrupted run goes on to the bits of an uninterrupted one', async () => {
  const own = loadModel(model);
  const natural = [1, 2, 3].map((seed) => ({ sound: `${seed}`, waveform: tinySound(seed) }));
  const options = { target: channelTarget(own, 'conv3', 1), natural, steps: 12, threads: 1 };
  const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
  await driveRun(own, options, whole);
  const stopping = new AbortController();
  const stopped = driveRun(
    own,
    {
      ...{ ...options, signal: stopping.signal },
      onProgress: ({ step }) => {
        if (step === 5) stopping.abort();
      },
    },
    parts,
  );
  await expect(stopped).rejects.toThrow();
  expect(readdirSync(parts)).toContain('checkpoint.bin');
  await driveRun(own, options, parts);
  expect(readFileSync(join(parts, 'metamer.wav'))).toEqual(readFileSync(join(whole, 'metamer.wav')));
});

test('a study plays driven sounds beside the natural ones; they are no metamers to be verified', async () => {
  const { answers } = await buildStudy({
    runs: [out],
    folder: join(folder, 'study'),
    config: { failedMetamers: 'leave-out', targets: answersTo(['0', '1', '2', '3', '4', '5', '6', '7']) },
  });
  const conditions = Object.values(answers.stimuli).map(({ condition }) => condition);
  expect(conditions).toContain('tiny/conv3 channel-2 stretch');
  expect(conditions).toContain('natural');
  const run = runOf('conv3', 'channel-2', 'stretch');
  await expect(runCommand(verifyCommand, [run])).rejects.toThrow(
    "must be a metamer's run, it matches no stage",
  );
});

const answersTo = (names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { task: 'word', target: 'yes' }]));

test('brain --readouts stores what drive raises: a response comes out as its readout predicts', async () => {
  const random = createRandom(2);
  const responses = join(folder, 'responses.csv');
  const rows = Array.from({ length: 8 }, () => `${random.normal()},${random.normal()}`);
  writeFileSync(responses, `one,two\n${rows.join('\n')}\n`);
  const brain = join(folder, 'brain');
  const argv = [
    '--responses',
    responses,
    '--sounds',
    sounds,
    '--model',
    model,
    '--splits',
    '2',
    '--no-controls',
  ];
  await runCommand(brainCommand, [...argv, '--readouts', '--out', brain]);
  expect(readdirSync(brain).sort()).toEqual(['brain.json', 'brain.svg', 'readouts.safetensors']);
  const readouts = join(brain, 'readouts.safetensors');
  const asked = [...common, '--readouts', readouts, '--response', 'two', '--objective', 'one-hot', '--json'];
  const [record] = JSON.parse((await runCommand(driveCommand, asked)).stdout) as DriveRecord[];
  expect(record!.stage).toBe('response-two one-hot');
  expect(record!.comparison.driven.score).toBeGreaterThan(record!.comparison.noise.score);
  // Few sounds and many features: the readouts nearly interpolate the responses, whose mean they keep.
  const { natural } = record!.comparison;
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  expect(mean(natural.map(({ value }) => value))).toBeCloseTo(
    mean(rows.map((row) => Number(row.split(',')[1]))),
    2,
  );
});

test.each<[string, string[], string]>([
  ['nothing to drive', [], 'what is driven must be said'],
  ['a channel without stage', ['--channel', '1'], "--stage must name the unit's or channel's stage"],
  [
    'a response without readouts',
    ['--response', 'x'],
    '--readouts must be the file that the responses are in',
  ],
  ['a channel that is none', ['--stage', 'conv3', '--channel', 'x'], '--channel must be a whole number'],
  ['a place that is none', ['--stage', 'conv3', '--unit', '1/2'], '--unit must be a whole number below'],
])('drive refuses %s in one sentence', async (_, given, message) => {
  await expect(runCommand(driveCommand, [...common, ...given])).rejects.toThrow(message);
});
