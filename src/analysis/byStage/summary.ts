import { mean, standardDeviation } from '../../statistics/estimates/descriptive.ts';
import { type Interval, noInterval, wilsonInterval } from '../../statistics/estimates/proportion.ts';
import { tQuantile } from '../../statistics/special/distributions.ts';
import type { Recognition } from './recognition.ts';
import type { LevelProportion } from './stageClaims.ts';

/** Recognition of one observer at one level. */
export interface LevelSummary extends Omit<LevelProportion, 'proportion' | 'answers'> {
  participants: number;
  trials: number;
  /** Humans: mean over participants of their proportions correct. A model: over sounds, each counted once. */
  proportionCorrect: number;
  /** 95 %, for new listeners and new sounds; a model's for new sounds. */
  interval: Interval;
  /** Humans: 95 % without what participants differ by throughout (Cousineau 2005, Morey 2008); NaN for a model. */
  withinSubject: Interval;
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

/** Proportions correct of one level, one number per participant who heard it. */
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
 * @param proportions - Proportions with their intervals, of the same observers and levels.
 * @returns Observers in order, levels within.
 */
export function summarizeLevels(
  recognition: Recognition,
  proportions: readonly LevelProportion[],
): LevelSummary[] {
  const { levels } = recognition;
  return observersOf(recognition).flatMap((counts) =>
    levels.flatMap((name, level): LevelSummary[] => {
      const line = proportions.find((own) => own.observer === counts.observer && own.level === name);
      if (!line) return [];
      const { proportion, answers, ...rest } = line;
      const isHuman = counts.observer === 'human';
      const trials = isHuman ? sumAt(counts.trials, levels.length, level) : answers;
      const correct = isHuman ? sumAt(counts.correct, levels.length, level) : answers * proportion;
      return [
        {
          ...rest,
          participants: proportionsAtLevel(counts, levels.length, level).length,
          trials,
          proportionCorrect: proportion,
          withinSubject: isHuman ? cousineauMorey(counts, levels.length, level) : noInterval,
          wilsonTrialLevel: wilsonInterval(correct, trials),
          pooledProportion: correct / trials,
        },
      ];
    }),
  );
}

function sumAt(values: Float64Array, levels: number, level: number): number {
  let total = 0;
  for (let cell = level; cell < values.length; cell += levels) total += values[cell]!;
  return total;
}

/**
 * 95 % interval of a level's mean over participants who heard every level, after each one's own mean is taken off,
 * corrected for the number of levels; NaN with fewer than two.
 *
 * @see Cousineau (2005), Tutor. Quant. Methods Psychol. 1, 42–45; Morey (2008), ibid. 4, 61–64.
 */
function cousineauMorey({ trials, correct }: ObserverCounts, levels: number, level: number): Interval {
  const rows: number[][] = [];
  for (let start = 0; start < trials.length; start += levels) {
    const own = Array.from({ length: levels }, (_, k) => correct[start + k]! / trials[start + k]!);
    if (!own.some(Number.isNaN)) rows.push(own);
  }
  const grand = mean(rows.map(mean));
  const normalized = rows.map((own) => own[level]! - mean(own) + grand);
  const center = mean(normalized);
  const error = Math.sqrt((standardDeviation(normalized) ** 2 / rows.length) * (levels / (levels - 1)));
  const half = rows.length > 1 && levels > 1 ? tQuantile(0.975, rows.length - 1) * error : Number.NaN;
  return { low: center - half, high: center + half };
}
