import { type BootstrapOptions, bootstrap } from '../../statistics/estimates/bootstrap.ts';
import { mean, standardDeviation } from '../../statistics/estimates/descriptive.ts';
import { type Interval, wilsonInterval } from '../../statistics/estimates/proportion.ts';
import type { Recognition } from './recognition.ts';

/** Recognition at one level, over participants. */
export interface LevelSummary {
  observer: string;
  level: string;
  participants: number;
  trials: number;
  /** Mean over participants of their proportions correct. */
  proportionCorrect: number;
  standardError: number;
  /** Bootstrap over participants. */
  percentile: Interval;
  bca: Interval;
  /** Wilson's interval of the pooled trials: takes trials as independent, so it is too narrow for inference. */
  wilsonTrialLevel: Interval;
  pooledProportion: number;
}

/** Counts of one observer by participant and level. */
export interface ObserverCounts {
  observer: string;
  trials: Float64Array;
  correct: Float64Array;
}

/**
 * The humans of a curve and its models, as observers.
 *
 * @param recognition - The curve.
 * @returns `human` first.
 */
export function observersOf(recognition: Recognition): ObserverCounts[] {
  return [
    { observer: 'human', trials: recognition.trials, correct: recognition.correct },
    ...recognition.models,
  ];
}

/**
 * Proportions correct of one level, one number per participant who heard it.
 *
 * @param counts - The observer's counts.
 * @param levels - Number of levels.
 * @param level - Index of the level.
 * @returns Proportions; participants without trials there are left out.
 */
function proportionsAtLevel(counts: ObserverCounts, levels: number, level: number): Float64Array {
  const proportions: number[] = [];
  for (let cell = level; cell < counts.trials.length; cell += levels)
    if (counts.trials[cell]! > 0) proportions.push(counts.correct[cell]! / counts.trials[cell]!);
  return Float64Array.from(proportions);
}

/**
 * Summaries of every observer and level of a curve.
 *
 * @param recognition - The curve.
 * @param options - Bootstrap settings.
 * @returns Observers in order, levels within.
 */
export function summarizeLevels(recognition: Recognition, options: BootstrapOptions): LevelSummary[] {
  const { levels } = recognition;
  return observersOf(recognition).flatMap((counts) =>
    levels.map((name, level): LevelSummary => {
      const proportions = proportionsAtLevel(counts, levels.length, level);
      const sum = (values: Float64Array) => {
        let total = 0;
        for (let cell = level; cell < values.length; cell += levels.length) total += values[cell]!;
        return total;
      };
      const trials = sum(counts.trials);
      const correct = sum(counts.correct);
      const resampled = bootstrap(proportions.length, (indices) => meanAt(proportions, indices), options);
      return {
        observer: counts.observer,
        level: name,
        participants: proportions.length,
        trials,
        proportionCorrect: mean(proportions),
        standardError: standardDeviation(proportions) / Math.sqrt(proportions.length),
        percentile: resampled.percentile,
        bca: resampled.bca,
        wilsonTrialLevel: wilsonInterval(correct, trials),
        pooledProportion: correct / trials,
      };
    }),
  );
}

function meanAt(values: Float64Array, indices: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < indices.length; i++) sum += values[indices[i]!]!;
  return sum / indices.length;
}
