import type { AgreementAnswers, ItemSums, MeasureValues, Weights } from './agreementAnswers.ts';

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
  const { listener, item, correct, source, level, levels, models } = answers;
  const human = correlationSums(levels.length);
  const ofModels = models.map(() => correlationSums(levels.length));
  for (let row = 0; row < item.length; row++) {
    const at = item[row]!;
    const own = weights.listeners[listener[row]!]!;
    const weight = own * weights.sources[source[at]!]!;
    const others = sums.weight[at]! - own;
    if (weight === 0 || others < 1e-9) continue;
    const y = correct[row]!;
    const rest = (sums.right[at]! - own * y) / others;
    human.add(level[at]!, weight, y, rest);
    for (let m = 0; m < models.length; m++) {
      const score = models[m]![at]!;
      if (score >= 0) ofModels[m]!.add(level[at]!, weight, score, rest);
    }
  }
  const { raw, within } = human.correlations();
  const own = ofModels.map((model) => model.correlations());
  return [
    { human: raw, models: own.map((model) => model.raw) },
    { human: within, models: own.map((model) => model.within) },
  ];
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
      if (score[item]! >= 0 && sums.weight[item]! > 0)
        products.add(
          level[item]!,
          weights.sources[source[item]!]!,
          sums.right[item]! / sums.weight[item]!,
          score[item]!,
        );
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
