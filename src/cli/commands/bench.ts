import { availableParallelism } from 'node:os';
import { benchParts } from '../../bench/benchParts.ts';
import { loadModel } from '../../model/loadModel.ts';
import { type Command, counting, type Flags, numberFlag } from '../command.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { oversamplingFlag } from '../flags/oversamplingFlag.ts';
import { threadsFlag } from '../flags/threadsFlag.ts';
import { table } from '../terminal/modelTable.ts';

/** `metamer bench`: the project's own timings. */
export const benchCommand: Command = {
  name: 'bench',
  summary: "measure the speed of the toolkit's main parts on this machine",
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
    oversamplingFlag,
    ...engineFlags,
    threadsFlag('threads of the graph (default: all cores)'),
    { flag: '--json', help: 'print the timings as JSON' },
  ],
  examples: [
    'metamer bench',
    'metamer bench --only step --model cochcnn9 --json',
    'metamer bench --only train --model branched-small',
  ],
  run: runBench,
};

async function runBench(_: string[], flags: Flags): Promise<0> {
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
  };
  const only = flags['only'] as string | undefined;
  const timings: Record<string, object> = {};
  for (const [name, measure] of Object.entries(benchParts))
    if (only === undefined || only === name) timings[name] = await measure(settings);
  process.stdout.write(flags['json'] ? `${JSON.stringify(timings, null, 2)}\n` : asTable(timings));
  return 0;
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
