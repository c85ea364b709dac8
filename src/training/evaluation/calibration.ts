import type { HeardExcerpt } from './hearExcerpts.ts';

/** How far a model's probabilities can be taken at their word. */
export interface Calibration {
  /** Mean of |share right − mean probability| over bins, weighted by their excerpts. */
  expectedCalibrationError: number;
  /** Only bins with excerpts. */
  bins: CalibrationBin[];
}

/** Excerpts whose best label has a probability in a range. */
export interface CalibrationBin {
  /** The range: above `from` (0 itself in the first bin), up to `to`. */
  from: number;
  to: number;
  excerpts: number;
  meanProbability: number;
  /** Share of them recognized. */
  accuracy: number;
}

const binCount = 15;

/**
 * Compares the probability of the best label with how often it is right.
 *
 * @param heard - Excerpts of one task.
 * @returns Error and reliability table, 15 bins of equal width.
 * @see Guo, Pleiss, Sun & Weinberger (2017), On calibration of modern neural networks, Eq. 3.
 */
export function calibrationOf(heard: readonly HeardExcerpt[]): Calibration {
  const bins = Array.from({ length: binCount }, (_, bin): HeardExcerpt[] =>
    heard.filter(({ probability }) => Math.max(0, Math.ceil(probability * binCount) - 1) === bin),
  ).flatMap((inside, bin): CalibrationBin[] =>
    inside.length === 0
      ? []
      : [
          {
            from: bin / binCount,
            to: (bin + 1) / binCount,
            excerpts: inside.length,
            meanProbability: inside.reduce((sum, { probability }) => sum + probability, 0) / inside.length,
            accuracy: inside.filter(({ rank }) => rank === 0).length / inside.length,
          },
        ],
  );
  const gaps = bins.map((bin) => bin.excerpts * Math.abs(bin.accuracy - bin.meanProbability));
  return { expectedCalibrationError: gaps.reduce((sum, gap) => sum + gap, 0) / heard.length, bins };
}
