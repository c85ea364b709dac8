import { erbNumber } from '../../../cochlea/erb.ts';
import { pearson, slope } from '../../statistics/estimates/correlation.ts';
import type { EarFilters } from './earFilters.ts';

/** How filters lie and widen, held against the ERB-number scale and the linear one. */
export interface EarScale {
  /** Root mean square distance of the ordered centers from equal spacing on the ERB-number scale, in spacings. */
  distanceFromErb: number;
  /** The same on the linear scale. */
  distanceFromLinear: number;
  /**
   * The scale log(1 + f/corner) on which the centers are spaced most equally: ERB-numbers have 229 Hz, a logarithmic
   * scale has none, a linear one an infinite corner. Within 10 Hz … 100 kHz.
   */
  cornerHz: number;
  /** Slope of the logarithm of half-widths on that of the ERB at the center: 1 on the ERB-number scale, 0 for equal widths. */
  widthSlope: number;
  /** Correlation of the two. */
  widthCorrelation: number;
}

/**
 * Measures the scale of filters.
 *
 * @param filters - In any order.
 * @param limits - Ends of the range in which they lie.
 */
export function earScale(
  { centersHz, halfWidthsHz }: EarFilters,
  limits: { lowHz: number; highHz: number },
): EarScale {
  const distance = (scale: (hertz: number) => number) => distanceFromEqual(centersHz, { ...limits, scale });
  const corners = Array.from({ length: 401 }, (_, i) => 10 ** (1 + i / 100));
  const ofCorner = corners.map((corner) => distance((hertz) => Math.log1p(hertz / corner)));
  const logWidths = halfWidthsHz.map(Math.log);
  const logErbs = centersHz.map((hertz) => Math.log(equivalentBandwidthHz(hertz)));
  return {
    distanceFromErb: distance(erbNumber),
    distanceFromLinear: distance((hertz) => hertz),
    cornerHz: corners[ofCorner.indexOf(Math.min(...ofCorner))]!,
    widthSlope: slope(logErbs, logWidths),
    widthCorrelation: pearson(logErbs, logWidths),
  };
}

/**
 * Equivalent rectangular bandwidth of the auditory filter.
 *
 * @param hertz - Its center frequency, Hz.
 * @see Glasberg & Moore (1990), Hear. Res. 47, 103–138, Eq. 3.
 */
export function equivalentBandwidthHz(hertz: number): number {
  return 24.7 + hertz / 9.265;
}

/** Ordered places against equal ones, in spacings: ends at 0 and channels + 1. */
function distanceFromEqual(
  centersHz: readonly number[],
  { lowHz, highHz, scale }: { lowHz: number; highHz: number; scale: (hertz: number) => number },
): number {
  const [low, high] = [scale(lowHz), scale(highHz)];
  const places = [...centersHz]
    .sort((a, b) => a - b)
    .map((hertz) => ((scale(hertz) - low) / (high - low)) * (centersHz.length + 1));
  return Math.sqrt(places.reduce((sum, place, i) => sum + (place - i - 1) ** 2, 0) / places.length);
}
