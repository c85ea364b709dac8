import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packagePath } from '../../../src/base/packagePath.ts';
import { crossCommand } from '../../../src/cli/commands/cross.ts';
import { evaluateCommand } from '../../../src/cli/commands/evaluate.ts';
import { nullCommand } from '../../../src/cli/commands/null.ts';
import { recognizeCommand } from '../../../src/cli/commands/recognize.ts';
import { synthesizeCommand } from '../../../src/cli/commands/synthesize.ts';
import { verifyCommand } from '../../../src/cli/commands/verify.ts';
import { readTrials } from '../../../src/records/readTrials.ts';
import type { RunRecord } from '../../../src/records/runRecord.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { runCommand } from '../runCommand.ts';

const folder = temporaryFolder();
const model = ['--model', 'branched-random', '--threads', '1'];

/** Runs the tool as a process of its own; `kill` ends it without warning as soon as it returns true. */
function runProcess(argv: readonly string[], kill: () => boolean = () => false) {
  const main = packagePath('src/cli/main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...argv], { cwd: packagePath('.') });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const watch = setInterval(() => kill() && child.kill('SIGKILL'), 2);
  return new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.once('exit', (code) => {
      clearInterval(watch);
      resolve({ code, stderr });
    });
  });
}

/** Exit code that a run's verdict asks for. */
function verdictCode(run: string): 0 | 1 {
  const { criteria } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as RunRecord;
  return criteria.passed ? 0 : 1;
}

test('a run killed with SIGKILL goes on to the bits of an uninterrupted one', async () => {
  const synthesize = (out: string) => [
    ...['synthesize', 'speech-no', '--stage', 'conv2', ...model, '--out', join(folder, out)],
    ...['--steps', '30', '--checkpoint-seconds', '0'],
  ];
  const { code } = await runProcess(synthesize('whole'));
  expect(code).toBe(verdictCode(join(folder, 'whole', 'speech-no', 'conv2')));
  const run = join(folder, 'killed', 'speech-no', 'conv2');
  const killed = await runProcess(synthesize('killed'), () => existsSync(join(run, 'checkpoint.bin')));
  expect(killed.code).toBe(null);
  expect(existsSync(join(run, 'run.json'))).toBe(false);
  expect((await runProcess(synthesize('killed'))).code).toBe(code);
  const bytes = (out: string) => readFileSync(join(folder, out, 'speech-no', 'conv2', 'metamer.wav'));
  expect(bytes('killed').equals(bytes('whole'))).toBe(true);
});

test('synthesize writes the fields of run.json that the contract names, and verify agrees', async () => {
  const out = join(folder, 'contract');
  const argv = ['speech-no', '--stage', 'conv3', ...model, '--out', out, '--steps', '25', '--json'];
  const { code, stdout } = await runCommand(synthesizeCommand, argv);
  const [printed] = JSON.parse(stdout) as RunRecord[];
  const run = join(out, 'speech-no', 'conv3');
  const record = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as RunRecord;
  expect(printed).toEqual(record);
  expect(record).toMatchObject({
    sound: 'speech-no',
    stage: 'conv3',
    model: 'branched-random',
    preset: 'fast',
    steps: 25,
    seed: 1,
    engine: 'onnxruntime',
    device: 'cpu',
  });
  expect(record.modelHash).toMatch(/^[0-9a-f]{64}$/);
  expect(record.loss[0]![0]).toBe(0);
  expect(record.criteria.verdict).toContain('not tested against a null');
  expect(record.peakMemoryMiB).toBeGreaterThan(50);
  const verified = await runCommand(verifyCommand, [run, '--json']);
  expect(code).toBe(record.criteria.passed ? 0 : 1);
  expect(verified.code).toBe(code);
  expect(JSON.parse(verified.stdout)[0].criteria).toEqual(record.criteria);
});

test('cross --trials writes reference and metamer as trials, right where both are heard alike, with probabilities', async () => {
  const run = join(folder, 'contract', 'speech-no', 'conv3');
  const trials = join(folder, 'cross.csv');
  const argv = [run, '--model', 'branched-random', '--trials', trials, '--json'];
  const [heard] = JSON.parse((await runCommand(crossCommand, argv)).stdout);
  const table = await readTrials(trials);
  const at = (column: 'condition' | 'stage' | 'target' | 'response' | 'source' | 'task', row: number) =>
    table[column].names[table[column].codes[row]!];
  expect([0, 1].map((row) => at('condition', row))).toEqual(['natural', 'branched-random/conv3']);
  expect([0, 1].map((row) => at('stage', row))).toEqual(['', 'conv3']);
  for (const row of [0, 1]) {
    expect(at('source', row)).toBe('speech-no');
    expect(at('task', row)).toBe(heard.task);
    expect(at('target', row)).toBe(heard.reference);
  }
  expect([0, 1].map((row) => at('response', row))).toEqual([heard.reference, heard.metamer]);
  expect([...table.correct]).toEqual([1, Number(heard.agrees)]);
  expect(table.targetProbability[0]).toBeCloseTo(heard.probability.reference, 5);
  expect(table.targetProbability[1]).toBeCloseTo(heard.probability.metamer, 5);
  // Two sounds that differ are not given quite the same probability.
  expect(heard.probability.metamer).not.toBe(heard.probability.reference);
});

test('shards share a batch without a run twice', async () => {
  const argv = (shard: string) => [
    ...['speech-no', 'music-hymn', '--stage', 'cochleagram,conv1', ...model],
    ...['--out', join(folder, 'shards'), '--steps', '2', '--shard', shard, '--json'],
  ];
  const runs = [];
  for (const shard of ['0/3', '1/3', '2/3']) {
    const records = JSON.parse((await runCommand(synthesizeCommand, argv(shard))).stdout) as RunRecord[];
    runs.push(...records.map(({ sound, stage }) => `${sound}/${stage}`));
  }
  expect(runs.sort()).toEqual([
    'music-hymn/cochleagram',
    'music-hymn/conv1',
    'speech-no/cochleagram',
    'speech-no/conv1',
  ]);
});

for (const [claim, argv, message] of [
  [
    'an unknown stage',
    ['speech-no', '--stage', 'conv9', ...model],
    /stage 'conv9' is not a stage of .* conv3/,
  ],
  ['an unknown model', ['speech-no', '--stage', 'conv3', '--model', 'nope'], /model 'nope' must be/],
  ['a missing sound', ['no-such.wav', '--stage', 'conv3', ...model], /no-such\.wav/],
  ['no weight', ['speech-no', '--stage', 'conv3:0', ...model], /weight of conv3 must be > 0/],
  ['a bad shard', ['speech-no', '--stage', 'conv3', ...model, '--shard', '4/4'], /--shard must be i\/n/],
  [
    'no steps',
    ['speech-no', '--stage', 'conv3', ...model, '--steps', '0'],
    /--steps must be a whole number ≥ 1/,
  ],
  [
    'a seed beyond whole numbers',
    ['speech-no', '--stage', 'conv3', ...model, '--seed', '1e30'],
    /--seed must be a whole number ≥ 0 ≤ 9007199254740991/,
  ],
] as const)
  test(`${claim} is refused in one sentence and leaves nothing`, async () => {
    const out = join(folder, 'refused');
    await expect(runCommand(synthesizeCommand, [...argv, '--out', out])).rejects.toThrow(message);
    expect(existsSync(out)).toBe(false);
  });

test('verify and cross of a folder without a run, or with an interrupted one, are refused', async () => {
  await expect(runCommand(verifyCommand, [folder])).rejects.toThrow(/must be the folder of a finished run/);
  const interrupted = join(folder, 'interrupted');
  mkdirSync(interrupted);
  writeFileSync(join(interrupted, 'checkpoint.bin'), '');
  for (const command of [verifyCommand, crossCommand])
    await expect(runCommand(command, [interrupted, '--model', 'branched-random'])).rejects.toThrow(
      `${interrupted} must be the folder of a finished run with run.json; it was interrupted, run its command again`,
    );
  const broken = join(folder, 'broken');
  mkdirSync(broken);
  writeFileSync(join(broken, 'run.json'), '{"sound": "a.wav"}');
  for (const command of [verifyCommand, crossCommand])
    await expect(runCommand(command, [broken, '--model', 'branched-random'])).rejects.toThrow(
      /run.json: field 'stage' must be a string, it is missing; .*--overwrite/,
    );
});

test('a model that names no classes makes metamers, which only a null distribution can judge', async () => {
  const nameless = ['--model', packagePath('test/reference/waveformNetwork.onnx'), '--threads', '1'];
  const out = join(folder, 'nameless');
  const made = ['speech-no', '--stage', 'relu1', ...nameless, '--steps', '20', '--out', out, '--json'];
  const { code, stdout } = await runCommand(synthesizeCommand, made);
  expect(code).toBe(1);
  const [{ criteria }] = JSON.parse(stdout) as [RunRecord];
  expect(criteria).toMatchObject({ predictedClass: null, predictedClasses: {}, passed: false });
  expect(criteria.verdict).toContain('names no classes');
  const nullDistribution = join(folder, 'nameless-null.json');
  const sounds = join(folder, 'nameless-sounds');
  mkdirSync(sounds);
  for (const clip of ['speech-no', 'music-hymn', 'speech-have'])
    copyFileSync(packagePath(`stimuli/clips/${clip}.flac`), join(sounds, `${clip}.flac`));
  await runCommand(nullCommand, [...nameless.slice(0, 2), '--sounds', sounds, '--out', nullDistribution]);
  const judged = [...made, '--null', nullDistribution, '--overwrite', '--steps', '300'];
  const tested = JSON.parse((await runCommand(synthesizeCommand, judged)).stdout) as [RunRecord];
  expect(tested[0].criteria.passed).toBe(true);
  // Without --model: the record knows the file.
  expect((await runCommand(verifyCommand, [join(out, 'speech-no', 'relu1')])).code).toBe(0);
  for (const [command, ...args] of [
    [recognizeCommand, 'speech-no'],
    [evaluateCommand, '--corpus', sounds],
  ] as const)
    await expect(runCommand(command, [...args, ...nameless.slice(0, 2)])).rejects.toThrow(
      /must name classes/,
    );
});
