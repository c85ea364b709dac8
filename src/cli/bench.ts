import { availableParallelism } from 'node:os';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { cochleagramSize } from '../../cochlea/parameters.ts';
import { compile } from '../engine/compile.ts';
import type { EngineName } from '../engine/engine.ts';
import { tf } from '../engine/tf.ts';
import type { AuditoryModel } from '../model/auditoryModel.ts';
import { computeActivations } from '../model/computeActivations.ts';
import { loadModel } from '../model/loadModel.ts';
import { createRandom } from '../random.ts';
import { compileGradient } from '../synthesis/gradientProgram.ts';
import { match } from '../synthesis/objective.ts';
import { startState } from '../synthesis/optimizer.ts';
import { synthesisPreset } from '../synthesis/presets.ts';
import { type Command, type Flags, numberFlag } from './command.ts';
import { engineFlags, engineOptions } from './engineFlags.ts';
import { table } from './modelTable.ts';
import { oversamplingFlag } from './oversamplingFlag.ts';

const benches = ['cochleagram', 'step'] as const;
const whole = { min: 1, integer: true };

/** `metamer bench`: the project's own timings. */
export const benchCommand: Command = {
  name: 'bench',
  summary: "measure the speed of the toolkit's main parts on this machine",
  flags: [
    { flag: '--only <part>', help: 'measure one part', choices: benches },
    { flag: '--model <model>', help: 'name or folder, see metamer models', default: 'branched-small-random' },
    { flag: '--stage <stages>', help: 'stages of the step, comma between them (default: all)' },
    {
      flag: '--repeats <n>',
      help: 'timed repeats after the warm-up; their median counts',
      default: 9,
      parse: numberFlag('--repeats', whole),
    },
    oversamplingFlag,
    ...engineFlags,
    {
      flag: '--threads <n>',
      help: 'threads of the graph (default: all cores)',
      parse: numberFlag('--threads', whole),
    },
    { flag: '--json', help: 'print the timings as JSON' },
  ],
  examples: ['metamer bench', 'metamer bench --only step --model cochcnn9-random --json'],
  run: runBench,
};

/** Timings by part; medians. */
interface Timings {
  cochleagram?: {
    threads: number;
    oversampling: number;
    msForward: number;
    msGradient: number;
    peakMemoryMiB: number;
  };
  step?: { model: string; threads: number; msPerStep: Record<string, number>; peakMemoryMiB: number };
}

interface BenchSettings {
  model: AuditoryModel;
  engine: EngineName;
  threads: number;
  repeats: number;
  oversampling: number;
}

async function runBench(_: string[], flags: Flags): Promise<0> {
  const threads = (flags['threads'] as number | undefined) ?? availableParallelism();
  const oversampling = flags['oversampling'] as number;
  const model = loadModel(String(flags['model']), { oversampling });
  const settings = {
    ...engineOptions(flags),
    model,
    threads,
    oversampling,
    repeats: flags['repeats'] as number,
  };
  const stages = (flags['stage'] as string | undefined)?.split(',') ?? model.stages.map(({ name }) => name);
  const only = flags['only'] as (typeof benches)[number] | undefined;
  const timings: Timings = {};
  if (only !== 'step') timings.cochleagram = await benchCochleagram(settings);
  if (only !== 'cochleagram') timings.step = await benchStep(settings, stages);
  process.stdout.write(flags['json'] ? `${JSON.stringify(timings, null, 2)}\n` : asTable(timings));
  return 0;
}

/** The in-graph cochleagram of one clip, and its gradient for a cotangent of ones. */
async function benchCochleagram(settings: BenchSettings): Promise<NonNullable<Timings['cochleagram']>> {
  const { model, threads, oversampling, repeats } = settings;
  const cochleagram = createFastCochleagram(model.cochleagram, { oversampling });
  const { frames } = cochleagramSize(model.cochleagram, model.samples);
  const input = { shape: [1, model.samples] };
  const noise = noiseOf(model.samples, 0.1);
  const forward = await compile((x) => [cochleagram(x)], [input], settings);
  const channels = forward.outputShapes[0]?.[1] ?? 1;
  const cotangent = new Float32Array(channels * frames).fill(1);
  const gradient = await compile(
    (x, weights) => [tf.grad((y) => tf.sum(tf.mul(cochleagram(y as never), weights)))(x)],
    [input, { shape: [1, channels, frames] }],
    settings,
  );
  const msForward = await medianMs(() => forward.run(noise), repeats);
  const msGradient = await medianMs(() => gradient.run(noise, cotangent), repeats);
  await Promise.all([forward.release(), gradient.release()]);
  return { threads, oversampling, msForward, msGradient, peakMemoryMiB: peakMemoryMiB() };
}

/** One whole step of a synthesis at each stage: loss, gradient and the published update. */
async function benchStep(
  settings: BenchSettings,
  stages: readonly string[],
): Promise<NonNullable<Timings['step']>> {
  const { model, threads, repeats } = settings;
  const msPerStep: Record<string, number> = {};
  const optimizer = synthesisPreset('published-2023').optimizer(1);
  for (const stage of stages) {
    const [targets] = await computeActivations(model, [noiseOf(model.samples, 0.1)], [stage], {
      ...settings,
      form: 'fast',
    });
    const program = await compileGradient(model, match({ [stage]: 1 }), settings);
    const state = startState(optimizer, noiseOf(model.samples, 1e-5));
    msPerStep[stage] = await medianMs(
      async () => optimizer.advanceInto(state, await program.evaluate(state.waveform, targets!)),
      repeats,
    );
    process.stderr.write(`${model.name} ${stage}: ${msPerStep[stage].toFixed(1)} ms a step\n`);
    await program.release();
  }
  return { model: model.name, threads, msPerStep, peakMemoryMiB: peakMemoryMiB() };
}

/** Median time of repeated runs after three that warm up, milliseconds. */
async function medianMs(run: () => Promise<unknown>, repeats: number): Promise<number> {
  const times: number[] = [];
  for (let i = -3; i < repeats; i++) {
    const start = performance.now();
    await run();
    if (i >= 0) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

function noiseOf(samples: number, rms: number): Float32Array {
  const random = createRandom(1);
  return Float32Array.from({ length: samples }, () => rms * random.normal());
}

const peakMemoryMiB = () => Math.round(process.resourceUsage().maxRSS / 1024);

function asTable({ cochleagram, step }: Timings): string {
  const rows = [
    ...(cochleagram
      ? [
          ['cochleagram', 'forward', cochleagram.msForward.toFixed(1)],
          ['cochleagram', 'with gradient', cochleagram.msGradient.toFixed(1)],
        ]
      : []),
    ...Object.entries(step?.msPerStep ?? {}).map(([stage, ms]) => [
      `step of ${step!.model}`,
      stage,
      ms.toFixed(1),
    ]),
    ['peak memory', 'MiB', String(peakMemoryMiB())],
  ];
  return table(['part', '', 'ms'], rows, [2]);
}
