import { type PersonRows, personProducts } from '../../statistics/estimates/personProducts.ts';
import {
  type PsychometricParameters,
  predictedProportion,
} from '../../statistics/psychometric/likelihood.ts';
import type { NoiseCurveAnswers } from './noiseAnswers.ts';

/**
 * Variance of people's thresholds about the curve of all, dB²: of what each answers beyond that curve's prediction, to first
 * order in the shift of the threshold, without what answers and sources add.
 *
 * @param curve - Humans' answers in one background.
 * @param fit - The curve of all of them.
 * @param weights - Weights of listeners and sources.
 * @returns The variance; below 0 by chance where people hardly differ, NaN where nobody heard two sources.
 */
export function thresholdVariance(
  curve: NoiseCurveAnswers,
  fit: PsychometricParameters,
  weights: { listeners: Float64Array; sources: Float64Array },
): number {
  const predicted = curve.snrsDb.map((x) => predictedProportion(x, fit));
  const slopes = curve.snrsDb.map((x) => thresholdSlope(x, fit));
  const rows: PersonRows = {
    listener: curve.listener,
    source: curve.source,
    value: Float64Array.from(
      curve.right,
      (right, i) => slopes[curve.level[i]!]! * (right - predicted[curve.level[i]!]!),
    ),
    unit: Float64Array.from(curve.level, (level) => slopes[level]! ** 2),
  };
  const { within, between } = personProducts(rows, weights);
  return within - between;
}

/** Change of the predicted proportion with the threshold, by central differences, 1/dB. */
function thresholdSlope(x: number, fit: PsychometricParameters): number {
  const step = fit.width * 1e-4;
  const at = (shift: number) => predictedProportion(x, { ...fit, threshold: fit.threshold + shift });
  return (at(step) - at(-step)) / (2 * step);
}
