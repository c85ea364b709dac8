import { readRunRecord } from '../../records/runFolder.ts';
import type { BatchItem } from '../../synthesis/runs/layOutRuns.ts';

/** What the finished runs of a batch needed. */
export interface MeasuredCost {
  runs: number;
  /** Of the slowest, for as many steps as are asked for, seconds. */
  seconds: number;
  /** Of the largest, MiB. */
  memoryMib: number;
}

/** How much more than was measured is asked for: other nodes may be slower, other sounds of a batch need the same. */
const headroom = { time: 2, memory: 1.3 } as const;
/** Of starting, reading and compiling, for each stage of a task anew, seconds. */
const overheadSeconds = 120;

/**
 * What runs of a batch that are finished already needed.
 *
 * @param items - All runs of the batch.
 * @param steps - Gradient steps asked for.
 * @returns Undefined when none is finished.
 * @throws InputError when a record cannot be understood.
 */
export function measuredCost(items: readonly BatchItem[], steps: number): MeasuredCost | undefined {
  // Overwriting would replace the script, not the run.
  const mended = { remedy: 'remove it, and the run is made anew', settings: {} };
  const records = items.flatMap(({ folder }) => readRunRecord(folder, mended) ?? []);
  if (records.length === 0) return undefined;
  return {
    runs: records.length,
    seconds: Math.max(...records.map(({ seconds, steps: taken }) => (seconds / Math.max(1, taken)) * steps)),
    memoryMib: Math.max(...records.map(({ peakMemoryMiB }) => peakMemoryMiB)),
  };
}

/**
 * Time limit and memory of a task.
 *
 * @param cost - What was measured.
 * @param runsOfTask - Runs that a task makes, one after the other.
 */
export function limitsOf(
  { seconds, memoryMib }: MeasuredCost,
  runsOfTask: number,
): { minutes: number; memoryMib: number } {
  return {
    minutes: Math.ceil((headroom.time * runsOfTask * (seconds + overheadSeconds)) / 60),
    memoryMib: 100 * Math.ceil((headroom.memory * memoryMib) / 100),
  };
}
