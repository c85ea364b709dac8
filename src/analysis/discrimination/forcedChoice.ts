import type { Interval } from '../../statistics/estimates/proportion.ts';
import { proportionInterval, twoFactorVariance } from '../../statistics/estimates/twoFactor.ts';
import { forcedChoiceSensitivity } from '../../statistics/signalDetection.ts';

/** One observer's answers to a forced choice. */
export interface ChoiceAnswers {
  /** Of each answer: listener (−1 for a model) and source, numbered from 0, level, whether it is right. */
  listener: Int32Array;
  source: Int32Array;
  level: Int32Array;
  correct: Uint8Array;
}

/** A forced choice at one level. */
export interface LevelChoice {
  level: string;
  trials: number;
  proportionCorrect: number;
  /** 95 %, over new listeners and new sources. */
  interval: Interval;
  /** d′ of that many alternatives, with the interval of the proportion on its scale; NaN where they are not known. */
  sensitivity: number;
  sensitivityInterval: Interval;
}

/**
 * Proportion correct and d′ of a choice among several sounds, by level.
 *
 * @param answers - One observer's answers.
 * @param levels - Names of the levels.
 * @param alternatives - Number of sounds to choose from; null where it is not known.
 * @returns Levels with answers, in order.
 * @see Green & Dai (1991) for d′ of m alternatives; where all answers are right, half a wrong one is added (Hautus 1995).
 */
export function forcedChoiceLevels(
  { listener, source, level, correct }: ChoiceAnswers,
  levels: readonly string[],
  alternatives: number | null,
): LevelChoice[] {
  return levels.flatMap((name, k): LevelChoice[] => {
    const own = Int32Array.from([...level.keys()].filter((i) => level[i] === k));
    if (own.length === 0) return [];
    const right = own.reduce((sum, i) => sum + correct[i]!, 0);
    const proportionCorrect = right / own.length;
    const interval = proportionInterval(
      proportionCorrect,
      twoFactorVariance({
        listener: own.map((i) => listener[i]!),
        source: own.map((i) => source[i]!),
        value: Float64Array.from(own, (i) => (correct[i]! - proportionCorrect) / own.length),
      }),
    );
    const inside = Math.min(1 - 0.5 / (own.length + 1), Math.max(0.5 / (own.length + 1), proportionCorrect));
    const sensitivity = (p: number) =>
      alternatives === null ? Number.NaN : forcedChoiceSensitivity(p, alternatives);
    return [
      {
        level: name,
        trials: own.length,
        proportionCorrect,
        interval,
        sensitivity: sensitivity(inside),
        sensitivityInterval: { low: sensitivity(interval.low), high: sensitivity(interval.high) },
      },
    ];
  });
}
