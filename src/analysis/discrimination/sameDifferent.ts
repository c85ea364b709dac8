import type { Random } from '../../base/random.ts';
import { type AnswersByListener, criterionCorrelation } from '../../statistics/criterionSpread.ts';
import { type Interval, noInterval } from '../../statistics/estimates/proportion.ts';
import { ones, type Weights } from '../../statistics/estimates/resample.ts';
import { plainScale, twoFactorBootstrap } from '../../statistics/estimates/twoFactorBootstrap.ts';
import {
  type DetectionCounts,
  detectionOf,
  differencingDistance,
  independentObservationDistance,
  unpooledRates,
} from '../../statistics/signalDetection.ts';

/** Answers of one observer to pairs of sounds; in a detection task, to a sound that may hold a change. */
export interface PairAnswers {
  /** Of each answer: listener and source, numbered from 0; the level of the differing sound, −1 for a pair of the same. */
  listener: Int32Array;
  source: Int32Array;
  level: Int32Array;
  saysDifferent: Uint8Array;
  /** 0 for a model: it answers alike whoever listens beside it. */
  listeners: number;
  sources: number;
}

/** How well the sounds of one level are told from their originals. */
export interface LevelDetection {
  level: string;
  counts: DetectionCounts;
  /** "Different" to different and to same pairs, log-linear correction, listeners pooled. */
  hitRate: number;
  falseAlarmRate: number;
  /** d′ and c of a listener, with 95 % intervals over new listeners and new sources. */
  sensitivity: number;
  sensitivityInterval: Interval;
  criterion: number;
  criterionInterval: Interval;
  /** d′ of the two sounds of a pair, were the difference judged, or each sound by itself; null where there are no pairs. */
  differencing: number | null;
  independentObservation: number | null;
  /** Whether nothing or everything was called different: d′ rests on the correction and has no upper end. */
  isAtLimit: boolean;
}

/** Most answers × resamples, which bounds the time. */
const mostWork = 1e8;

/**
 * Sensitivity and criterion by level; the pairs of the same sound are common to all levels.
 *
 * Listeners are pooled, which the correction for rates of 0 and 1 needs, and the d′ that their different criteria take
 * away by pooling is given back.
 *
 * @param answers - One observer's answers.
 * @param levels - Names of the levels.
 * @param options - Generator and resamples; whether two sounds were compared, or one heard.
 * @returns Levels in order, and the standard deviation of the listeners' criteria.
 */
export function sameDifferentLevels(
  answers: PairAnswers,
  levels: readonly string[],
  { random, resamples, isOfPairs = true }: { random: Random; resamples: number; isOfPairs?: boolean },
): { levels: LevelDetection[]; criterionSd: number } {
  const everyone = ones(Math.max(1, answers.listeners));
  const whole = { listeners: everyone, sources: ones(answers.sources) };
  const counts = countsByLevel(answers, levels.length, whole);
  const correlation = correlationOf(answers, levels.length, whole);
  const estimates = twoFactorBootstrap(
    answers,
    (listeners, sources) => {
      const weights = { listeners: answers.listeners > 0 ? listeners : everyone, sources };
      const shrinkage = Math.sqrt(1 - correlationOf(answers, levels.length, weights));
      return countsByLevel(answers, levels.length, weights).flatMap((own) => {
        const { sensitivity, criterion } = detectionOf(own);
        return [sensitivity / shrinkage, criterion / shrinkage];
      });
    },
    {
      random,
      resamples: Math.max(100, Math.min(resamples, Math.floor(mostWork / answers.listener.length))),
      scales: levels.flatMap(() => [plainScale, plainScale]),
    },
  );
  return {
    criterionSd: Math.sqrt(correlation / (1 - correlation)),
    levels: levels.map((level, k) => {
      const detection = detectionOf(counts[k]!);
      const [sensitivity, criterion] = [estimates[2 * k]!, estimates[2 * k + 1]!];
      const isAtLimit = hasLimit(counts[k]!);
      return {
        level,
        counts: counts[k]!,
        hitRate: detection.hitRate,
        falseAlarmRate: detection.falseAlarmRate,
        sensitivity: sensitivity.estimate,
        sensitivityInterval: isAtLimit ? { ...sensitivity.interval, high: Number.NaN } : sensitivity.interval,
        criterion: criterion.estimate,
        criterionInterval: isAtLimit ? noInterval : criterion.interval,
        differencing: isOfPairs ? differencingDistance(unpooledRates(detection, correlation)) : null,
        independentObservation: isOfPairs ? independentObservationDistance(sensitivity.estimate) : null,
        isAtLimit,
      };
    }),
  };
}

function hasLimit({ hits, signalTrials, falseAlarms, noiseTrials }: DetectionCounts): boolean {
  return [hits / signalTrials, falseAlarms / noiseTrials].some((rate) => rate === 0 || rate === 1);
}

function countsByLevel(answers: PairAnswers, levels: number, weights: Weights): DetectionCounts[] {
  const trials = new Float64Array(levels + 1);
  const yes = new Float64Array(levels + 1);
  const { listener, source, level, saysDifferent } = answers;
  for (let i = 0; i < listener.length; i++) {
    const weight = weights.listeners[Math.max(0, listener[i]!)]! * weights.sources[source[i]!]!;
    trials[level[i]! + 1]! += weight;
    if (saysDifferent[i]) yes[level[i]! + 1]! += weight;
  }
  return Array.from({ length: levels }, (_, k) => ({
    hits: yes[k + 1]!,
    signalTrials: trials[k + 1]!,
    falseAlarms: yes[0]!,
    noiseTrials: trials[0]!,
  }));
}

/** 0 for a model, which is one listener. */
function correlationOf(answers: PairAnswers, levels: number, weights: Weights): number {
  if (answers.listeners < 2) return 0;
  const conditions = levels + 1;
  const sums = () => new Float64Array(answers.listeners * conditions);
  const tally: AnswersByListener = {
    conditions,
    weight: weights.listeners,
    trials: sums(),
    yes: sums(),
    squaredTrials: sums(),
    squaredYes: sums(),
  };
  const { listener, source, level, saysDifferent } = answers;
  for (let i = 0; i < listener.length; i++) {
    const at = listener[i]! * conditions + level[i]! + 1;
    const weight = weights.sources[source[i]!]!;
    tally.trials[at]! += weight;
    tally.squaredTrials[at]! += weight * weight;
    if (!saysDifferent[i]) continue;
    tally.yes[at]! += weight;
    tally.squaredYes[at]! += weight * weight;
  }
  return criterionCorrelation(tally);
}
