import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { slurmCommand } from '../../../src/cli/commands/slurm.ts';
import { limitsOf } from '../../../src/cli/slurm/measuredCost.ts';
import { writeNpy } from '../../../src/formats/npy.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinySound, writeTinyModel } from '../../tinyModel.ts';
import { runCommand } from '../runCommand.ts';
import { finishedRecord } from '../slurm/finishedRecord.ts';

const folder = temporaryFolder();
const model = join(folder, "people's model");
mkdirSync(model);
writeTinyModel(model);
const sounds = [1, 2].map((seed) => join(folder, `a sound ${seed}.npy`));
for (const [i, sound] of sounds.entries()) writeNpy(sound, tinySound(i));
const out = join(folder, 'runs');
const argv = [...sounds, '--stage', 'conv1,norm1', '--model', model, '--out', out, '--steps', '3'];
const entry = join(import.meta.dirname, '../../../src/cli/main.ts');

test('slurm prints an array of as many tasks as runs, with what a task may use', async () => {
  const { stdout } = await runCommand(slurmCommand, [...argv, '--minutes', '15', '--partition', 'short']);
  const directives = stdout.split('\n').filter((line) => line.startsWith('#SBATCH'));
  expect(directives).toEqual([
    '#SBATCH --job-name=metamers',
    '#SBATCH --array=0-3',
    '#SBATCH --cpus-per-task=2',
    '#SBATCH --mem=3000M',
    '#SBATCH --time=15',
    '#SBATCH --requeue',
    '#SBATCH --partition=short',
  ]);
});

test('slurm asks for account, constraint, gres and as many tasks at once as it is told, and makes the folder of logs', async () => {
  const logs = join(folder, 'the logs');
  const asked = ['--account', 'hearing', '--constraint', 'avx2&intel', '--gres', 'gpu:1', '--at-once', '3'];
  const { stdout } = await runCommand(slurmCommand, [...argv, ...asked, '--logs', logs]);
  const directives = stdout.split('\n').filter((line) => line.startsWith('#SBATCH'));
  expect(directives[1]).toBe('#SBATCH --array=0-3%3');
  expect(directives.slice(-4)).toEqual([
    '#SBATCH --account=hearing',
    "#SBATCH --constraint='avx2&intel'",
    '#SBATCH --gres=gpu:1',
    `#SBATCH --output='${logs}/%A_%a.log'`,
  ]);
  expect(existsSync(logs)).toBe(true);
});

test.each([
  [{ seconds: 60, memoryMib: 1000 }, 1, { minutes: 6, memoryMib: 1300 }],
  [{ seconds: 60.1, memoryMib: 1001 }, 1, { minutes: 7, memoryMib: 1400 }],
  [{ seconds: 600, memoryMib: 500 }, 5, { minutes: 120, memoryMib: 700 }],
] as const)(
  'limitsOf(%j, %i) is %j: twice the time with two minutes a run to begin, 1.3 times the memory',
  (cost, runs, limits) => {
    expect(limitsOf({ runs: 1, ...cost }, runs)).toEqual(limits);
  },
);

test('slurm --script: its tasks make every run once, names with blanks and quotes included', async () => {
  const script = join(folder, 'metamers.sh');
  await runCommand(slurmCommand, [...argv, '--tasks', '2', '--cpus', '1', '--script', script]);
  // What is run by vitest is not the command line; a task's program is.
  const text = readFileSync(script, 'utf8').replace(
    /^.* synthesize /m,
    `${process.execPath} --import tsx '${entry}' synthesize `,
  );
  writeFileSync(script, text);
  const made = (task: number) => {
    const env = { ...process.env, SLURM_ARRAY_TASK_ID: String(task) };
    const { status } = spawnSync('bash', [script], { env, stdio: 'ignore' });
    // Metamers of three steps fail their criteria, and the task has done its work.
    expect(status).toBe(0);
    return readdirSync(out, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('run.json'));
  };
  expect(made(0).length).toBe(2);
  expect(
    made(1)
      .map((name) => name.replace('/run.json', ''))
      .sort(),
  ).toEqual(['a sound 1/conv1', 'a sound 1/norm1', 'a sound 2/conv1', 'a sound 2/norm1']);
  const { threads, steps } = JSON.parse(readFileSync(join(out, 'a sound 1/conv1/run.json'), 'utf8'));
  expect([threads, steps]).toEqual([1, 3]);
  // What broke is told by the code.
  writeFileSync(join(out, 'a sound 1/conv1/run.json'), '{');
  expect(spawnSync('bash', [script], { env: { ...process.env, SLURM_ARRAY_TASK_ID: '0' } }).status).toBe(2);
  rmSync(join(out, 'a sound 1/conv1'), { recursive: true });
});

test('slurm --measure makes the first run of each stage and takes time and memory from them', async () => {
  const measured = argv.map((word) => (word === out ? join(folder, 'measured') : word));
  const { stdout, stderr } = await runCommand(slurmCommand, [...measured, '--measure', '--tasks', '2']);
  const record = (stage: string) =>
    JSON.parse(readFileSync(join(folder, 'measured', 'a sound 1', stage, 'run.json'), 'utf8'));
  const runs = ['conv1', 'norm1'].map(record);
  const memoryMib = Math.max(...runs.map(({ peakMemoryMiB }) => peakMemoryMiB));
  expect(existsSync(join(folder, 'measured', 'a sound 2'))).toBe(false);
  expect(stderr).toContain(`Of 2 finished runs the slowest takes`);
  expect(stdout).toContain(`#SBATCH --mem=${100 * Math.ceil((1.3 * memoryMib) / 100)}M\n`);
  expect(stdout).toMatch(/^#SBATCH --time=(8|9|10)$/m);
  const stated = await runCommand(slurmCommand, [...measured, '--minutes', '7', '--memory-mib', '900']);
  expect(stated.stdout).toMatch(/--mem=900M\n#SBATCH --time=7\n/);
});

test('slurm finds a mistake before the job is queued, and overwrites no script', async () => {
  const script = join(folder, 'other.sh');
  await expect(runCommand(slurmCommand, [...argv, '--stage', 'conv9', '--script', script])).rejects.toThrow(
    /'conv9' is not a stage of tiny/,
  );
  expect(existsSync(script)).toBe(false);
  writeFileSync(script, 'mine');
  await expect(runCommand(slurmCommand, [...argv, '--script', script])).rejects.toThrow(
    /other.sh exists already; choose another name, or add --overwrite/,
  );
  expect(readFileSync(script, 'utf8')).toBe('mine');
  await runCommand(slurmCommand, [...argv, '--script', script, '--overwrite']);
  // The tasks skip finished runs, however often the script is submitted.
  expect(readFileSync(script, 'utf8')).toMatch(/^#!(?!.*--overwrite)/s);
});

test.each([
  [['--tasks', '1001'], undefined],
  [
    ['--tasks', '1002'],
    /^--tasks must be ≤ 1001, the size that most clusters allow an array, got 1002; give fewer tasks, each makes several runs then, or --max-array/,
  ],
  [['--tasks', '1200', '--max-array', '4001'], undefined],
  [
    ['--tasks', '20', '--max-array', '10'],
    /^--tasks must be ≤ 10, the size that this cluster allows an array, got 20/,
  ],
] as const)('slurm %j knows how large an array can be', async (flags, message) => {
  const printed = runCommand(slurmCommand, [...argv, ...flags]);
  if (message) await expect(printed).rejects.toThrow(message);
  else expect((await printed).stdout).toContain('#SBATCH --array=0-3\n');
});

test('slurm lays out no more tasks than the cluster allows', async () => {
  const { stdout } = await runCommand(slurmCommand, [...argv, '--max-array', '2']);
  expect(stdout).toContain('#SBATCH --array=0-1\n');
  expect(stdout).not.toContain('--max-array');
});

test('slurm asks for the time of the most runs that a task makes', async () => {
  const to = join(folder, 'uneven');
  mkdirSync(join(to, 'a sound 1', 'conv1'), { recursive: true });
  const cost = { seconds: 60, steps: 3, peakMemoryMiB: 1000 };
  writeFileSync(join(to, 'a sound 1', 'conv1', 'run.json'), finishedRecord(cost));
  const flags = argv.map((word) => (word === out ? to : word));
  const { stdout } = await runCommand(slurmCommand, [...flags, '--tasks', '3']);
  // Of three tasks for four runs one makes two: twice two times a minute and two more to begin.
  expect(stdout).toMatch(/--array=0-2\n.*\n#SBATCH --mem=1300M\n#SBATCH --time=12\n/);
});

test('slurm lays out 200 tasks where there are more runs and nobody says how many', async () => {
  const stages = Array.from({ length: 101 }, (_, i) => `conv1+norm1:${i + 2}`).join(',');
  const { stdout } = await runCommand(slurmCommand, [...argv, '--stage', stages]);
  expect(stdout).toContain('#SBATCH --array=0-199\n');
});
