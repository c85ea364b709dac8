import { axisOf, type Numbers, type Value } from './onnxOperations.ts';

/** Whether a value is known when the graph is built. */
export function isNumbers(value: Value): value is Numbers {
  return 'numbers' in value;
}

/** Numbers with one axis. */
export function row(numbers: readonly number[]): Numbers {
  return { numbers, shape: [numbers.length] };
}

/** The same numbers in another shape; one size may be −1. */
export function reshapedNumbers({ numbers }: Numbers, shape: readonly number[]): Numbers {
  const known = shape.filter((size) => size >= 0).reduce((product, size) => product * size, 1);
  return { numbers, shape: shape.map((size) => (size < 0 ? numbers.length / known : size)) };
}

/** Axes in another order. */
export function transposedNumbers(x: Numbers, order: readonly number[]): Numbers {
  const shape = order.map((axis) => x.shape[axis]!);
  return picked(x, shape, (place) => x.shape.map((_, axis) => place[order.indexOf(axis)]!));
}

/** Where a slice begins and ends on each of its axes, and its steps. */
export interface Cut {
  starts: readonly number[];
  ends: readonly number[];
  axes: readonly number[];
  steps: readonly number[];
}

/** First index, number of indices and step on every axis of a shape. */
export function rangesOf(shape: readonly number[], { starts, ends, axes, steps }: Cut) {
  const ranges = shape.map((size) => ({ start: 0, count: size, step: 1 }));
  axes.forEach((given, i) => {
    const axis = axisOf(given, shape.length);
    const size = shape[axis]!;
    const step = steps[i]!;
    // Backwards, one before the first index is a place of its own.
    const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
    const bounded = (place: number) => Math.min(Math.max(place < 0 ? place + size : place, least), most);
    const start = bounded(starts[i]!);
    ranges[axis] = { start, count: Math.max(0, Math.ceil((bounded(ends[i]!) - start) / step)), step };
  });
  return ranges;
}

/** A slice. */
export function slicedNumbers(x: Numbers, cut: Cut): Numbers {
  const ranges = rangesOf(x.shape, cut);
  return picked(
    x,
    ranges.map(({ count }) => count),
    (place) => place.map((index, axis) => ranges[axis]!.start + index * ranges[axis]!.step),
  );
}

function picked(
  { numbers, shape: from }: Numbers,
  shape: readonly number[],
  source: (place: number[]) => number[],
): Numbers {
  const count = shape.reduce((product, size) => product * size, 1);
  const placeOf = (flat: number): number[] => {
    let rest = flat;
    return shape
      .map((_, i) => shape.length - 1 - i)
      .map((axis) => {
        const index = rest % shape[axis]!;
        rest = Math.floor(rest / shape[axis]!);
        return index;
      })
      .reverse();
  };
  return {
    shape,
    numbers: Array.from({ length: count }, (_, flat) => {
      const place = source(placeOf(flat));
      return numbers[place.reduce((offset, index, axis) => offset * from[axis]! + index, 0)]!;
    }),
  };
}
