import {
  fisherScale,
  type Scale,
  type WeightedStatistics,
} from '../../statistics/estimates/twoFactorBootstrap.ts';
import { errorConsistency } from './errorConsistency.ts';

/** Answers of humans to the sounds of a curve, and one model's scores of the same sounds. */
export interface AgreementAnswers {
  /** Of each listener and item, numbered from 0: the share of right answers, 0 or 1 for who heard it once. */
  listener: Int32Array;
  item: Int32Array;
  correct: Float64Array;
  listeners: number;
  /** Of each item: source and level, numbered from 0. */
  source: Int32Array;
  level: Int32Array;
  sources: number;
  levels: number;
  /** The model's share of right answers to each item, in [0, 1]; NaN where it has none. */
  score: Float64Array;
}

/**
 * Agreement of one model with humans and of humans with one another, by the same formulas.
 *
 * Each `difference` is model minus human: how far the model is from agreeing with people as people do.
 */
export interface AgreementPlaces {
  /** Error consistency κ at each level and its mean over levels where it is defined. */
  kappa: Triple[];
  meanKappa: Triple;
  /** Pearson correlation, over answers, of an observer with the mean of the other listeners on the same sound. */
  correlation: Triple;
  /** The same with each level's means removed. */
  correlationWithinStage: Triple;
  /** Correlation over items of the model with the mean of all listeners; raw, and with each level's means removed. */
  itemCorrelation: number;
  itemCorrelationWithinStage: number;
}

/** Places of the human–human, the human–model value and of their difference among the statistics. */
export interface Triple {
  human: number;
  model: number;
  difference: number;
}

/**
 * Weighted agreement statistics for a bootstrap over listeners and sources.
 *
 * A listener drawn twice is still one person: pairs and left-out means are of different people.
 *
 * @param answers - The answers and scores.
 * @returns The statistics, the scale of each, and what stands where.
 */
export function agreementStatistics(answers: AgreementAnswers): {
  statistics: WeightedStatistics;
  scales: Scale[];
  places: AgreementPlaces;
} {
  const { levels } = answers;
  const triple = (k: number): Triple => ({ human: 3 * k, model: 3 * k + 1, difference: 3 * k + 2 });
  const places: AgreementPlaces = {
    kappa: Array.from({ length: levels }, (_, k) => triple(k)),
    meanKappa: triple(levels),
    correlation: triple(levels + 1),
    correlationWithinStage: triple(levels + 2),
    itemCorrelation: 3 * levels + 9,
    itemCorrelationWithinStage: 3 * levels + 10,
  };
  const statistics: WeightedStatistics = (listeners, sources) => {
    const sums = itemSums(answers, listeners);
    const { human, model } = kappas(answers, sums, sources);
    const leftOut = leftOutCorrelations(answers, sums, { listeners, sources });
    const pairs = [
      ...human.map((value, k) => [value, model[k]!]),
      [meanOfDefined(human), meanOfDefined(model)],
      [leftOut.human.raw, leftOut.model.raw],
      [leftOut.human.within, leftOut.model.within],
    ] as [number, number][];
    const own = itemCorrelation(answers, sums, sources);
    return [...pairs.flatMap(([a, b]) => [a, b, b - a]), own.raw, own.within];
  };
  return { statistics, scales: Array.from({ length: 3 * levels + 11 }, () => fisherScale), places };
}

interface ItemSums {
  weight: Float64Array;
  right: Float64Array;
  squaredWeight: Float64Array;
  squaredRight: Float64Array;
  squaredWrong: Float64Array;
}

function itemSums({ listener, item, correct, source }: AgreementAnswers, weights: Float64Array): ItemSums {
  const zeros = () => new Float64Array(source.length);
  const sums: ItemSums = {
    weight: zeros(),
    right: zeros(),
    squaredWeight: zeros(),
    squaredRight: zeros(),
    squaredWrong: zeros(),
  };
  for (let row = 0; row < item.length; row++) {
    const weight = weights[listener[row]!]!;
    const at = item[row]!;
    sums.weight[at]! += weight;
    sums.squaredWeight[at]! += weight * weight;
    const right = weight * correct[row]!;
    sums.right[at]! += right;
    sums.squaredRight[at]! += right * right;
    sums.squaredWrong[at]! += (weight - right) ** 2;
  }
  return sums;
}

/** κ by level, of pairs of different humans, and of humans with the model. */
function kappas(answers: AgreementAnswers, sums: ItemSums, sources: Float64Array) {
  const { levels, level, source, score } = answers;
  const human = jointCounts(levels);
  const model = jointCounts(levels);
  for (let item = 0; item < source.length; item++) {
    const at = level[item]!;
    const v = sources[source[item]!]!;
    const right = sums.right[item]!;
    const wrong = sums.weight[item]! - right;
    const rightPairs = (right * right - sums.squaredRight[item]!) / 2;
    const wrongPairs = (wrong * wrong - sums.squaredWrong[item]!) / 2;
    const allPairs = (sums.weight[item]! ** 2 - sums.squaredWeight[item]!) / 2;
    const split = (allPairs - rightPairs - wrongPairs) / 2;
    addInto(human[at]!, v, [rightPairs, split, split, wrongPairs]);
    const m = score[item]!;
    if (m >= 0) addInto(model[at]!, v, [right * m, right * (1 - m), wrong * m, wrong * (1 - m)]);
  }
  return { human: human.map(kappaOf), model: model.map(kappaOf) };
}

const jointCounts = (levels: number) => Array.from({ length: levels }, () => new Float64Array(4));

function addInto(counts: Float64Array, weight: number, values: readonly number[]): void {
  for (let i = 0; i < 4; i++) counts[i]! += weight * values[i]!;
}

function kappaOf([bothRight, onlyFirst, onlySecond, bothWrong]: Float64Array): number {
  return errorConsistency({
    bothRight: bothRight!,
    onlyFirst: onlyFirst!,
    onlySecond: onlySecond!,
    bothWrong: bothWrong!,
  }).kappa;
}

/** Each answer, and the model's to the same sound, with the mean of the other listeners' answers. */
function leftOutCorrelations(
  { listener, item, correct, source, level, levels, score }: AgreementAnswers,
  sums: ItemSums,
  weights: { listeners: Float64Array; sources: Float64Array },
) {
  const human = correlationSums(levels);
  const model = correlationSums(levels);
  for (let row = 0; row < item.length; row++) {
    const at = item[row]!;
    const own = weights.listeners[listener[row]!]!;
    const weight = own * weights.sources[source[at]!]!;
    const others = sums.weight[at]! - own;
    if (weight === 0 || others < 1e-9) continue;
    const y = correct[row]!;
    const rest = (sums.right[at]! - own * y) / others;
    human.add(level[at]!, weight, y, rest);
    if (score[at]! >= 0) model.add(level[at]!, weight, score[at]!, rest);
  }
  return { human: human.correlations(), model: model.correlations() };
}

function itemCorrelation(
  { source, level, levels, score }: AgreementAnswers,
  sums: ItemSums,
  sources: Float64Array,
) {
  const own = correlationSums(levels);
  for (let item = 0; item < source.length; item++)
    if (score[item]! >= 0 && sums.weight[item]! > 0)
      own.add(level[item]!, sources[source[item]!]!, sums.right[item]! / sums.weight[item]!, score[item]!);
  return own.correlations();
}

/** Weighted sums of products by level, for correlations over all levels and within them. */
function correlationSums(levels: number) {
  const sums = new Float64Array(levels * 6);
  return {
    add(level: number, weight: number, x: number, y: number) {
      const at = level * 6;
      sums[at]! += weight;
      sums[at + 1]! += weight * x;
      sums[at + 2]! += weight * y;
      sums[at + 3]! += weight * x * x;
      sums[at + 4]! += weight * y * y;
      sums[at + 5]! += weight * x * y;
    },
    correlations() {
      const total = new Float64Array(6);
      const within = new Float64Array(3);
      for (let level = 0; level < levels; level++) {
        const part = sums.subarray(level * 6, level * 6 + 6);
        part.forEach((value, i) => {
          total[i]! += value;
        });
        centeredProducts(part).forEach((value, i) => {
          within[i]! += value;
        });
      }
      return { raw: correlationOf(centeredProducts(total)), within: correlationOf(within) };
    },
  };
}

function centeredProducts([n, sx, sy, sxx, syy, sxy]: Float64Array): Float64Array {
  if (n === 0) return new Float64Array(3);
  return Float64Array.of(sxx! - sx! ** 2 / n!, syy! - sy! ** 2 / n!, sxy! - (sx! * sy!) / n!);
}

function correlationOf([xx, yy, xy]: Float64Array): number {
  return xx! > 1e-9 && yy! > 1e-9 ? xy! / Math.sqrt(xx! * yy!) : Number.NaN;
}

function meanOfDefined(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}
