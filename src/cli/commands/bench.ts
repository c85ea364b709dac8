import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { InputError } from '../../base/inputError.ts';
import { benchAgainst } from '../../bench/against/benchAgainst.ts';
import type { BatchShape } from '../../bench/benchBatch.ts';
import { benchParts } from '../../bench/benchParts.ts';
import { computingDevice } from '../../bench/computingDevice.ts';
import { timedBatchSize } from '../../bench/steps.ts';
import { loadModel } from '../../model/loadModel.ts';
import { type Command, counting, type Flags, numberFlag } from '../command.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { oversamplingFlag } from '../flags/oversamplingFlag.ts';
import { threadsFlag } from '../flags/threadsFlag.ts';
import { printResult } from '../terminal/printResult.ts';
import { ratioTable } from '../terminal/ratioTable.ts';
import { table } from '../terminal/table.ts';
import { withoutFlags } from '../terminal/workers.ts';

/** `metamer bench`: the project's own timings. */
export const benchCommand: Command = {
  flags: [
    { flag: '--only <part>', help: 'measure one part', choices: Object.keys(benchParts) },
    {
      flag: '--model <model>',
      help: 'name or folder, see metamer models; a network by its bare name has random weights, as fast as trained ones',
      default: 'branched-small',
    },
    { flag: '--stage <stages>', help: 'stages of the step, comma between them (default: all)' },
    {
      flag: '--repeats <n>',
      help: 'timed repeats after the warm-up; their median counts',
      default: 9,
      parse: numberFlag('--repeats', counting),
    },
    {
      flag: '--against <python>',
      help: 'time steps of syntheses and of trainings in turns with PyTorch, by this Python that has numpy and torch',
    },
    {
      flag: '--sittings <n>',
      help: 'times that all is measured with --against',
      default: 3,
      parse: numberFlag('--sittings', counting),
    },
    {
      flag: '--out <file>',
      help: 'receives the comparison with PyTorch row by row, JSON; the same command goes on with it',
    },
    {
      flag: '--sounds-per-graph <n>',
      help: 'sounds of one graph in the step and the batch (default: one, and every way to share a batch out)',
      parse: numberFlag('--sounds-per-graph', counting),
    },
    {
      flag: '--batch-size <n>',
      help: 'excerpts of a training step; a GPU is busy from 64 on',
      default: timedBatchSize,
      parse: numberFlag('--batch-size', counting),
    },
    oversamplingFlag,
    ...engineFlags,
    threadsFlag('threads of the graph (default: all cores)'),
    { flag: '--json', help: 'print the timings as JSON' },
  ],
  examples: [
    'metamer bench',
    'metamer bench --only step --model cochcnn9 --json',
    'metamer bench --only train --model branched-small',
    'metamer bench --only batch',
    'metamer bench --only step --model cochcnn9 --device webgpu --sounds-per-graph 32',
    'metamer bench --only train --device webgpu --batch-size 64',
    'metamer bench --against python3 --threads 1',
    'metamer bench --against python3 --stage relu2,final,conv3 --out against.json',
  ],
  run: runBench,
};

async function runBench(_: string[], flags: Flags): Promise<0> {
  if (flags['against'] !== undefined) return runAgainst(flags);
  const oversampling = flags['oversampling'] as number;
  const model = loadModel(String(flags['model']), { oversampling });
  const settings = {
    ...engineOptions(flags),
    model,
    modelName: String(flags['model']),
    oversampling,
    threads: (flags['threads'] as number | undefined) ?? availableParallelism(),
    stages: (flags['stage'] as string | undefined)?.split(',') ?? model.stages.map(({ name }) => name),
    repeats: flags['repeats'] as number,
    soundsPerGraph: flags['soundsPerGraph'] as number | undefined,
    batchSize: flags['batchSize'] as number,
    measureApart,
  };
  const only = flags['only'] as string | undefined;
  const { device } = settings;
  const timings: Record<string, object> = { device: { device, name: computingDevice(device) } };
  for (const [name, measure] of Object.entries(benchParts))
    if (only === undefined || only === name) {
      process.stderr.write(`measuring ${name}\n`);
      timings[name] = await measure(settings);
    }
  printResult(flags, timings, () => asTable(timings));
  return 0;
}

async function runAgainst(flags: Flags): Promise<0> {
  const only = flags['only'] as string | undefined;
  if (only !== undefined && only !== 'step' && only !== 'train')
    throw new InputError(`--only must be step or train with --against, got ${only}; leave one of them out`);
  const result = await benchAgainst({
    ...engineOptions(flags),
    ...{ python: String(flags['against']), only },
    threads: (flags['threads'] as number | undefined) ?? availableParallelism(),
    repeats: flags['repeats'] as number,
    sittings: flags['sittings'] as number,
    oversampling: flags['oversampling'] as number,
    stages: (flags['stage'] as string | undefined)?.split(','),
    out: flags['out'] as string | undefined,
  });
  printResult(flags, result, () => ratioTable(result));
  return 0;
}

/** The same command in a process of its own, for one process of a batch. */
async function measureApart({ threads, soundsPerGraph }: Omit<BatchShape, 'workers'>): Promise<number> {
  const asked = withoutFlags(process.argv.slice(2), ['--only', '--threads', '--json']);
  const argv = [...asked, '--only', 'batch', '--threads', String(threads), '--json'];
  const shape = ['--sounds-per-graph', String(soundsPerGraph)];
  const command = [...process.execArgv, process.argv[1]!, ...argv, ...shape];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  return (JSON.parse(stdout) as { batch: { metamersPerHour: number } }).batch.metamersPerHour;
}

function asTable(timings: Record<string, object>): string {
  const shown = (value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(2) : String(value);
  const rows = Object.entries(timings).flatMap(([part, result]) =>
    Object.entries(result).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).map(([key, each]) => [part, `${name} ${key}`, shown(each)])
        : [[part, name, shown(value)]],
    ),
  );
  return table(['part', '', ''], rows, [2]);
}
