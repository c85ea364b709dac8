import type { CurveAnswers } from '../../../src/analysis/byStage/curveAnswers.ts';
import { mixedInference } from '../../../src/analysis/byStage/mixedInference.ts';
import { meanProportion, type NullStudy, spread } from '../../analysis/byStage/simulateAnswers.ts';
import type { Count } from './tally.ts';

/**
 * A study with the same proportions correct of humans and model. Humans' are nearer to ½ than those of one listener, which
 * studies of this size would tell from the model's.
 */
export function withSameProportions(study: NullStudy): NullStudy {
  const sounds = Math.hypot(spread.source, spread.sound);
  const wanted = study.curve.map((logit) => meanProportion(logit, Math.hypot(sounds, spread.listener)));
  return { ...study, modelCurve: wanted.map((proportion) => logitOfMean(proportion, sounds)) };
}

/** Counts what the tests reject of studies that are too large for a mixed model. */
export function countHuge(answers: CurveAnswers, count: Count): void {
  const { tests, fit } = mixedInference(answers, 'model');
  if (fit) throw new Error('a mixed model was fitted: the study is not too large for one');
  for (const { effect, p } of tests) count(`after, rejects: ${effect}`, p < 0.05);
}

/** By bisection. */
function logitOfMean(proportion: number, deviation: number): number {
  let [low, high] = [-8, 8];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (meanProportion(middle, deviation) < proportion) low = middle;
    else high = middle;
  }
  return low;
}
