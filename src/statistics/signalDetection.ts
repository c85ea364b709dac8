import { normalCdf, normalQuantile } from './special/normal.ts';

/** Answers to trials with and without a signal; in a same–different task the signal is a difference. */
export interface DetectionCounts {
  /** "Signal" answered to a signal. */
  hits: number;
  signalTrials: number;
  /** "Signal" answered where there was none. */
  falseAlarms: number;
  noiseTrials: number;
}

/** Sensitivity apart from readiness to answer "signal". */
export interface Detection {
  /** Rates with the log-linear correction. */
  hitRate: number;
  falseAlarmRate: number;
  /** z(hit rate) − z(false-alarm rate), standard deviations. */
  sensitivity: number;
  /** −½ (z(hit rate) + z(false-alarm rate)): above 0 for reluctance to answer "signal". */
  criterion: number;
}

/**
 * Sensitivity d′ and criterion c of yes–no answers by equal-variance Gaussian detection theory.
 *
 * Half an answer of each kind is added to both kinds of trials, so that rates of 0 and 1 stay finite.
 *
 * @param counts - Answers; may be weighted.
 * @returns NaN throughout without trials of either kind.
 * @see Hautus (1995), Behav. Res. Methods 27, 46–51 (log-linear correction); Macmillan & Creelman (2005), Detection Theory, ch. 1–2.
 */
export function detectionOf({ hits, signalTrials, falseAlarms, noiseTrials }: DetectionCounts): Detection {
  const rate = (answered: number, trials: number) =>
    trials > 0 ? (answered + 0.5) / (trials + 1) : Number.NaN;
  const hitRate = rate(hits, signalTrials);
  const falseAlarmRate = rate(falseAlarms, noiseTrials);
  const [zHit, zFalse] = [normalQuantile(hitRate), normalQuantile(falseAlarmRate)];
  return { hitRate, falseAlarmRate, sensitivity: zHit - zFalse, criterion: -(zHit + zFalse) / 2 };
}

/**
 * Rates of one listener from rates of pooled listeners whose criteria differ: z grows by 1 / √(1 − ρ).
 *
 * @param rates - Of the pooled listeners, in (0, 1).
 * @param correlation - ρ, from `criterionCorrelation`.
 */
export function unpooledRates(
  { hitRate, falseAlarmRate }: Pick<Detection, 'hitRate' | 'falseAlarmRate'>,
  correlation: number,
): Pick<Detection, 'hitRate' | 'falseAlarmRate'> {
  const unpooled = (rate: number) => normalCdf(normalQuantile(rate) / Math.sqrt(1 - correlation));
  return { hitRate: unpooled(hitRate), falseAlarmRate: unpooled(falseAlarmRate) };
}

/**
 * Distance of the two sounds of a pair when the listener judges the difference between two observations.
 *
 * @param rates - Hit and false-alarm rate of "different", in (0, 1).
 * @returns d′ in standard deviations of one observation; 0 where hits are no more than false alarms.
 * @see Macmillan & Creelman (2005), ch. 9: F = 2 Φ(−k/√2), H = Φ((d′ − k)/√2) + Φ((−d′ − k)/√2).
 */
export function differencingDistance({
  hitRate,
  falseAlarmRate,
}: Pick<Detection, 'hitRate' | 'falseAlarmRate'>): number {
  if (Number.isNaN(hitRate + falseAlarmRate)) return Number.NaN;
  const limit = -normalQuantile(falseAlarmRate / 2);
  const hits = (distance: number) =>
    normalCdf(distance / Math.SQRT2 - limit) + normalCdf(-distance / Math.SQRT2 - limit);
  return hitRate <= falseAlarmRate ? 0 : rootOfRising((distance) => hits(distance) - hitRate);
}

/**
 * Distance of the two sounds of a pair when the listener judges each sound by itself and then compares.
 *
 * @param sensitivity - Yes–no d′ of "different".
 * @returns d′ in standard deviations of one observation; 0 where `sensitivity` is not above 0.
 * @see Macmillan & Creelman (2005), ch. 9: the best listener's share correct is Φ(d′/2)² + Φ(−d′/2)².
 */
export function independentObservationDistance(sensitivity: number): number {
  if (Number.isNaN(sensitivity)) return Number.NaN;
  const correct = normalCdf(sensitivity / 2);
  return correct <= 0.5 ? 0 : 2 * normalQuantile((1 + Math.sqrt(2 * correct - 1)) / 2);
}

/** Abscissas of the integral over the signal's observation, standard deviations, and the step between them. */
const reach = 8.5;
const step = 0.05;

/**
 * Share of right answers among m alternatives at a sensitivity, for an unbiased listener.
 *
 * ∫ φ(x − d′) Φ(x)^(m − 1) dx, by the trapezoidal rule, which is exact to rounding here.
 *
 * @param sensitivity - d′; any sign.
 * @param alternatives - m, at least 2.
 * @see Green & Dai (1991), Percept. Psychophys. 49, 100–101.
 */
export function forcedChoiceProportion(sensitivity: number, alternatives: number): number {
  let sum = 0;
  for (let i = -reach / step; i <= reach / step; i++) {
    const x = i * step;
    const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    sum += step * density * normalCdf(x + sensitivity) ** (alternatives - 1);
  }
  return Math.min(1, sum);
}

/**
 * Sensitivity d′ of a choice among m alternatives.
 *
 * @param proportionCorrect - In [0, 1].
 * @param alternatives - m, at least 2.
 * @returns d′; ±∞ at the ends, NaN for NaN.
 */
export function forcedChoiceSensitivity(proportionCorrect: number, alternatives: number): number {
  if (Number.isNaN(proportionCorrect)) return Number.NaN;
  if (proportionCorrect <= 0) return Number.NEGATIVE_INFINITY;
  if (proportionCorrect >= 1) return Number.POSITIVE_INFINITY;
  return rootOfRising((d) => forcedChoiceProportion(d, alternatives) - proportionCorrect, -12);
}

/** Where a rising function crosses 0, by halving. */
function rootOfRising(rising: (x: number) => number, from = 0): number {
  let [low, high] = [from, 16];
  for (let i = 0; i < 60 && high - low > 1e-10; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
