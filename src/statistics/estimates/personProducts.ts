import type { Weights } from './resample.ts';

/** Measurements of people on sources: value = (quantity of the person) × unit, but for noise of the answer and the source. */
export interface PersonRows {
  listener: Int32Array;
  source: Int32Array;
  value: Float64Array;
  unit: Float64Array;
}

/** Products of a quantity of people, averaged. */
export interface PersonProducts {
  /** Mean square of a person's quantity. */
  within: number;
  /** Mean product of two people's. */
  between: number;
}

/**
 * Mean square of a quantity of people, and mean product of two people's, without what answers and sources add: every
 * product is of measurements on two different sources.
 *
 * Half the mean squared difference of two people, their variance, is within − between; it may fall below 0 by chance.
 *
 * @param rows - The measurements.
 * @param weights - Weight of each listener and each source; a person or source drawn twice makes no pair with itself.
 * @returns The products; NaN where nobody met two sources, or there is one person.
 */
export function personProducts(
  { listener, source, value, unit }: PersonRows,
  weights: Weights,
): PersonProducts {
  const { listeners, sources: ofSource } = weights;
  const people = groupSums(listener, source, { value, unit, size: listeners.length, weights: ofSource });
  const sources = groupSums(source, listener, { value, unit, size: ofSource.length, weights: listeners });
  const one = productsOf(people, listeners, 1);
  const same = productsOf(people, listeners, 2);
  const ofSources = productsOf(sources, ofSource, 2);
  return {
    within: one.own.value / one.own.unit,
    between:
      (one.total.value ** 2 - same.all.value - ofSources.own.value) /
      (one.total.unit ** 2 - same.all.unit - ofSources.own.unit),
  };
}

interface GroupSums {
  value: Float64Array;
  unit: Float64Array;
  squaredValue: Float64Array;
  squaredUnit: Float64Array;
}

/** Sums and sums of squares over the rows of each group, each row weighted by its other factor. */
function groupSums(
  group: Int32Array,
  other: Int32Array,
  {
    value,
    unit,
    size,
    weights,
  }: { value: Float64Array; unit: Float64Array; size: number; weights: Float64Array },
): GroupSums {
  const zeros = () => new Float64Array(size);
  const sums: GroupSums = { value: zeros(), unit: zeros(), squaredValue: zeros(), squaredUnit: zeros() };
  for (let row = 0; row < group.length; row++) {
    const weight = weights[other[row]!]!;
    const at = group[row]!;
    const [x, u] = [weight * value[row]!, weight * unit[row]!];
    sums.value[at]! += x;
    sums.unit[at]! += u;
    sums.squaredValue[at]! += x * x;
    sums.squaredUnit[at]! += u * u;
  }
  return sums;
}

/** Over groups, by a power of their weights: totals, products of all pairs within a group, and those of different members. */
function productsOf(sums: GroupSums, weights: Float64Array, power: number) {
  const total = { value: 0, unit: 0 };
  const all = { value: 0, unit: 0 };
  const own = { value: 0, unit: 0 };
  weights.forEach((weight, at) => {
    const w = weight ** power;
    const [value, unit] = [sums.value[at]!, sums.unit[at]!];
    total.value += weight * value;
    total.unit += weight * unit;
    all.value += w * value * value;
    all.unit += w * unit * unit;
    own.value += w * (value * value - sums.squaredValue[at]!);
    own.unit += w * (unit * unit - sums.squaredUnit[at]!);
  });
  return { total, all, own };
}
