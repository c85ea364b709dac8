import { availableParallelism, cpus, platform, totalmem } from 'node:os';
import { writeJsonAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { versions } from '../../base/versions.ts';
import type { ComputingOptions } from '../../engine/engine.ts';
import { loadModel } from '../../model/loadModel.ts';
import { fastSteps, synthesisStep, type TimedStep, timedTrainingGraph, trainingStep } from '../steps.ts';
import { keptSittings } from './keptSittings.ts';
import { type ComparedRow, comparedRow } from './ratios.ts';
import { openYardstick, type Times, type Yardstick } from './yardstick.ts';

/** What is compared with PyTorch, and how often. */
export interface AgainstSettings extends ComputingOptions {
  /** Python with numpy and torch. */
  python: string;
  threads: number;
  /** Timed repeats of each row in a sitting. */
  repeats: number;
  /** Times that all rows are measured, PyTorch's and ours in turns. */
  sittings: number;
  oversampling: number;
  only?: 'step' | 'train' | undefined;
  /** Stages of the steps; default: all of both models. */
  stages?: readonly string[] | undefined;
  /** Receives what was measured row by row, JSON; sittings that it holds already are not measured again. */
  out?: string | undefined;
}

/** The comparison, with what it was made on. */
export interface AgainstResult {
  machine: { processor: string; cores: number; memoryGiB: number; platform: string };
  versions: Record<string, string>;
  threads: number;
  repeats: number;
  sittings: number;
  /** Those measured at least once, also by an earlier call that wrote to the same file. */
  rows: ComparedRow[];
}

/** A row: what PyTorch is timed at, the faster of several, and what we are. */
interface Row {
  name: string;
  theirs: readonly string[];
  prepare: () => Promise<TimedStep>;
}

/**
 * Times PyTorch and the toolkit in turns: steps of syntheses with `cochcnn9` and `branched-small`, and training steps of
 * `branched-small`.
 *
 * @param settings - What, and how often.
 * @throws InputError when PyTorch is missing, or no row is left.
 */
export async function benchAgainst(settings: AgainstSettings): Promise<AgainstResult> {
  const rows = rowsOf(settings);
  if (rows.length === 0)
    throw new InputError('must name stages of cochcnn9 or branched-small; leave it out for all of them', {
      option: 'stage',
    });
  const { python, threads, repeats, sittings, out } = settings;
  const yardstick = await openYardstick(python, threads);
  try {
    const measured = {
      machine: machineOf(),
      versions: { ...versions(), torch: yardstick.torch },
      threads,
      repeats,
    };
    const times = keptSittings(out, measured);
    const result = () => ({
      ...{ ...measured, sittings },
      rows: [...times].map(([name, { theirs, ours }]) => comparedRow(name, theirs, ours)),
    });
    for (let sitting = 1; sitting <= sittings; sitting++) {
      const known = new Map<string, Times>();
      for (const row of rows) {
        const { theirs, ours } = times.get(row.name) ?? { theirs: [], ours: [] };
        if (ours.length >= sitting) continue;
        process.stderr.write(`sitting ${sitting} of ${sittings}: ${row.name}\n`);
        theirs.push(await theirTimes(yardstick, row, { repeats, known }));
        ours.push(await ourTimes(row, repeats));
        times.set(row.name, { theirs, ours });
        if (out !== undefined) writeJsonAtomic(out, result());
      }
    }
    return result();
  } finally {
    yardstick.close();
  }
}

function rowsOf({ only, stages, oversampling, ...computing }: AgainstSettings): Row[] {
  const steps = ['cochcnn9', 'branched-small'].flatMap((name) => {
    const model = loadModel(name, { oversampling });
    return model.stages
      .filter((stage) => stages === undefined || stages.includes(stage.name))
      .flatMap((stage): Row[] => {
        const row = `${name} ${stage.name}`;
        const prepare = (step: typeof fastSteps) => () => step(model, stage.name, computing);
        return [
          { name: row, theirs: [row], prepare: prepare(synthesisStep) },
          { name: `${row}, by fast`, theirs: [row], prepare: prepare(fastSteps) },
        ];
      });
  });
  return [...(only === 'train' ? [] : steps), ...(only === 'step' ? [] : trainingRows(computing))];
}

function trainingRows(computing: ComputingOptions): Row[] {
  const name = 'branched-small';
  const row = (hears: boolean) => () =>
    trainingStep(timedTrainingGraph(loadModel(name), name, { hears }), computing);
  return [
    {
      name: `${name} training, network and update`,
      theirs: [`${name} training network`, `${name} training network, channels last`],
      prepare: row(false),
    },
    {
      name: `${name} training, from waveforms`,
      theirs: [`${name} training from waveforms`],
      prepare: row(true),
    },
  ];
}

/** Of the fastest of the row's; each is measured once a sitting. */
async function theirTimes(
  yardstick: Yardstick,
  { theirs }: Row,
  { repeats, known }: { repeats: number; known: Map<string, Times> },
): Promise<Times> {
  for (const row of theirs) if (!known.has(row)) known.set(row, await yardstick.measure(row, repeats));
  const all = theirs.map((row) => known.get(row)!);
  return all.reduce((best, each) =>
    Math.min(...each.processor) < Math.min(...best.processor) ? each : best,
  );
}

async function ourTimes({ prepare }: Row, repeats: number): Promise<Times> {
  const { run, steps, release } = await prepare();
  const times: Times = { clock: [], processor: [] };
  for (let i = -2; i < repeats; i++) {
    const [start, before] = [performance.now(), process.cpuUsage()];
    await run();
    if (i < 0) continue;
    const { user, system } = process.cpuUsage(before);
    times.clock.push((performance.now() - start) / steps);
    times.processor.push((user + system) / 1000 / steps);
  }
  await release();
  return times;
}

function machineOf(): AgainstResult['machine'] {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: platform(),
  };
}
