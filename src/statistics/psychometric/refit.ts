import { type LevelCounts, logPosterior, type Prior, type PsychometricParameters } from './likelihood.ts';
import { minimize } from './nelderMead.ts';

/**
 * Fits a psychometric function to resampled counts: maximum a posteriori near a known fit, whose overdispersion and guess
 * rate are kept.
 *
 * @param counts - Weighted counts by level; levels without trials do not count.
 * @param options - The fit of the whole sample, and the prior that it had.
 * @returns The parameters; undefined without any trials.
 */
export function refitPsychometric(
  counts: readonly LevelCounts[],
  { fit, prior }: { fit: PsychometricParameters; prior: Prior },
): PsychometricParameters | undefined {
  const heard = counts.filter(({ trials }) => trials > 0);
  if (heard.length === 0) return undefined;
  const at = ([threshold, width, lapse]: readonly number[]): PsychometricParameters => ({
    ...fit,
    threshold: threshold!,
    width: width!,
    lapse: lapse!,
  });
  const cost = (point: readonly number[]) => -logPosterior(heard, at(point), prior);
  const step = (prior.highest - prior.lowest) / 10;
  const start = [fit.threshold, fit.width, fit.lapse];
  return at(minimize(cost, start, [step, step, 0.02], resampleTolerance));
}

/** Relative to the log posterior: well within what one more answer changes. */
const resampleTolerance = 1e-7;
