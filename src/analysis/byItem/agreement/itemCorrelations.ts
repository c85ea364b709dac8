import type { Weights } from '../../../statistics/estimates/resample.ts';
import type { AgreementAnswers, ItemSums, MeasureValues } from './agreementAnswers.ts';

/**
 * Pearson correlation, over answers, of an observer with the mean of the other listeners on the same sound: raw, and with
 * each level's means removed.
 *
 * @param answers - One row a listener and item, in order of items.
 * @param sums - Their sums by item.
 * @param weights - Weights of listeners and sources.
 * @returns The raw correlation, then that within levels.
 */
export function leftOutCorrelations(
  answers: AgreementAnswers,
  sums: ItemSums,
  weights: Weights,
): MeasureValues[] {
  const { item, source, level, levels, models } = answers;
  const human = correlationSums(levels.length);
  const ofModels = models.map(() => correlationSums(levels.length));
  const own = new Float64Array(6);
  for (let row = 0; row < item.length; ) {
    const at = item[row]!;
    row = leftOutSumsInto(own, answers, { row, sums, weights });
    const weight = weights.sources[source[at]!]!;
    if (weight === 0) continue;
    human.add(level[at]!, weight, own);
    models.forEach((score, m) => {
      if (score[at]! >= 0) ofModels[m]!.add(level[at]!, weight, withScore(own, score[at]!));
    });
  }
  const { raw, within } = human.correlations();
  const found = ofModels.map((model) => model.correlations());
  return [
    { human: raw, models: found.map((model) => model.raw) },
    { human: within, models: found.map((model) => model.within) },
  ];
}

/**
 * Sums over the listeners of one item, as `productSums` orders them, x being the answer and y the mean of the others'.
 *
 * @param row - The item's first row.
 * @returns The next item's first row.
 */
function leftOutSumsInto(
  own: Float64Array,
  { listener, item, correct }: AgreementAnswers,
  { row: first, sums, weights }: { row: number; sums: ItemSums; weights: Weights },
): number {
  own.fill(0);
  const at = item[first]!;
  const [allWeight, allRight] = [sums.weight[at]!, sums.right[at]!];
  let row = first;
  for (; item[row] === at; row++) {
    const weight = weights.listeners[listener[row]!]!;
    const others = allWeight - weight;
    if (weight === 0 || others < 1e-9) continue;
    const x = correct[row]!;
    const y = (allRight - weight * x) / others;
    own[0]! += weight;
    own[1]! += weight * x;
    own[2]! += weight * y;
    own[3]! += weight * x * x;
    own[4]! += weight * y * y;
    own[5]! += weight * x * y;
  }
  return row;
}

/** The same sums where every x is a model's score. */
function withScore([weight, , y, , yy]: Float64Array, score: number): Float64Array {
  return productSums(weight!, score, [y!, yy!]);
}

/** Sums of weight, x, y, x², y², xy for one x. */
function productSums(weight: number, x: number, [y, yy]: readonly [number, number]): Float64Array {
  return Float64Array.of(weight, weight * x, y, weight * x * x, yy, x * y);
}

/**
 * Correlation over items of each model with the mean of all listeners: raw, and with each level's means removed.
 *
 * @param answers - One row a listener and item, in order of items.
 * @param sums - Their sums by item.
 * @param weights - Weights of listeners and sources.
 * @returns The raw correlation, then that within levels; people have none with themselves.
 */
export function meanCorrelations(
  { source, level, levels, models }: AgreementAnswers,
  sums: ItemSums,
  weights: Weights,
): MeasureValues[] {
  const own = models.map((score) => {
    const products = correlationSums(levels.length);
    for (let item = 0; item < source.length; item++)
      if (score[item]! >= 0 && sums.weight[item]! > 0) {
        const y = sums.right[item]! / sums.weight[item]!;
        products.add(level[item]!, weights.sources[source[item]!]!, productSums(1, score[item]!, [y, y * y]));
      }
    return products.correlations();
  });
  return [
    { human: Number.NaN, models: own.map(({ raw }) => raw) },
    { human: Number.NaN, models: own.map(({ within }) => within) },
  ];
}

/** Weighted sums of products by level, for correlations over all levels and within them. */
function correlationSums(levels: number) {
  const sums = new Float64Array(levels * 6);
  return {
    add(level: number, weight: number, own: Float64Array) {
      for (let i = 0; i < 6; i++) sums[level * 6 + i]! += weight * own[i]!;
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
