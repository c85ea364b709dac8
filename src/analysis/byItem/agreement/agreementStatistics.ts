import { createRandom, type Random } from '../../../base/random.ts';
import { remembered } from '../../../base/remembered.ts';
import {
  fisherScale,
  plainScale,
  productScale,
  type Scale,
  type WeightedStatistics,
} from '../../../statistics/estimates/twoFactorBootstrap.ts';
import { accuracyDistances } from './accuracyDistance.ts';
import { type AgreementAnswers, itemSums, type MeasureValues } from './agreementAnswers.ts';
import { leftOutCorrelations, meanCorrelations } from './itemCorrelations.ts';
import { kappas, pairsOfItems } from './kappa.ts';
import { responseSums, sameAnswers } from './sameAnswers.ts';
import { standInConfusions } from './standInConfusions.ts';

/** Every measure of agreement that humans have with one another and models have with humans. */
export const agreementMeasures = {
  kappa: 'κ',
  correlation: 'r with the other listeners',
  correlationWithinStage: 'r with the other listeners, within stages',
  accuracy: 'squared difference of proportions correct',
  sameWrong: 'share of the same wrong answer',
  answerKappa: 'κ of the answers',
  confusionCorrelation: 'r of confusions with the other listeners',
  confusionDivergence: 'Jensen–Shannon divergence of confusions from the other listeners, bits',
  confusionVariation: 'total variation of confusions from the other listeners',
  itemCorrelation: 'r over items with the mean of all listeners',
  itemCorrelationWithinStage: 'r over items with the mean of all listeners, within stages',
} as const;

/** A measure's name. */
export type AgreementMeasure = (typeof agreementMeasures)[keyof typeof agreementMeasures];

/** One measure at one level, with where its values stand among the statistics. */
export interface AgreementPlace {
  measure: AgreementMeasure;
  /** A level, or `all`. */
  level: string;
  /** Of people with one another; of each model with people; each model minus people. */
  human: number;
  models: number[];
  differences: number[];
  /** Of each pair of models: the first minus the second. */
  pairs: number[];
}

/**
 * Weighted agreement statistics for a bootstrap over listeners and sources.
 *
 * A listener drawn twice is still one person: pairs and left-out means are of different people.
 *
 * @param answers - The answers and scores.
 * @param pairs - Models to hold against one another.
 * @param random - Draws the people who stand in for a model; its state stays.
 * @returns The statistics, the scale of each, and what stands where.
 */
export function agreementStatistics(
  answers: AgreementAnswers,
  pairs: readonly (readonly [number, number])[],
  random: Random,
): { statistics: WeightedStatistics; scales: Scale[]; places: AgreementPlace[] } {
  const lines = linesOf(answers.levels);
  const distances = accuracyDistances(answers);
  const confusions = standInConfusions(answers, createRandom(random.state(), 'stand-ins'));
  const models = answers.models.length;
  const width = 1 + 2 * models + pairs.length;
  // A bootstrap asks for the same listeners with several draws of sources.
  const ofListeners = remembered((listeners: Float64Array) => {
    const responses = responseSums(answers, listeners);
    return {
      sums: itemSums(answers, listeners),
      pairs: pairsOfItems(answers, listeners),
      responses,
      standIns: confusions.standIns(listeners, responses),
    };
  });
  const statistics: WeightedStatistics = (listeners, sources) => {
    const weights = { listeners, sources };
    const { sums, pairs: ofPairs, responses, standIns } = ofListeners(listeners);
    const values: MeasureValues[] = [
      ...kappas(answers, { sums, pairs: ofPairs }, sources),
      ...leftOutCorrelations(answers, sums, weights),
      ...distances(weights, sums),
      ...sameAnswers(answers, responses, sources),
      ...confusions.values(standIns, sources),
      ...meanCorrelations(answers, sums, weights),
    ];
    return values.flatMap(({ human, models: own }) => [
      human,
      ...own,
      ...own.map((value) => value - human),
      ...pairs.map(([first, second]) => own[first]! - own[second]!),
    ]);
  };
  const at = (line: number, from: number, count: number) =>
    Array.from({ length: count }, (_, k) => line * width + from + k);
  return {
    statistics,
    scales: lines.flatMap(({ measure }) => Array.from({ length: width }, () => scaleOf(measure))),
    places: lines.map((line, k) => ({
      ...line,
      human: k * width,
      models: at(k, 1, models),
      differences: at(k, 1 + models, models),
      pairs: at(k, 1 + 2 * models, pairs.length),
    })),
  };
}

/** Squared differences, shares and distances are even enough on their own scale. */
function scaleOf(measure: AgreementMeasure): Scale {
  if (measure === agreementMeasures.accuracy) return productScale;
  return onPlainScale.has(measure) ? plainScale : fisherScale;
}

const onPlainScale: ReadonlySet<AgreementMeasure> = new Set([
  agreementMeasures.sameWrong,
  agreementMeasures.confusionDivergence,
  agreementMeasures.confusionVariation,
]);

/** In the order in which the statistics come. */
function linesOf(levels: readonly string[]): { measure: AgreementMeasure; level: string }[] {
  const all = (...names: (keyof typeof agreementMeasures)[]) =>
    names.map((name) => ({ measure: agreementMeasures[name], level: 'all' }));
  const byLevel = (name: keyof typeof agreementMeasures) => [
    ...levels.map((level) => ({ measure: agreementMeasures[name], level })),
    ...all(name),
  ];
  return [
    ...byLevel('kappa'),
    ...all('correlation', 'correlationWithinStage'),
    ...byLevel('accuracy'),
    ...all('sameWrong', 'answerKappa'),
    ...all('confusionCorrelation', 'confusionDivergence', 'confusionVariation'),
    ...all('itemCorrelation', 'itemCorrelationWithinStage'),
  ];
}
