import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeNpy } from '../../../src/formats/npy.ts';
import { checkpointProgress } from '../../../src/training/trainingCheckpoint.ts';
import { readLog } from '../../../src/training/trainingLog.ts';
import { writeToneCorpus } from '../../corpus/toneCorpus.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinySound, writeTinyModel } from '../../tinyModel.ts';
import { expectInterruptedStages } from '../interruptStages.ts';
import { startCommand, until } from '../startCommand.ts';

const folder = temporaryFolder();
const model = join(folder, 'model');
mkdirSync(model);
writeTinyModel(model);
writeNpy(join(folder, 'a.npy'), tinySound(1));
writeNpy(join(folder, 'b.npy'), tinySound(2));

/** Starts a synthesis of two sounds as a process of its own. */
function start(out: string, ...flags: string[]) {
  return startCommand(
    ...[
      'synthesize',
      join(folder, 'a.npy'),
      join(folder, 'b.npy'),
      '--model',
      model,
      '--stage',
      'conv3',
      '--threads',
      '1',
    ],
    ...['--out', join(folder, out), '--checkpoint-seconds', '0', ...flags],
  );
}

const runOf = (out: string, sound: string) => join(folder, out, sound, 'conv3');
const hasCheckpoint = (out: string, sound: string) => existsSync(join(runOf(out, sound), 'checkpoint.bin'));

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.each(['SIGINT', 'SIGHUP'] as const)(
  '%s leaves a checkpoint and no lock, says how to go on, and ends the process by the signal',
  async (name) => {
    const { child, ended } = start(name, '--steps', '1000000');
    await until(() => hasCheckpoint(name, 'a'));
    child.kill(name);
    const { signal, stderr } = await ended;
    expect(signal).toBe(name);
    expect(stderr).toContain(
      'Stopped; the same command goes on from the last step, finished runs are kept\n',
    );
    expect(readdirSync(runOf(name, 'a'))).toEqual(['checkpoint.bin']);
  },
);

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends a training with its checkpoint written and its lock released',
  async (name) => {
    const corpus = join(folder, `corpus-${name}`);
    await writeToneCorpus(corpus);
    const config = join(folder, `${name}.json`);
    const out = join(folder, `training-${name}`);
    const settings = {
      corpus,
      steps: 100_000,
      batchSize: 2,
      width: 0.02,
      validateEverySteps: 2,
      loaderThreads: 0,
    };
    writeFileSync(config, JSON.stringify({ ...settings, validationExcerpts: 4, name: 'tones' }));
    const { child, ended } = startCommand('train', '--config', config, '--out', out, '--threads', '1');
    const log = join(out, 'metrics.jsonl');
    await until(() => existsSync(log) && readFileSync(log, 'utf8').includes('\n'));
    child.kill(name);
    const { signal, stderr } = await ended;
    expect(signal).toBe(name);
    expect(stderr).toContain('Stopped; the same command goes on from the last step\n');
    expect(existsSync(join(out, 'checkpoint.safetensors'))).toBe(true);
    expect(existsSync(join(out, 'lock'))).toBe(false);
    expect(checkpointProgress(out)!.step).toBeGreaterThanOrEqual(readLog(out).at(-1)!.step);
  },
);

test('SIGTERM is handed to the workers, who leave checkpoints before the command ends', async () => {
  const { child, ended } = start('terminated', '--steps', '1000000', '--workers', '2');
  await until(() => hasCheckpoint('terminated', 'a') && hasCheckpoint('terminated', 'b'));
  child.kill('SIGTERM');
  const { signal, stderr } = await ended;
  expect(signal).toBe('SIGTERM');
  expect(stderr.match(/Stopped;/g)).toEqual(['Stopped;']);
  for (const sound of ['a', 'b']) expect(readdirSync(runOf('terminated', sound))).toEqual(['checkpoint.bin']);
});

test('workers whose parent was killed with SIGKILL stop and leave checkpoints', async () => {
  const { child, ended } = start('orphaned', '--steps', '1000000', '--workers', '2');
  await until(() => hasCheckpoint('orphaned', 'a') && hasCheckpoint('orphaned', 'b'));
  const workers = ['a', 'b'].map((sound) => {
    const { pid } = JSON.parse(readFileSync(join(runOf('orphaned', sound), 'lock'), 'utf8')) as {
      pid: number;
    };
    return pid;
  });
  expect(workers).not.toContain(child.pid);
  child.kill('SIGKILL');
  // The workers hold standard error open, so this waits for them as well.
  await ended;
  await until(() => !workers.some(isRunning));
  for (const sound of ['a', 'b']) expect(readdirSync(runOf('orphaned', sound))).toEqual(['checkpoint.bin']);
});

test('--workers with a stage named twice makes each run once', async () => {
  const { ended } = start('twice', '--steps', '3', '--workers', '2', '--stage', 'conv3,conv2,conv3:1');
  const { code, stderr } = await ended;
  expect([0, 1]).toContain(code);
  expect(stderr).not.toContain('one process at a time');
  for (const sound of ['a', 'b'])
    expect(readdirSync(join(folder, 'twice', sound)).sort()).toEqual(['conv2', 'conv3']);
});

test('SIGINT ends brain after the stages that it keeps, and says how to go on', async () => {
  const [sounds, out, responses] = ['natural', 'predicted', 'responses.csv'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  mkdirSync(sounds);
  for (let i = 0; i < 10; i++) writeNpy(join(sounds, `${i}.npy`), tinySound(i + 1));
  writeFileSync(responses, `a\n${Array.from({ length: 10 }, (_, i) => (i * 7) % 5).join('\n')}\n`);
  const argv = ['--responses', responses, '--sounds', sounds, '--model', model, '--splits', '500'];
  await expectInterruptedStages(['brain', ...argv], out);
});
