import { pearson, spearmanBrown } from '../../statistics/estimates/correlation.ts';
import { median } from '../../statistics/estimates/descriptive.ts';
import { tQuantile } from '../../statistics/special/distributions.ts';

/** How well a held-out response is predicted. */
export interface Explained {
  /** Squared correlation of prediction and response; 0 where they correlate negatively. */
  r2: number;
  /** Corrected for the reliability of both; null where nothing was measured twice. */
  r2Corrected: number | null;
}

/**
 * The share to report: corrected for noise where that can be.
 *
 * @param explained - Raw and corrected.
 */
export function bestEstimate({ r2, r2Corrected }: Explained): number {
  return r2Corrected ?? r2;
}

/** One response, held out. */
export interface HeldOut {
  /** Each measurement of the held-out sounds; shape [repeats][sounds]. */
  measured: readonly Float64Array[];
  /** Each measurement of the training sounds; shape [repeats][sounds]. */
  trained: readonly Float64Array[];
  /** Prediction from the mean of the training measurements; shape [sounds]. */
  prediction: Float64Array;
  /** Prediction from each measurement of the training sounds; shape [repeats][sounds]; empty without repeats. */
  predictions: readonly Float64Array[];
}

/**
 * Explained variance of a response, raw and corrected for the noise of measurement and prediction.
 *
 * @param heldOut - Measurements and predictions of the held-out sounds.
 * @see Kell et al. (2018), Neuron 98, Methods: r² / (r_v · r_v̂), each reliability the Spearman–Brown corrected median
 *   correlation of pairs of measurements, at least the correlation that is significant at p = .05.
 */
export function explainedVariance({ measured, trained, prediction, predictions }: HeldOut): Explained {
  const mean = meanOf(measured);
  const r = pearson(prediction, mean);
  const r2 = r > 0 ? r * r : 0;
  if (measured.length < 2) return { r2, r2Corrected: null };
  return { r2, r2Corrected: r2 / (reliability(trained) * reliability(predictions)) };
}

/** Spearman–Brown corrected median correlation of pairs, at least one that is significant. */
function reliability(series: readonly Float64Array[]): number {
  const floor = significantCorrelation(series[0]!.length);
  // A response may be the same for all sounds of one half; then it is not reliable there.
  const pairs = series.flatMap((one, i) => series.slice(i + 1).map((other) => pearson(one, other) || 0));
  return Math.max(spearmanBrown(Math.max(median(pairs), 0), series.length), floor);
}

/**
 * The correlation that is significant at p = .05, one-sided.
 *
 * @param count - Pairs of values, ≥ 3. For 83 it is .182, as published.
 */
export function significantCorrelation(count: number): number {
  const t = tQuantile(0.95, count - 2);
  return t / Math.sqrt(count - 2 + t * t);
}

function meanOf(series: readonly Float64Array[]): Float64Array {
  return series[0]!.map((_, i) => series.reduce((sum, each) => sum + each[i]!, 0) / series.length);
}
