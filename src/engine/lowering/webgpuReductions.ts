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
    const root = squareRoot(target, x!);
    const runs = runsOf(shape, isSummed);
    const isInRows = runs.at(-1)!.isSummed;
    const isWhole = isInRows && runs.length <= 2;
    if (count <= (isWhole ? longestRow : longest) || arraySize(shape) / count >= many) {
      if (root && !isMean) return [target.node('ReduceSumSquare', [root, axes!], attributes)];
      // What lies apart would be transposed first, but not for a product.
      if (isWhole) return undefined;
    }
    const sum = inStages(target, root && isInRows ? root : x!, stagesOf(runs), {
      first: root && isInRows ? 'ReduceSumSquare' : 'ReduceSum',
      factor: isMean ? 1 / count : 1,
    });
    const isKept = attributes['keepdims'] !== 0;
    const left = shape.flatMap((length, axis) => (isSummed(axis) ? (isKept ? [1] : []) : [length]));
    return [target.node('Reshape', [sum, target.wholes(left)])];
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
 * @returns Name of the sums, [before · after] in whatever axes.
 */
export function sumOverMiddle(
  target: Target,
  x: string,
  middle: readonly [before: number, length: number, after: number],
): string {
  return inStages(target, x, stagesOverMiddle(middle), { first: 'ReduceSum', factor: 1 });
}

/** Sums of parts: how many rows of them, and how many values lie side by side. */
interface Stage {
  rows: number;
  part: number;
  after: number;
}

function stagesOverMiddle([before, length, after]: readonly [number, number, number]): Stage[] {
  const stages: Stage[] = [];
  for (let left = length; left > 1; ) {
    const part = partOf(left, after === 1 ? longestRow : longest);
    left /= part;
    stages.push({ rows: before * left, part, after });
  }
  return stages;
}

/** Sums times a factor; the first stage may have an op of its own where it sums in rows. */
function inStages(
  target: Target,
  x: string,
  stages: readonly Stage[],
  { first, factor }: { first: string; factor: number },
): string {
  const scaling = stages.findLastIndex(({ after }) => after > 1);
  const sum = stages.reduce((name, { rows, part, after }, i) => {
    if (after === 1) {
      const inRows = target.node('Reshape', [name, target.wholes([rows, part])]);
      return target.node(i === 0 ? first : 'ReduceSum', [inRows, target.wholes([1])], { keepdims: 0 });
    }
    // Not ReduceSum: it would transpose all that is summed first.
    const ones = new Float32Array(part).fill(i === scaling ? factor : 1);
    const blocks = target.node('Reshape', [name, target.wholes([rows, part, after])]);
    return target.node('MatMul', [target.floats(ones, [1, 1, part]), blocks]);
  }, x);
  return factor === 1 || scaling >= 0 ? sum : target.node('Mul', [sum, target.floats([factor], [])]);
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

function stagesOf(runs: readonly Run[]): Stage[] {
  const stages: Stage[] = [];
  let after = 1;
  for (const [i, { length, isSummed }] of [...runs.entries()].toReversed()) {
    const before = arraySize(runs.slice(0, i).map((run) => run.length));
    if (isSummed) stages.push(...stagesOverMiddle([before, length, after]));
    else after *= length;
  }
  return stages;
}

/** The largest part that a number of values falls into equally; all of them where there is none worth it. */
function partOf(length: number, most: number): number {
  if (length <= most) return length;
  for (let part = most; part >= 8; part--) if (length % part === 0) return part;
  return length;
}
