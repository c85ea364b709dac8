import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packagePath } from '../../src/base/packagePath.ts';
import { writeNpy } from '../../src/formats/npy.ts';
import { loadModel } from '../../src/model/loadModel.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { tinySound, writeTinyModel } from '../tinyModel.ts';
import { skipSlurm, startSlurm, until } from './slurmCluster.ts';

if (skipSlurm) process.stderr.write(`skipped: ${skipSlurm}\n`);

const folder = temporaryFolder();
const out = join(folder, 'runs');
const stages = ['conv1', 'norm1'];
const names = Array.from({ length: 25 }, (_, i) => `sound-${i}`);
const [model, script, logs] = ['model', 'metamers.sh', 'logs'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const soundOf = (name: string) => join(folder, `${name}.npy`);
/** Folder of the run that a task of 50 makes. */
const runOf = (task: number) => join(names[Math.floor(task / 2)]!, stages[task % 2]!);

function metamer(...argv: string[]) {
  const main = packagePath('src/cli/main.ts');
  return spawnSync(process.execPath, ['--import', 'tsx', main, ...argv], {
    ...{ cwd: packagePath('.'), encoding: 'utf8' },
  });
}

function batch(sounds: readonly string[], to: string): string[] {
  const method = ['--model', model, '--steps', '300', '--checkpoint-seconds', '0'];
  return [...sounds.map(soundOf), '--stage', stages.join(','), '--out', to, ...method];
}

/** One that no metamer at the first stage passes, and every one at the other. */
function writeNull(): void {
  const maxima = (max: number) => ({ spearman: { max }, pearson: { max }, snrDb: { max: 100 * max } });
  const { hash } = loadModel(model);
  const [failing, passing] = stages;
  writeFileSync(
    join(model, 'null.json'),
    JSON.stringify({
      ...{ model: 'tiny', modelHash: hash, pairs: 10 },
      stages: { [failing!]: maxima(1), [passing!]: maxima(-1) },
    }),
  );
}

test.skipIf(skipSlurm)('50 runs on a cluster, two of them cancelled, one requeued, one broken', async () => {
  mkdirSync(model);
  writeTinyModel(model);
  writeNull();
  for (const [i, name] of names.entries()) writeNpy(soundOf(name), tinySound(i));
  const cluster = await startSlurm(temporaryFolder());
  onTestFinished(() => cluster.stop());
  const flags = ['--cpus', '1', '--memory-mib', '1000', '--logs', logs, '--at-once', '4', '--script', script];
  const written = metamer('slurm', ...batch(names, out), ...flags);
  expect(written.stderr).toContain(`50 runs in 50 tasks; submit them with: sbatch ${script}`);
  // A run that cannot be read is found when its task begins.
  const broken = 49;
  mkdirSync(join(out, runOf(broken)), { recursive: true });
  writeFileSync(join(out, runOf(broken), 'run.json'), '{');
  const submit = (...flags: string[]) => /\d+/.exec(cluster.command('sbatch', ...flags, script))![0];
  const first = submit();
  const stopped: number[] = [];
  await until(() => {
    for (let task = 0; task < 50 && stopped.length < 3; task++)
      if (!stopped.includes(task) && existsSync(join(out, runOf(task), 'checkpoint.bin'))) {
        const id = `${first}_${task}`;
        if (stopped.length === 2) cluster.command('scontrol', 'requeue', id);
        else cluster.command('scancel', id);
        stopped.push(task);
      }
    return stopped.length === 3;
  });
  const [cancelled, requeued] = [stopped.slice(0, 2), stopped[2]!];
  const told = new Map((await cluster.ended(first)).map((task) => [task.task, task]));
  expect(told.size).toBe(50);
  const finished = (task: number) => existsSync(join(out, runOf(task), 'metamer.wav'));
  for (const task of cancelled) {
    expect(told.get(task)!.state).toBe('CANCELLED');
    expect([finished(task), existsSync(join(out, runOf(task), 'checkpoint.bin'))]).toEqual([false, true]);
  }
  expect(told.get(broken)).toMatchObject({ state: 'FAILED', exitCode: '2:0' });
  expect(told.get(requeued)!.restarts).toBe(1);
  const rest = [...told.values()].filter(({ task }) => task !== broken && !cancelled.includes(task));
  expect(new Set(rest.map(({ state, exitCode }) => `${state} ${exitCode}`))).toEqual(
    new Set(['COMPLETED 0:0']),
  );
  expect(rest.every(({ task }) => finished(task))).toBe(true);
  // That a metamer failed its criteria tells the log, not the state.
  for (const { task } of rest)
    expect(readFileSync(join(logs, `${first}_${task}.log`), 'utf8').includes('the task is done')).toBe(
      stages[task % 2] === 'conv1',
    );
  rmSync(join(out, runOf(broken)), { recursive: true });
  // Of the same script, the tasks that are not done are submitted again.
  const left = [...cancelled, broken].join(',');
  const again = await cluster.ended(submit(`--array=${left}`));
  expect(new Set(again.map(({ state }) => state))).toEqual(new Set(['COMPLETED']));
  expect(
    readdirSync(out, { recursive: true }).filter((name) => String(name).endsWith('run.json')),
  ).toHaveLength(50);
  const whole = join(folder, 'whole');
  const sounds = [...new Set(stopped.map((task) => names[Math.floor(task / 2)]!))];
  expect(metamer('synthesize', ...batch(sounds, whole), '--threads', '1').status).toBe(1);
  for (const task of stopped) {
    const bytes = (of: string) => readFileSync(join(of, runOf(task), 'metamer.wav'));
    expect(bytes(out).equals(bytes(whole))).toBe(true);
  }
});
