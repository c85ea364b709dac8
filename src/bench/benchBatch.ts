import { availableParallelism } from 'node:os';
import type { AuditoryModel } from '../model/auditoryModel.ts';
import { synthesisPreset } from '../synthesis/presets.ts';
import { medianMs } from './medianMs.ts';
import { fastSteps } from './steps.ts';

/** How a batch is shared out. */
export interface BatchShape {
  /** Runs at once, each in a process of its own. */
  workers: number;
  /** Of each process's graph. */
  threads: number;
  /** Sounds that one graph takes; batches of the toolkit have one. */
  soundsPerGraph: number;
}

/** What is measured, and how other processes are asked. */
export interface BatchMeasurement {
  model: AuditoryModel;
  stage: string;
  repeats: number;
  /**
   * Measures in a process of its own.
   *
   * @returns Metamers an hour of that process.
   */
  measureApart: (shape: Omit<BatchShape, 'workers'>) => Promise<number>;
}

/** Metamers an hour of every way to share out a batch, and the best of those that batches have. */
export interface BatchTimings {
  model: string;
  stage: string;
  /** Gradient evaluations of a metamer. */
  evaluations: number;
  metamersPerHour: Record<string, number>;
  best: BatchShape & { metamersPerHour: number };
}

/**
 * Measures how many metamers an hour this machine makes, by workers, threads and sounds of a graph; compiling and judging
 * not counted.
 *
 * @param measurement - Model, stage, and how other processes are asked.
 */
export async function benchBatch({
  model,
  stage,
  measureApart,
}: Omit<BatchMeasurement, 'repeats'>): Promise<BatchTimings> {
  const measured: (BatchShape & { metamersPerHour: number })[] = [];
  for (const shape of shapesFor(availableParallelism())) {
    const rates = await Promise.all(Array.from({ length: shape.workers }, () => measureApart(shape)));
    measured.push({ ...shape, metamersPerHour: rates.reduce((sum, rate) => sum + rate, 0) });
    process.stderr.write(
      `${labelOf(shape)}: ${measured.at(-1)!.metamersPerHour.toFixed(1)} metamers an hour\n`,
    );
  }
  const possible = measured.filter(({ soundsPerGraph }) => soundsPerGraph === 1);
  return {
    ...{ model: model.name, stage, evaluations: synthesisPreset('fast').steps },
    metamersPerHour: Object.fromEntries(measured.map((each) => [labelOf(each), each.metamersPerHour])),
    best: possible.reduce((best, each) => (each.metamersPerHour > best.metamersPerHour ? each : best)),
  };
}

/**
 * Ways to share out a batch that use all cores.
 *
 * @param cores - Of the machine.
 */
export function shapesFor(cores: number): BatchShape[] {
  const workers = [1, 2, 4, 8, 16, 32, 64].filter((count) => count < cores);
  return [...workers, cores].flatMap((count) =>
    [1, 2, 4].map((soundsPerGraph) => ({
      ...{ workers: count, threads: Math.floor(cores / count), soundsPerGraph },
    })),
  );
}

const labelOf = ({ workers, threads, soundsPerGraph }: BatchShape) =>
  `workers ${workers} × threads ${threads}, sounds a graph ${soundsPerGraph}`;

/**
 * Metamers an hour that this process makes by `fast`.
 *
 * @param shape - Threads, and sounds of the graph.
 */
export async function metamersPerHour(
  { model, stage, repeats }: Omit<BatchMeasurement, 'measureApart'>,
  { threads, soundsPerGraph }: Omit<BatchShape, 'workers'>,
): Promise<number> {
  const { run, steps, release } = await fastSteps(model, stage, { threads, sounds: soundsPerGraph });
  const msPerStep = (await medianMs(run, repeats)) / steps;
  await release();
  return (soundsPerGraph * 3.6e6) / (msPerStep * synthesisPreset('fast').steps);
}
