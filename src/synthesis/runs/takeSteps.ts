import { type Descent, descend, type StepReport } from '../descend.ts';
import type { RunProgress } from './checkpoint.ts';

/** Where a run stands. */
export interface RunReport extends StepReport {
  stepsPerSecond: number;
}

/** How a run is watched. */
export interface RunOptions {
  /** Replaces a finished run, or one of other settings; an unfinished one of the same settings goes on. */
  overwrite?: boolean;
  /** Ends the run after the step it is at, its checkpoint written. */
  signal?: AbortSignal | undefined;
  onProgress?: (report: RunReport) => void;
  checkpointEverySeconds?: number;
}

/** How the steps of a run are taken. */
export interface TakeStepsOptions extends RunOptions {
  /** Keeps the run as it stands. */
  onCheckpoint: (progress: RunProgress) => void;
}

/**
 * Takes the remaining steps of a run; a checkpoint is written every few seconds and when the run is stopped.
 *
 * @param descent - What is lowered, and how.
 * @param from - Where to go on.
 * @param options - Progress, checkpoints, a signal to stop.
 * @returns The end, with the time of all sittings.
 */
export async function takeSteps(
  descent: Descent,
  from: RunProgress,
  options: TakeStepsOptions,
): Promise<RunProgress> {
  const { signal, onProgress, onCheckpoint, checkpointEverySeconds = 5 } = options;
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  const seconds = () => from.seconds + elapsed();
  let savedAt = startedAt;
  const onStep = async (report: StepReport) => {
    onProgress?.({ ...report, stepsPerSecond: (report.taken - from.state.step) / elapsed() });
    if (!signal?.aborted && performance.now() - savedAt <= 1000 * checkpointEverySeconds) return;
    onCheckpoint({ ...(await report.progress()), seconds: seconds() });
    savedAt = performance.now();
  };
  return { ...(await descend(descent, from, { signal, onStep })), seconds: seconds() };
}

const lossCurvePoints = 400;

/**
 * A loss curve thinned out for a record.
 *
 * @param losses - Before each step, and the last one's.
 * @returns About 400 pairs of step and loss, first and last among them.
 */
export function lossCurve(losses: readonly number[]): [number, number][] {
  const every = Math.max(1, Math.floor(losses.length / lossCurvePoints));
  return losses.flatMap((loss, step): [number, number][] =>
    step % every === 0 || step === losses.length - 1 ? [[step, loss]] : [],
  );
}
