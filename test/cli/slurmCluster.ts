import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../freePort.ts';

/** Programs of Debian's slurm-wlm and munge; daemons lie where a user's path may not lead. */
const path = `${process.env['PATH']}:/usr/sbin:/sbin`;
const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'scancel', 'scontrol'];

/** Why tests on a real cluster do not run, or false. */
export const skipSlurm =
  process.getuid?.() !== 0
    ? 'a cluster in a test needs root'
    : programs.some((program) => spawnSync('which', [program], { env: { PATH: path } }).status !== 0)
      ? 'no SLURM: install slurm-wlm and munge'
      : false;

/** A task of an array as the cluster tells of it. */
export interface SlurmTask {
  task: number;
  state: string;
  exitCode: string;
  restarts: number;
}

/** A SLURM cluster of this machine alone, with daemons, keys and ports of its own. */
export interface SlurmCluster {
  /** Runs one of SLURM's programs and returns what it prints; throws when it fails. */
  command(program: string, ...argv: string[]): string;
  tasks(job: string): SlurmTask[];
  /** Waits until no task of the array waits or runs. */
  ended(job: string): Promise<SlurmTask[]>;
  stop(): Promise<void>;
}

/**
 * Starts a cluster.
 *
 * @param folder - An empty folder for its state.
 */
export async function startSlurm(folder: string): Promise<SlurmCluster> {
  const file = (name: string) => join(folder, name);
  for (const name of ['state', 'spool', 'munge']) mkdirSync(file(name), { mode: 0o755 });
  writeFileSync(file('munge/key'), 'k'.repeat(128), { mode: 0o600 });
  const [controller, node] = [await freePort(), await freePort()];
  writeFileSync(file('slurm.conf'), configuration(folder, controller, node));
  const env = { ...process.env, PATH: path, SLURM_CONF: file('slurm.conf') };
  const daemons: ChildProcess[] = [];
  const start = (program: string, ...argv: string[]) => {
    daemons.push(spawn(program, argv, { env, stdio: 'ignore' }));
  };
  const command = (program: string, ...argv: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, argv, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${program} ${argv.join(' ')}: ${stderr}${logOf(folder)}`);
    return stdout;
  };
  const munge = ['key-file', 'pid-file', 'log-file', 'seed-file'].map(
    (name) => `--${name}=${file(`munge/${name.replace('-file', '')}`)}`,
  );
  start('munged', '--foreground', '--force', `--socket=${file('munge/socket')}`, ...munge);
  start('slurmctld', '-D', '-f', file('slurm.conf'));
  start('slurmd', '-D', '-f', file('slurm.conf'));
  const tasks = (job: string) => tasksOf(command('scontrol', 'show', 'job', '-o', job));
  const isOver = ({ state }: SlurmTask) => !/PENDING|RUNNING|COMPLETING|REQUEUED|SUSPENDED/.test(state);
  await until(() => /State=(IDLE|MIXED)/.test(command('scontrol', 'show', 'node', '-o')));
  return {
    command,
    tasks,
    async ended(job) {
      await until(() => tasks(job).every(isOver));
      return tasks(job);
    },
    async stop() {
      const gone = daemons.map((daemon) => new Promise((resolve) => daemon.once('exit', resolve)));
      for (const daemon of daemons.toReversed()) daemon.kill();
      await Promise.all(gone);
    },
  };
}

function configuration(folder: string, controller: number, node: number): string {
  const name = hostname();
  return [
    'ClusterName=metamer',
    `SlurmctldHost=${name}(127.0.0.1)`,
    ...['SlurmUser=root', 'SlurmdUser=root', 'AuthType=auth/munge', 'CredType=cred/munge'],
    `AuthInfo=socket=${folder}/munge/socket`,
    ...[`SlurmctldPort=${controller}`, `SlurmdPort=${node}`],
    ...[`StateSaveLocation=${folder}/state`, `SlurmdSpoolDir=${folder}/spool`],
    ...[`SlurmctldPidFile=${folder}/slurmctld.pid`, `SlurmdPidFile=${folder}/slurmd.pid`],
    ...[`SlurmctldLogFile=${folder}/slurmctld.log`, `SlurmdLogFile=${folder}/slurmd.log`],
    ...[
      'ProctrackType=proctrack/linuxproc',
      'TaskPlugin=task/none',
      'MpiDefault=none',
      'SwitchType=switch/none',
    ],
    ...['SelectType=select/cons_tres', 'SelectTypeParameters=CR_CPU', 'SlurmdParameters=config_overrides'],
    ...['ReturnToService=2', 'KillWait=60', 'MinJobAge=100000', 'MaxArraySize=101'],
    ...['JobCompType=jobcomp/none', 'JobAcctGatherType=jobacct_gather/none'],
    `NodeName=${name} NodeAddr=127.0.0.1 CPUs=${availableParallelism()} RealMemory=64000 State=UNKNOWN`,
    'PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP',
    '',
  ].join('\n');
}

function tasksOf(text: string): SlurmTask[] {
  return text
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const field = (name: string) => new RegExp(`(?:^| )${name}=(\\S+)`).exec(line)?.[1] ?? '';
      // Tasks that wait are told of in one line, as `2,10-49%4`.
      const waiting = field('ArrayTaskId').split('%')[0]!.split(',');
      return waiting.flatMap((range) => {
        const [first = 0, last = first] = range.split('-').map(Number);
        return Array.from({ length: last - first + 1 }, (_, i) => ({
          task: first + i,
          state: field('JobState'),
          exitCode: field('ExitCode'),
          restarts: Number(field('Restarts')),
        }));
      });
    });
}

function logOf(folder: string): string {
  try {
    return readFileSync(join(folder, 'slurmctld.log'), 'utf8').split('\n').slice(-10).join('\n');
  } catch {
    return '';
  }
}

/** Waits for something that takes as long as the machine needs; the suite's own limit ends what hangs. */
export async function until(holds: () => boolean): Promise<void> {
  for (;;) {
    try {
      if (holds()) return;
    } catch {
      // The daemons are about to answer.
    }
    await sleep(200);
  }
}
