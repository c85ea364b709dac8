import type { TrainingMetrics } from '../../../src/training/trainingMetrics.ts';

/**
 * One learning curve of phases that went on from each other.
 *
 * @param phases - The log of each, at least a line.
 * @returns The lines; steps count from the beginning of the first phase.
 */
export function gatheredCurve(phases: readonly (readonly TrainingMetrics[])[]): TrainingMetrics[] {
  let taken = 0;
  return phases.flatMap((lines) => {
    const before = taken;
    taken += lines.at(-1)!.step;
    return lines.map((line) => ({ ...line, step: before + line.step }));
  });
}
