import type { AgreementAnswers } from '../../../src/analysis/byItem/agreement/agreementAnswers.ts';
import { agreementStatistics } from '../../../src/analysis/byItem/agreement/agreementStatistics.ts';
import { responseSums } from '../../../src/analysis/byItem/agreement/sameAnswers.ts';
import { standInConfusions } from '../../../src/analysis/byItem/agreement/standInConfusions.ts';
import { createRandom, type Random } from '../../../src/base/random.ts';
import { remembered } from '../../../src/base/remembered.ts';
import { ones } from '../../../src/statistics/estimates/resample.ts';
import {
  twoFactorBootstrap,
  type WeightedStatistics,
} from '../../../src/statistics/estimates/twoFactorBootstrap.ts';
import { agreementOf } from '../../analysis/byItem/agreement/agreementOf.ts';
import { type NullStudy, simulateAnswers } from '../../analysis/byStage/simulateAnswers.ts';
import { type Count, holds } from './tally.ts';

/** Resamples a study. */
const resamples = 200;

/** Studies that the true values are taken from. */
const studiesOfPopulation = 1000;

/**
 * Likeness of confusions grows or shrinks with the number of answers, so the true values are those that studies of this size
 * have on average.
 */
export function expectedConfusions(study: NullStudy): number[] {
  const random = createRandom(99);
  const sums: number[] = [];
  for (let i = 0; i < studiesOfPopulation; i++) {
    const answers = agreementOf(simulateAnswers(study, random), random);
    const values = confusionStatistics(answers, random)(ones(answers.listeners), ones(answers.sources));
    Array.from(values).forEach((value, k) => {
      sums[k] = (sums[k] ?? 0) + value / studiesOfPopulation;
    });
  }
  return sums;
}

/** Counts what the intervals of the confusions' likeness cover: of people, of the model, of the difference. */
export function countConfusions(
  answers: AgreementAnswers,
  truth: readonly number[],
  { random, count }: { random: Random; count: Count },
): void {
  const all = agreementStatistics(answers, [], random);
  const places = all.places.filter(({ measure }) => measure.includes('of confusions'));
  const scales = places.flatMap(({ human }) => new Array(3).fill(all.scales[human]!));
  const statistics = confusionStatistics(answers, random);
  const estimates = twoFactorBootstrap(answers, statistics, { random, resamples, scales });
  places.forEach(({ measure }, line) => {
    ['human–human', 'human–model', 'model − human'].forEach((who, k) => {
      const at = 3 * line + k;
      count(`after, covers: ${measure}, ${who}`, holds(estimates[at]!.interval, truth[at]!));
    });
  });
}

/** Of correlation, divergence and variation: people, model, model − people. */
function confusionStatistics(answers: AgreementAnswers, random: Random): WeightedStatistics {
  const confusions = standInConfusions(answers, createRandom(random.state(), 'stand-ins'));
  const standIns = remembered((listeners: Float64Array) =>
    confusions.standIns(listeners, responseSums(answers, listeners)),
  );
  return (listeners, sources) =>
    confusions
      .values(standIns(listeners), sources)
      .flatMap(({ human, models: [model] }) => [human, model!, model! - human]);
}
