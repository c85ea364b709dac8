/** What a job array asks its cluster for; what is undefined is left to the cluster. */
export interface SlurmResources {
  tasks: number;
  cpus: number;
  memoryMib: number;
  minutes: number;
  /** Tasks that run at once, at most. */
  atOnce?: number | undefined;
  partition?: string | undefined;
  account?: string | undefined;
  constraint?: string | undefined;
  gres?: string | undefined;
  /** Folder of the tasks' logs. */
  logs?: string | undefined;
}

/**
 * The script of a job array, each task of which makes its share of a batch.
 *
 * A task that is cancelled, requeued or out of time has its seconds to write a checkpoint: the shell waits for the tool. One
 * whose metamers failed their criteria has done its work, so for the cluster it is completed; it failed only when it broke.
 *
 * @param command - Words of the command line up to the sounds.
 * @param resources - What the array asks for.
 * @returns The text, for `sbatch`.
 */
export function slurmScript(
  command: readonly string[],
  sounds: readonly string[],
  resources: SlurmResources,
): string {
  return [
    '#!/bin/bash',
    ...directives(resources).map((directive) => `#SBATCH ${directive}`),
    '# A task that is stopped or breaks loses nothing: the same script goes on, finished runs are skipped.',
    'set -u',
    '# The tool is told as well and writes a checkpoint, which the shell waits for.',
    'trap : TERM',
    `cd ${quoted(process.cwd())} || exit 2`,
    `${command.map(quoted).join(' ')} \\`,
    `  --threads ${resources.cpus} --shard "$SLURM_ARRAY_TASK_ID/${resources.tasks}" -- \\`,
    `  ${sounds.map(quoted).join(' ')}`,
    'code=$?',
    '# 1: all metamers were made, and some failed their criteria, which their run.json tells; the task did its work.',
    'if [ "$code" -eq 1 ]; then echo "Metamers that failed their criteria are named above; the task is done."; code=0; fi',
    'exit "$code"',
    '',
  ].join('\n');
}

function directives(resources: SlurmResources): string[] {
  const { tasks, cpus, memoryMib, minutes, atOnce, partition, account, constraint, gres, logs } = resources;
  const optional = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`--${name}=${quoted(value)}`];
  return [
    '--job-name=metamers',
    `--array=0-${tasks - 1}${atOnce === undefined ? '' : `%${atOnce}`}`,
    `--cpus-per-task=${cpus}`,
    `--mem=${memoryMib}M`,
    `--time=${minutes}`,
    '--requeue',
    ...optional('partition', partition),
    ...optional('account', account),
    ...optional('constraint', constraint),
    ...optional('gres', gres),
    ...optional('output', logs === undefined ? undefined : `${logs}/%A_%a.log`),
  ];
}

/**
 * A word for the shell that means itself.
 *
 * @param word - Any text.
 */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
