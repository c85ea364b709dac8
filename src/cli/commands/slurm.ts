import { refuseToOverwrite, writeFileAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { loadModel } from '../../model/loadModel.ts';
import { type Command, counting, type Flag, type Flags, numberFlag } from '../command.ts';
import { earOption } from '../flags/earFlag.ts';
import { layOutFlaggedRuns, synthesizeCommand } from './synthesize.ts';

/** Flags of `metamer synthesize` that a cluster job settles itself, or that make no sense in one. */
const settled = ['--threads', '--workers', '--shard', '--save-onnx', '--json', '--overwrite'];

const batchFlags = synthesizeCommand.flags.filter(({ flag }) => !settled.includes(nameOf({ flag })));

const jobFlags: readonly Flag[] = [
  {
    flag: '--tasks <n>',
    help: 'tasks of the array (default: one a run, at most 200)',
    parse: numberFlag('--tasks', counting),
  },
  {
    flag: '--max-array <n>',
    help: 'most tasks that the cluster allows an array, its MaxArraySize: scontrol show config | grep MaxArraySize',
    default: 1001,
    parse: numberFlag('--max-array', counting),
  },
  {
    flag: '--cpus <n>',
    help: 'cores, and threads, of a task; the same number gives the same bits',
    default: 2,
    parse: numberFlag('--cpus', counting),
  },
  {
    flag: '--memory-mib <n>',
    help: 'memory of a task, MiB',
    default: 3000,
    parse: numberFlag('--memory-mib', counting),
  },
  {
    flag: '--minutes <n>',
    help: 'time limit of a task; the same script submitted again goes on where tasks were stopped',
    default: 240,
    parse: numberFlag('--minutes', counting),
  },
  { flag: '--partition <name>', help: 'partition of the cluster' },
  { flag: '--script <file>', help: 'where the script goes (default: printed)' },
  { flag: '--overwrite', help: 'replace an existing script; its tasks never replace a finished run' },
];

/** `metamer slurm`: a batch of `metamer synthesize` as a job array. */
export const slurmCommand: Command = {
  name: 'slurm',
  summary: 'write the sbatch script that makes a batch of metamers on a SLURM cluster',
  arguments: '<sounds...>',
  flags: [...batchFlags, ...jobFlags],
  examples: [
    'metamer slurm clips/*.wav --stage all --model my-model --out metamers --tasks 40 --script metamers.sh',
    'metamer slurm clips/*.wav --stage all --model my-model --out metamers | sbatch',
  ],
  run: runSlurm,
};

/** Everything is read and checked here, so that a mistake is found before the job waits in a queue. */
async function runSlurm(sounds: string[], flags: Flags): Promise<0> {
  checkTasks(flags);
  const script = flags['script'] as string | undefined;
  if (script !== undefined) refuseToOverwrite(script, flags['overwrite'] === true);
  const model = loadModel(String(flags['model']), {
    ...earOption(flags),
    oversampling: flags['oversampling'] as number,
    durationSeconds: flags['durationSeconds'] as number | undefined,
  });
  const runs = (await layOutFlaggedRuns(sounds, flags, model)).length;
  const tasks = Math.min(
    runs,
    (flags['tasks'] as number | undefined) ?? Math.min(200, flags['maxArray'] as number),
  );
  const text = scriptOf(sounds, flags, tasks);
  if (script === undefined) process.stdout.write(text);
  else {
    writeFileAtomic(script, text);
    process.stderr.write(`${runs} runs in ${tasks} tasks; submit them with: sbatch ${quoted(script)}\n`);
  }
  return 0;
}

function checkTasks(flags: Flags): void {
  const [tasks = 1, most] = [flags['tasks'] as number | undefined, flags['maxArray'] as number];
  if (tasks > most)
    throw new InputError(
      `--tasks must be ≤ ${most}, the size that ${most === 1001 ? 'most clusters allow' : 'this cluster allows'} an array, got ${tasks}; give fewer tasks, each makes several runs then, or --max-array with the cluster's own MaxArraySize`,
    );
}

function scriptOf(sounds: readonly string[], flags: Flags, tasks: number): string {
  const partition = flags['partition'] as string | undefined;
  const command = [process.execPath, ...process.execArgv, process.argv[1]!, 'synthesize'];
  return [
    '#!/bin/bash',
    '#SBATCH --job-name=metamers',
    `#SBATCH --array=0-${tasks - 1}`,
    `#SBATCH --cpus-per-task=${flags['cpus']}`,
    `#SBATCH --mem=${flags['memoryMib']}M`,
    `#SBATCH --time=${flags['minutes']}`,
    ...(partition === undefined ? [] : [`#SBATCH --partition=${partition}`]),
    '# A task that is stopped or fails loses nothing: the same script goes on, finished runs are skipped.',
    'set -eu',
    `cd ${quoted(process.cwd())}`,
    `exec ${[...command, ...argvOf(flags)].map(quoted).join(' ')} \\`,
    `  --threads ${flags['cpus']} --shard "$SLURM_ARRAY_TASK_ID/${tasks}" -- \\`,
    `  ${sounds.map(quoted).join(' ')}`,
    '',
  ].join('\n');
}

/** The batch's flags as they would be typed; those at their defaults are left out. */
function argvOf(flags: Flags): string[] {
  return batchFlags.flatMap((flag) => {
    const name = nameOf(flag);
    const key = name.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    const value = flags[key];
    if (value === undefined || value === flag.default) return [];
    return value === true ? [name] : [name, String(value)];
  });
}

function nameOf({ flag }: Pick<Flag, 'flag'>): string {
  return flag.split(' ')[0]!;
}

/** A word for the shell that means itself. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
