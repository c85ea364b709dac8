import { counting, type Flag, numberFlag } from '../command.ts';

const count = (name: string, help: string, value?: number): Flag => ({
  flag: `${name} <n>`,
  help,
  ...(value === undefined ? {} : { default: value }),
  parse: numberFlag(name, counting),
});

/** Flags of `metamer slurm` that are about the cluster. */
export const jobFlags: readonly Flag[] = [
  count('--tasks', 'tasks of the array (default: one a run, at most 200)'),
  count('--at-once', 'tasks that may run at once (default: as many as the cluster lets)'),
  count(
    '--max-array',
    'most tasks that the cluster allows an array, its MaxArraySize: scontrol show config | grep MaxArraySize',
    1001,
  ),
  count('--cpus', 'cores, and threads, of a task; the same number gives the same bits', 2),
  count('--memory-mib', 'memory of a task, MiB (default: 1.3 times that of finished runs, else 3000)'),
  count(
    '--minutes',
    'time limit of a task (default: twice what finished runs say, else 240); the same script submitted again goes on where tasks were stopped',
  ),
  {
    flag: '--measure',
    help: 'make the first run of each stage here, to take time and memory from; it counts as made',
  },
  { flag: '--partition <name>', help: 'partition of the cluster' },
  { flag: '--account <name>', help: 'account that pays' },
  { flag: '--constraint <features>', help: 'features that a node must have' },
  { flag: '--gres <list>', help: 'resources of a task, as gpu:1 with --device cuda' },
  {
    flag: '--logs <folder>',
    help: "receives each task's log, <job>_<task>.log; it is made (default: slurm-*.out here)",
  },
  { flag: '--script <file>', help: 'where the script goes (default: printed)' },
  { flag: '--overwrite', help: 'replace an existing script; its tasks never replace a finished run' },
];
