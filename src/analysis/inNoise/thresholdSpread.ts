import { type PersonRows, personProducts } from '../../statistics/estimates/personProducts.ts';
import type { Weights } from '../../statistics/estimates/resample.ts';
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
  weights: Weights,
): number {
  const { within, between } = personProducts(beyondCurve(curve, fit), weights);
  return within - between;
}

/** Of each answer: what it is beyond the curve's prediction, and what a shift of the threshold by 1 dB would add, both × slope. */
function beyondCurve(
  { snrsDb, listener, source, level, right }: NoiseCurveAnswers,
  fit: PsychometricParameters,
): PersonRows {
  const predicted = Float64Array.from(snrsDb, (x) => predictedProportion(x, fit));
  const slopes = Float64Array.from(snrsDb, (x) => thresholdSlope(x, fit));
  const value = new Float64Array(right.length);
  const unit = new Float64Array(right.length);
  for (let i = 0; i < right.length; i++) {
    const slope = slopes[level[i]!]!;
    value[i] = slope * (right[i]! - predicted[level[i]!]!);
    unit[i] = slope * slope;
  }
  return { listener, source, value, unit };
}

/** Change of the predicted proportion with the threshold, by central differences, 1/dB. */
function thresholdSlope(x: number, fit: PsychometricParameters): number {
  const step = fit.width * 1e-4;
  const at = (shift: number) => predictedProportion(x, { ...fit, threshold: fit.threshold + shift });
  return (at(step) - at(-step)) / (2 * step);
}
