import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { slurmCommand } from '../../../src/cli/commands/slurm.ts';
import { writeNpy } from '../../../src/formats/npy.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinySound, writeTinyModel } from '../../tinyModel.ts';
import { runCommand } from '../runCommand.ts';

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
    '#SBATCH --partition=short',
  ]);
});

test('slurm --script: its tasks make every run once, names with blanks and quotes included', async () => {
  const script = join(folder, 'metamers.sh');
  await runCommand(slurmCommand, [...argv, '--tasks', '2', '--cpus', '1', '--script', script]);
  // What is run by vitest is not the command line; a task's program is.
  const text = readFileSync(script, 'utf8').replace(
    /^exec .* synthesize /m,
    `exec ${process.execPath} --import tsx '${entry}' synthesize `,
  );
  writeFileSync(script, text);
  const made = (task: number) => {
    const env = { ...process.env, SLURM_ARRAY_TASK_ID: String(task) };
    const { status } = spawnSync('bash', [script], { env, stdio: 'ignore' });
    // 1: a metamer of three steps may fail its criteria.
    expect([0, 1]).toContain(status);
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
