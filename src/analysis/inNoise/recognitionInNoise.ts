import type { Random } from '../../base/random.ts';
import type { TrialTable } from '../../records/trialTable.ts';
import type { Interval } from '../../statistics/estimates/proportion.ts';
import { fitPsychometric, type PsychometricFit } from '../../statistics/psychometric/fit.ts';
import { type NoiseAnswers, noiseAnswers, noiseCounts } from './noiseAnswers.ts';
import {
  compareThresholds,
  type FittedCurve,
  type ThresholdDifference,
  type ThresholdWithinPeople,
} from './thresholds.ts';

/** Recognition in one background by one observer, over SNR. */
export interface NoiseCurveFit extends Omit<PsychometricFit, 'intervals'> {
  task: string;
  background: string;
  observer: string;
  /** 95 %, for new listeners and new sources (a model: new sources); NaN with one listener. */
  intervals: { threshold: Interval; width: Interval };
  /** 95 % credible intervals of the marginal posteriors, which take trials as independent. */
  credible: PsychometricFit['intervals'];
  /** Whether the threshold lies outside the signal-to-noise ratios that were measured, so that it is extrapolated. */
  isExtrapolated: boolean;
}

/** Recognition in noise. */
export interface NoiseRecognition {
  fits: NoiseCurveFit[];
  /** Humans minus each model and model minus model in each background; humans in one background minus another. */
  comparisons: ({ task: string; isExtrapolated: boolean } & ThresholdDifference)[];
  /** Whether each model's threshold falls within those of people. */
  withinPeople: ({ task: string } & ThresholdWithinPeople)[];
  notes: string[];
}

/**
 * Fits recognition over signal-to-noise ratio for every task, background and observer.
 *
 * @param table - The trials.
 * @param humanRows - Rows of humans to use (1) or not (0); all rows of models are used.
 * @param options - Chance level of a task; generator and resamples of listeners and sources.
 * @returns Fits and threshold comparisons; empty without sounds in noise.
 */
export function recognitionInNoise(
  table: TrialTable,
  humanRows: Uint8Array,
  options: { chanceOf: (task: string) => number; random: Random; resamples: number },
): NoiseRecognition {
  const result: NoiseRecognition = { fits: [], comparisons: [], withinPeople: [], notes: [] };
  for (const answers of noiseAnswers(table, humanRows)) {
    const { task } = answers;
    const chance = options.chanceOf(task);
    const { fitted, notes } = fittedCurves(answers, chance || 0);
    result.notes.push(...notes);
    if (fitted.length === 0) continue;
    if (Number.isNaN(chance))
      result.notes.push(
        `${task}: chance is not known and taken as 0 here; state it in the configuration's 'chance', or give the study.`,
      );
    const { intervals, differences, withinPeople } = compareThresholds(answers, fitted, options);
    const fits = fitted.map(({ curve, fit }, k): NoiseCurveFit => {
      const { background, observer } = curve;
      return {
        ...fit,
        ...{ task, background, observer, credible: fit.intervals, intervals: intervals[k]! },
        isExtrapolated: isOutside(fit),
      };
    });
    const isExtrapolated = (place: { observer: string; background: string }) =>
      fits.some((fit) => isSame(fit, place) && fit.isExtrapolated);
    result.fits.push(...fits);
    result.comparisons.push(
      ...differences.map((line) => ({
        ...{ task, ...line },
        isExtrapolated: isExtrapolated(line.first) || isExtrapolated(line.second),
      })),
    );
    result.withinPeople.push(...withinPeople.map((line) => ({ task, ...line })));
  }
  result.notes.push(...cautionsOf(result));
  return result;
}

/** What intervals covered more than they promise in 400 simulated studies of 20 listeners, 56 sources and two backgrounds. */
function cautionsOf({ comparisons, withinPeople }: NoiseRecognition): string[] {
  const isOfPeople = comparisons.some(
    ({ first, second }) => first.observer === 'human' && second.observer === 'human',
  );
  return [
    ...(isOfPeople
      ? [
          'In simulated studies 95 % intervals of the difference of people’s thresholds in two backgrounds covered 98 %: they are cautious, and their p as well. Those of thresholds and of human − model covered 94 to 95 %.',
        ]
      : []),
    ...(withinPeople.length > 0
      ? [
          'In simulated studies 95 % intervals of the variance of people’s thresholds, and of how far the model’s squared distance exceeds it, covered 98 %: they are cautious.',
        ]
      : []),
  ];
}

type Place = { observer: string; background: string };

const isSame = (a: Place, b: Place) => a.observer === b.observer && a.background === b.background;

function fittedCurves({ task, curves }: NoiseAnswers, guess: number) {
  const fitted: FittedCurve[] = [];
  const notes: string[] = [];
  for (const curve of curves) {
    if (curve.snrsDb.length >= 3) fitted.push({ curve, fit: fitPsychometric(noiseCounts(curve), guess) });
    else
      notes.push(
        `${task} in ${curve.background || 'noise'}, ${curve.observer}: no fit, ${curve.snrsDb.length} signal-to-noise ratios and three are needed.`,
      );
  }
  return { fitted, notes };
}

function isOutside({ parameters: { threshold }, levels }: PsychometricFit): boolean {
  return threshold < levels[0]!.x || threshold > levels.at(-1)!.x;
}
