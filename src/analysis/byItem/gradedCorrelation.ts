import type { Random } from '../../base/random.ts';
import { fisherScale, twoFactorBootstrap } from '../../statistics/estimates/twoFactorBootstrap.ts';
import { type ModelScores, modelScore } from '../trials/stimuli.ts';
import { itemSums } from './agreement/agreementAnswers.ts';
import type { AgreementWithPeople } from './agreement/agreementWithPeople.ts';
import { answersOfItems } from './agreement/answersOfItems.ts';
import { meanCorrelations } from './agreement/itemCorrelations.ts';
import type { Items } from './items.ts';

/** Correlation over items of a model's probabilities of the targets with the mean of all listeners. */
export type GradedCorrelation = Pick<
  AgreementWithPeople,
  'observer' | 'itemCorrelation' | 'itemCorrelationWithinStage'
>;

/** Work of a bootstrap: resamples × answers. */
const work = 1e7;

/**
 * Correlates people with the probability that each model gives to the right answer, where its trials tell it.
 *
 * Other than a model's 0/1 answers, probabilities can reach the ceiling that people's reliability sets.
 *
 * @param items - The curve's items.
 * @param models - The models' answers.
 * @param options - Generator, resamples of each kind (fewer, at least 100, for many answers).
 * @returns One entry a model that has a probability for each sound that it answered.
 */
export function gradedCorrelations(
  items: Items,
  models: readonly ModelScores[],
  { random, resamples }: { random: Random; resamples: number },
): GradedCorrelation[] {
  const graded = models.filter((scores) => isGraded(items, scores));
  if (graded.length === 0) return [];
  const answers = answersOfItems(items, graded, { kind: 'probability' });
  const afford = Math.floor(work / (items.rows.length * graded.length));
  const estimates = twoFactorBootstrap(
    answers,
    (listeners, sources) => {
      const [raw, within] = meanCorrelations(answers, itemSums(answers, listeners), { listeners, sources });
      return [...raw!.models, ...within!.models];
    },
    {
      random,
      resamples: Math.max(100, Math.min(resamples, afford)),
      scales: graded.flatMap(() => [fisherScale, fisherScale]),
    },
  );
  return graded.map(({ observer }, m) => ({
    observer,
    itemCorrelation: estimates[m]!,
    itemCorrelationWithinStage: estimates[graded.length + m]!,
  }));
}

function isGraded({ stimulus }: Items, scores: ModelScores): boolean {
  const answered = stimulus.filter((sound) => scores.trials[sound]! > 0);
  return answered.length > 0 && answered.every((sound) => modelScore(scores, sound, 'probability') >= 0);
}
