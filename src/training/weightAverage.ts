import type { StepResults } from '../engine/stepper.ts';

/**
 * Share of the old average of the weights that a step keeps; early steps keep less of it, so that the beginning is soon
 * forgotten.
 *
 * @param share - Of later steps.
 * @param step - Steps taken, from 1.
 */
export const keptAverage = (share: number, step: number) => Math.min(share, (1 + step) / (10 + step));

/**
 * Moves the average of the weights on by one step, in place.
 *
 * @param averages - Old averages, changed.
 * @param weights - New weights.
 * @param share - Of the old average, as in {@link keptAverage}.
 * @param step - Steps taken, from 1.
 */
export function averageInto(averages: StepResults, weights: StepResults, share: number, step: number): void {
  const kept = keptAverage(share, step);
  for (const [name, average] of Object.entries(averages)) {
    const weight = weights[name]!;
    for (let i = 0; i < average.length; i++) average[i] = kept * average[i]! + (1 - kept) * weight[i]!;
  }
}
