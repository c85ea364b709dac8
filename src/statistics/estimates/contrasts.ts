import { logTwoSidedT, tQuantile } from '../special/distributions.ts';
import { mean, standardDeviation } from './descriptive.ts';
import type { Interval } from './proportion.ts';

/** A paired comparison. */
export interface Contrast {
  name: string;
  /** Pairs. */
  pairs: number;
  meanDifference: number;
  /** 95 % interval of the mean difference. */
  interval: Interval;
  t: number;
  degreesOfFreedom: number;
  p: number;
  /** Adjusted for the family of contrasts it stands in. */
  pHolm: number;
  /** Cohen's d of the differences: mean / standard deviation. */
  effectSizeDz: number;
}

/**
 * Paired t tests of a family, adjusted by Holm's method.
 *
 * @param family - Named pairs of equally long measurements.
 * @returns The contrasts in the same order; NaN where fewer than two pairs or no variance.
 */
export function pairedContrasts(
  family: readonly { name: string; first: Float64Array; second: Float64Array }[],
): Contrast[] {
  const contrasts = family.map(({ name, first, second }) => pairedContrast(name, first, second));
  const adjusted = holmAdjusted(contrasts.map(({ p }) => p));
  return contrasts.map((contrast, i) => ({ ...contrast, pHolm: adjusted[i]! }));
}

function pairedContrast(name: string, first: Float64Array, second: Float64Array): Contrast {
  const differences = first.map((value, i) => value - second[i]!);
  const pairs = differences.length;
  const meanDifference = mean(differences);
  const deviation = standardDeviation(differences);
  const standardError = deviation / Math.sqrt(pairs);
  const degreesOfFreedom = pairs - 1;
  const isDefined = pairs > 1 && deviation > 0;
  const t = isDefined ? meanDifference / standardError : Number.NaN;
  const half = isDefined ? tQuantile(0.975, degreesOfFreedom) * standardError : Number.NaN;
  return {
    name,
    pairs,
    meanDifference,
    interval: { low: meanDifference - half, high: meanDifference + half },
    t,
    degreesOfFreedom,
    p: isDefined ? Math.exp(logTwoSidedT(t, degreesOfFreedom)) : Number.NaN,
    pHolm: Number.NaN,
    effectSizeDz: isDefined ? meanDifference / deviation : Number.NaN,
  };
}

/**
 * Holm's step-down adjustment.
 *
 * @param pValues - Unadjusted p; NaN stays NaN and does not count.
 * @returns Adjusted p in the same order, at most 1.
 * @see Holm (1979), Scand. J. Stat. 6, 65–70.
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).filter((i) => !Number.isNaN(pValues[i]));
  order.sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = pValues.map(() => Number.NaN);
  let running = 0;
  order.forEach((index, rank) => {
    running = Math.max(running, Math.min(1, (order.length - rank) * pValues[index]!));
    adjusted[index] = running;
  });
  return adjusted;
}
