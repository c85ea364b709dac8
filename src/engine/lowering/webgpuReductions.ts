import { arraySize } from '../../base/arraySize.ts';
import type { Lowered, Lowering, Target } from './lowering.ts';

/** Values that one thread adds up at most, where they can be shared out. */
const longest = 256;

/** Parts that are added one to the other: to sum them in one op they would be transposed first. */
const few = 4;

/** Squares of a product that are enough to keep a large device busy. */
export const busyTiles = 1024;

/**
 * Squares of products that ONNX Runtime computes at once.
 *
 * @param products - How many there are, each of so many rows and columns.
 */
export const tilesOf = (products: number, rows: number, columns: number) =>
  products * Math.ceil(rows / 32) * Math.ceil(columns / 32);

/** Results from which on every thread may add up one, however long it is. */
const many = 2 ** 15;

/**
 * Sums, or means, of many values each. ONNX Runtime has one thread for each result, so a sum of a million values into a
 * few would take one thread after another: they are summed in stages, each of many short sums.
 *
 * @param isMean - Whether the sum is divided by the number of values.
 */
export function stagedReduction(isMean: boolean): Lowering {
  return (target, { inputs: [x, axes], attributes, shape }) => {
    const summed = shape && axes !== undefined ? target.constantWholes(axes) : undefined;
    if (!shape || !summed) return undefined;
    const isSummed = (axis: number) => summed.includes(axis) || summed.includes(axis - shape.length);
    const count = arraySize(shape.filter((_, axis) => isSummed(axis)));
    if (count <= 1) return undefined;
    if (!isMean && count <= few && summed.length === 1)
      return sumOfParts(target, x!, {
        axis: shape.findIndex((_, axis) => isSummed(axis)),
        count,
        shape,
        attributes,
      });
    if (count <= longest || arraySize(shape) / count >= many) return undefined;
    const sum = summedRuns(target, x!, runsOf(shape, isSummed));
    const mean = isMean ? target.node('Mul', [sum, target.floats([1 / count], [])]) : sum;
    const isKept = attributes['keepdims'] !== 0;
    const left = shape.flatMap((length, axis) => (isSummed(axis) ? (isKept ? [1] : []) : [length]));
    return [target.node('Reshape', [mean, target.wholes(left)])];
  };
}

/** Sums over a short axis that others follow; undefined where it is the last one. */
function sumOfParts(
  target: Target,
  x: string,
  {
    axis,
    count,
    shape,
    attributes,
  }: { axis: number; count: number; shape: readonly number[]; attributes: Lowered['attributes'] },
): string[] | undefined {
  if (arraySize(shape.slice(axis + 1)) === 1) return undefined;
  const sizes = target.wholes(new Array(count).fill(1));
  const sum = target
    .nodes('Split', [x, sizes], { axis }, count)
    .reduce((before, part) => target.node('Add', [before, part]));
  if (attributes['keepdims'] !== 0) return [sum];
  return [target.node('Reshape', [sum, target.wholes(shape.toSpliced(axis, 1))])];
}

/**
 * Sums over the middle one of three axes, in stages.
 *
 * @param target - Written there.
 * @param x - Name of [before, length, after].
 * @returns Name of the sums, [before · after] in whatever axes.
 */
export function sumOverMiddle(
  target: Target,
  x: string,
  [before, length, after]: readonly [number, number, number],
): string {
  let [name, left] = [x, length];
  while (left > 1) {
    const part = partOf(left);
    left /= part;
    name =
      after === 1
        ? target.node(
            'ReduceSum',
            [target.node('Reshape', [name, target.wholes([before * left, part])]), target.wholes([1])],
            { keepdims: 0 },
          )
        : // Not ReduceSum: it would transpose all that is summed first.
          target.node('MatMul', [
            target.floats(new Float32Array(part).fill(1), [1, 1, part]),
            target.node('Reshape', [name, target.wholes([before * left, part, after])]),
          ]);
  }
  return name;
}

/** Neighboring axes that are summed, or stay, as one. */
interface Run {
  length: number;
  isSummed: boolean;
}

function runsOf(shape: readonly number[], isSummed: (axis: number) => boolean): Run[] {
  const runs: Run[] = [];
  for (const [axis, length] of shape.entries()) {
    if (length === 1) continue;
    const last = runs.at(-1);
    if (last?.isSummed === isSummed(axis)) last.length *= length;
    else runs.push({ length, isSummed: isSummed(axis) });
  }
  return runs;
}

function summedRuns(target: Target, x: string, runs: readonly Run[]): string {
  let name = x;
  let after = 1;
  for (const [i, { length, isSummed }] of [...runs.entries()].toReversed()) {
    const before = arraySize(runs.slice(0, i).map((run) => run.length));
    if (isSummed) name = sumOverMiddle(target, name, [before, length, after]);
    else after *= length;
  }
  return name;
}

/** The largest part that a number of values falls into equally; all of them where there is none worth it. */
function partOf(length: number): number {
  if (length <= longest) return length;
  for (let part = longest; part >= 8; part--) if (length % part === 0) return part;
  return length;
}
