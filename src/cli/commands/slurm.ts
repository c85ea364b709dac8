import { makeFolder, refuseToOverwrite, writeFileAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { loadModel } from '../../model/loadModel.ts';
import { type BatchItem, stageLabel } from '../../synthesis/runs/layOutRuns.ts';
import { batchSettings } from '../../synthesis/runs/synthesizeRuns.ts';
import { type Command, type Flags, keyOf, longNameOf } from '../command.ts';
import { earOption } from '../flags/earFlag.ts';
import { jobFlags } from '../slurm/jobFlags.ts';
import { limitsOf, measuredCost } from '../slurm/measuredCost.ts';
import { quoted, type SlurmResources, slurmScript } from '../slurm/slurmScript.ts';
import { stoppable } from '../terminal/stoppable.ts';
import { watchedBatch } from '../terminal/watchedBatch.ts';
import { layOutFlaggedRuns, methodOf, synthesizeCommand } from './synthesize.ts';

/** Flags of `metamer synthesize` that a cluster job settles itself, or that make no sense in one. */
const settled = ['--threads', '--workers', '--shard', '--save-onnx', '--json', '--overwrite'];

const batchFlags = synthesizeCommand.flags.filter(({ flag }) => !settled.includes(longNameOf({ flag })));
const usual = { minutes: 240, memoryMib: 3000 };

/** `metamer slurm`: a batch of `metamer synthesize` as a job array. */
export const slurmCommand: Command = {
  arguments: '<sounds...>',
  flags: [...batchFlags, ...jobFlags],
  examples: [
    'metamer slurm clips/*.wav --stage all --model my-model --out metamers --tasks 40 --script metamers.sh',
    'metamer slurm clips/*.wav --stage all --model my-model --out metamers --measure --account hearing --logs logs | sbatch',
  ],
  run: runSlurm,
};

/** Everything is read and checked here, so that a mistake is found before the job waits in a queue. */
async function runSlurm(sounds: string[], flags: Flags): Promise<0> {
  checkTasks(flags);
  const script = flags['script'] as string | undefined;
  if (script !== undefined) refuseToOverwrite(script, flags['overwrite'] === true);
  const { items, steps } = await batchOf(sounds, flags);
  const resources = resourcesOf(items, steps, flags);
  if (resources.logs !== undefined) makeFolder(resources.logs);
  const command = [process.execPath, ...process.execArgv, process.argv[1]!, 'synthesize', ...argvOf(flags)];
  const text = slurmScript(command, sounds, resources);
  if (script === undefined) process.stdout.write(text);
  else {
    writeFileAtomic(script, text);
    process.stderr.write(
      `${items.length} runs in ${resources.tasks} tasks; submit them with: sbatch ${quoted(script)}\n`,
    );
  }
  return 0;
}

/** The runs and the steps of each; with `--measure`, the first of each stage is made. */
async function batchOf(sounds: string[], flags: Flags): Promise<{ items: BatchItem[]; steps: number }> {
  const model = loadModel(String(flags['model']), {
    ...earOption(flags),
    oversampling: flags['oversampling'] as number,
    durationSeconds: flags['durationSeconds'] as number | undefined,
  });
  const items = await layOutFlaggedRuns(sounds, flags, model);
  const settings = batchSettings(model, methodOf(flags, model, flags['cpus'] as number));
  const steps = settings.stepLimit;
  if (flags['measure'] !== true) return { items, steps };
  const firsts = new Map(items.toReversed().map((item) => [stageLabel(item.weights), item]));
  await stoppable(
    (signal) => watchedBatch([...firsts.values()].reverse(), settings, { signal }),
    'the same command goes on from the last step',
  );
  return { items, steps };
}

function checkTasks(flags: Flags): void {
  const [tasks = 1, most] = [flags['tasks'] as number | undefined, flags['maxArray'] as number];
  if (tasks > most)
    throw new InputError(
      `--tasks must be ≤ ${most}, the size that ${most === 1001 ? 'most clusters allow' : 'this cluster allows'} an array, got ${tasks}; give fewer tasks, each makes several runs then, or --max-array with the cluster's own MaxArraySize`,
    );
}

/** What the flags ask for; time and memory that they leave open are taken from runs that are finished. */
function resourcesOf(items: readonly BatchItem[], steps: number, flags: Flags): SlurmResources {
  const text = (name: string) => flags[name] as string | undefined;
  const number = (name: string) => flags[name] as number | undefined;
  const tasks = Math.min(items.length, number('tasks') ?? Math.min(200, number('maxArray')!));
  const cost = measuredCost(items, steps);
  const measured = cost ? limitsOf(cost, Math.ceil(items.length / tasks)) : usual;
  const asked = {
    minutes: number('minutes') ?? measured.minutes,
    memoryMib: number('memoryMib') ?? measured.memoryMib,
  };
  if (cost)
    process.stderr.write(
      `Of ${cost.runs} finished runs the slowest takes ${cost.seconds.toFixed(0)} s, the largest ${cost.memoryMib} MiB; a task asks for ${asked.minutes} min and ${asked.memoryMib} MiB\n`,
    );
  return {
    ...{ tasks, cpus: number('cpus')!, ...asked, atOnce: number('atOnce') },
    ...{ partition: text('partition'), account: text('account'), constraint: text('constraint') },
    ...{ gres: text('gres'), logs: text('logs') },
  };
}

/** The batch's flags as they would be typed; those at their defaults are left out. */
function argvOf(flags: Flags): string[] {
  return batchFlags.flatMap((flag) => {
    const name = longNameOf(flag);
    const value = flags[keyOf(name)];
    if (value === undefined || value === flag.default) return [];
    return value === true ? [name] : [name, String(value)];
  });
}
