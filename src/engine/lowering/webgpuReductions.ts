import { arraySize } from '../../base/arraySize.ts';
import type { Lowering, Target } from './lowering.ts';

/** Values that one thread adds up at most, where they can be shared out. */
const longest = 256;

/** Neighboring values that are added up at once at most: 64 threads share them. */
const longestRow = 1024;

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
 * Sums, or means, of many values each. ONNX Runtime has a few threads for each result, so a sum of a million values into
 * one would leave a large device idle: they are summed in stages, each of many short sums. Squares are summed as such, in
 * one op less.
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
    const root = isMean ? undefined : squareRoot(target, x!);
    const runs = runsOf(shape, isSummed);
    const isInRows = runs.at(-1)!.isSummed && runs.length <= 2;
    if (count <= (isInRows ? longestRow : longest) || arraySize(shape) / count >= many)
      return root ? [target.node('ReduceSumSquare', [root, axes!], attributes)] : undefined;
    const sum =
      root && runs.at(-1)!.isSummed
        ? summedRuns(target, root, runs, 'ReduceSumSquare')
        : summedRuns(target, x!, runs);
    const mean = isMean ? target.node('Mul', [sum, target.floats([1 / count], [])]) : sum;
    const isKept = attributes['keepdims'] !== 0;
    const left = shape.flatMap((length, axis) => (isSummed(axis) ? (isKept ? [1] : []) : [length]));
    return [target.node('Reshape', [mean, target.wholes(left)])];
  };
}

/** What a value is the square of, in the value's shape; undefined of other values. */
function squareRoot(target: Target, name: string): string | undefined {
  const maker = target.makerOf(name);
  const [x, other] = maker?.inputs ?? [];
  if (maker?.opType === 'Mul') return x === other ? x : undefined;
  const root = maker?.opType === 'Reshape' ? squareRoot(target, x!) : undefined;
  return root && target.node('Reshape', [root, other!]);
}

/**
 * The root of a sum of squares, in one op with the sum.
 *
 * @param target - Written there.
 */
export const lengthOf: Lowering = (target, { inputs: [x] }) => {
  const maker = target.makerOf(x!);
  return maker?.opType === 'ReduceSumSquare'
    ? [target.node('ReduceL2', maker.inputs, maker.attributes)]
    : undefined;
};

/**
 * Sums over the middle one of three axes, in stages.
 *
 * @param target - Written there.
 * @param x - Name of [before, length, after].
 * @param sum - Op of the first stage, where the middle axis is the last.
 * @returns Name of the sums, [before · after] in whatever axes.
 */
export function sumOverMiddle(
  target: Target,
  x: string,
  [before, length, after]: readonly [number, number, number],
  sum = 'ReduceSum',
): string {
  let [name, left] = [x, length];
  while (left > 1) {
    const part = partOf(left, after === 1 ? longestRow : longest);
    left /= part;
    name =
      after === 1
        ? target.node(
            left * part === length ? sum : 'ReduceSum',
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

function summedRuns(target: Target, x: string, runs: readonly Run[], first = 'ReduceSum'): string {
  let name = x;
  let after = 1;
  for (const [i, { length, isSummed }] of [...runs.entries()].toReversed()) {
    const before = arraySize(runs.slice(0, i).map((run) => run.length));
    const isLast = i === runs.length - 1;
    if (isSummed) name = sumOverMiddle(target, name, [before, length, after], isLast ? first : undefined);
    else after *= length;
  }
  return name;
}

/** The largest part that a number of values falls into equally; all of them where there is none worth it. */
function partOf(length: number, most: number): number {
  if (length <= most) return length;
  for (let part = most; part >= 8; part--) if (length % part === 0) return part;
  return length;
}
