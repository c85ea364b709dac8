import type { Random } from '../../base/random.ts';
import { normalCdf, normalQuantile } from '../special/normal.ts';
import { sortedQuantile, standardDeviation } from './descriptive.ts';
import { type Interval, noInterval } from './proportion.ts';

/** A bootstrap of one statistic. */
export interface BootstrapResult {
  estimate: number;
  /** Interval between the bootstrap distribution's quantiles. */
  percentile: Interval;
  /** Bias-corrected and accelerated interval. */
  bca: Interval;
  standardError: number;
  /** Resamples drawn; those whose statistic is undefined are left out of the quantiles. */
  resamples: number;
}

/** How to resample. */
export interface BootstrapOptions {
  random: Random;
  /** Wanted resamples; lowered, not below 1000, to keep resamples × units ≤ 5·10⁶. */
  resamples?: number;
  confidence?: number;
}

/**
 * Bootstrap of a statistic over independent units (participants, sources).
 *
 * @param units - Number of units.
 * @param statistic - Value for the units with these indices, some of them repeated; NaN where undefined.
 * @param options - Generator, resamples, coverage.
 * @returns Estimate and intervals; NaN intervals with fewer than two units.
 * @see Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13–14.
 */
export function bootstrap(
  units: number,
  statistic: (indices: Int32Array) => number,
  { random, resamples = 10_000, confidence = 0.95 }: BootstrapOptions,
): BootstrapResult {
  const indices = Int32Array.from({ length: units }, (_, i) => i);
  const estimate = statistic(indices);
  const drawn = Math.min(resamples, Math.max(1000, Math.floor(5e6 / Math.max(1, units))));
  if (units < 2 || Number.isNaN(estimate))
    return {
      estimate,
      percentile: noInterval,
      bca: noInterval,
      standardError: Number.NaN,
      resamples: 0,
    };
  const values: number[] = [];
  for (let i = 0; i < drawn; i++) {
    for (let j = 0; j < units; j++) indices[j] = random.integer(units);
    const value = statistic(indices);
    if (!Number.isNaN(value)) values.push(value);
  }
  const sorted = Float64Array.from(values).sort();
  const tail = (1 - confidence) / 2;
  const at = (p: number) => sortedQuantile(sorted, p);
  const adjusted = bcaLevels(sorted, estimate, acceleration(units, statistic));
  return {
    estimate,
    percentile: { low: at(tail), high: at(1 - tail) },
    bca: { low: at(adjusted(tail)), high: at(adjusted(1 - tail)) },
    standardError: standardDeviation(sorted),
    resamples: drawn,
  };
}

/** Efron's map of coverage levels; the identity when all resamples agree. */
function bcaLevels(sorted: Float64Array, estimate: number, a: number): (level: number) => number {
  let below = 0;
  for (const value of sorted) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  const share = below / sorted.length;
  if (!(share > 0 && share < 1)) return (level) => level;
  const z0 = normalQuantile(share);
  return (level) => {
    const z = z0 + normalQuantile(level);
    return normalCdf(z0 + z / (1 - a * z));
  };
}

/** Acceleration by the jackknife, in at most 200 groups of units. */
function acceleration(units: number, statistic: (indices: Int32Array) => number): number {
  const groups = Math.min(units, 200);
  const left: number[] = [];
  for (let group = 0; group < groups; group++) {
    const kept = Int32Array.from({ length: units }, (_, i) => i).filter((i) => i % groups !== group);
    const value = statistic(kept);
    if (!Number.isNaN(value)) left.push(value);
  }
  const mean = left.reduce((sum, value) => sum + value, 0) / left.length;
  let squares = 0;
  let cubes = 0;
  for (const value of left) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
