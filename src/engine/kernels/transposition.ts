import type { TensorInfo } from '@tensorflow/tfjs';
import { favorsFewOps } from '../trace.ts';
import type { Tracer } from '../tracer.ts';

/**
 * Name of a tensor with its axes permuted; a constant is permuted at once.
 *
 * @param tracer - Records it.
 * @param x - The tensor.
 * @param perm - For each axis of the result, the axis of `x`.
 */
export function permuted(tracer: Tracer, x: TensorInfo, perm: readonly number[]): string {
  const values = tracer.constantValues(x);
  if (values) return tracer.transposedConstant(x, values, perm);
  return transposed(tracer, tracer.nameOf(x), x.shape, perm);
}

/** What a transposition is added to. */
export interface NodeSink {
  node(opType: string, inputs: string[], attributes?: Record<string, number[]>): string;
  /** A vector of int64. */
  wholes(values: readonly number[]): string;
}

/**
 * Appends a transposition. On a processor ONNX Runtime moves a single axis in blocks, and any other permutation element by
 * element, several times slower; so neighbors that stay neighbors are joined to one axis, and what is not a single move then
 * is done as two when two are enough.
 *
 * @param tracer - Records it.
 * @param name - Name of the value.
 * @param perm - For each axis of the result, the axis of the value.
 * @returns Name of the result.
 */
export function transposed(
  tracer: NodeSink,
  name: string,
  shape: readonly number[],
  perm: readonly number[],
): string {
  if (favorsFewOps() || isMove(perm)) return tracer.node('Transpose', [name], { perm: [...perm] });
  const joined = joinNeighbors(shape, perm);
  const [first, second] = movesTo(joined.perm) ?? [];
  if (!first) return tracer.node('Transpose', [name], { perm: [...perm] });
  const value = tracer.node('Reshape', [name, tracer.wholes(joined.shape)]);
  const moved = tracer.node('Transpose', [value], { perm: first });
  const between = first.flatMap((run) => joined.runs[run]!);
  const last = second ? movedAgain(tracer, moved, { shape, between, perm, axesBefore: first.length }) : moved;
  return tracer.node('Reshape', [last, tracer.wholes(perm.map((axis) => shape[axis]!))]);
}

/** Axes between two moves: their sizes and order by the axes of the source, what is wanted, and how many the first had. */
interface Between {
  shape: readonly number[];
  between: readonly number[];
  perm: readonly number[];
  axesBefore: number;
}

/**
 * The second of two moves. ONNX Runtime would make one slow transposition of two that follow each other, so there is
 * always a reshape to another number of axes between them: those that stay neighbors now are joined, or else parted.
 */
function movedAgain(tracer: NodeSink, name: string, { shape, between, perm, axesBefore }: Between): string {
  const sizes = between.map((axis) => shape[axis]!);
  const left = perm.filter((axis) => between.includes(axis)).map((axis) => between.indexOf(axis));
  const joined = joinNeighbors(sizes, left);
  const isJoined = joined.shape.length !== axesBefore;
  const value = tracer.node('Reshape', [name, tracer.wholes(isJoined ? joined.shape : sizes)]);
  return tracer.node('Transpose', [value], { perm: isJoined ? joined.perm : left });
}

/** Axes that follow each other before and after become one; axes of length one vanish. */
function joinNeighbors(shape: readonly number[], perm: readonly number[]) {
  const runs: number[][] = [];
  const long = perm.filter((axis) => shape[axis] !== 1);
  const order = long.toSorted((a, b) => a - b);
  for (const axis of long) {
    const run = runs.at(-1);
    if (run && order.indexOf(axis) === order.indexOf(run.at(-1)!) + 1) run.push(axis);
    else runs.push([axis]);
  }
  const inSource = runs.toSorted(([a], [b]) => a! - b!);
  return {
    runs: inSource,
    shape: inSource.map((run) => run.reduce((product, axis) => product * shape[axis]!, 1)),
    perm: runs.map((run) => inSource.indexOf(run)),
  };
}

/** One or two moves that make a permutation, undefined where they aren't enough. */
function movesTo(perm: readonly number[]): number[][] | undefined {
  if (isMove(perm)) return [[...perm]];
  const all = perm.flatMap((_, from) =>
    perm.flatMap((__, to) => (from === to ? [] : [moved(perm.length, from, to)])),
  );
  for (const first of all) {
    // What is left to do after the first move.
    const second = perm.map((axis) => first.indexOf(axis));
    if (isMove(second)) return [first, second];
  }
  return undefined;
}

/** Whether a permutation takes one axis to another place, or none. */
function isMove(perm: readonly number[]): boolean {
  return perm.some((_, from) =>
    perm.some((__, to) => moved(perm.length, from, to).every((axis, i) => axis === perm[i])),
  );
}

/** The permutation that takes one axis to another place. */
function moved(axes: number, from: number, to: number): number[] {
  const perm = Array.from({ length: axes }, (_, axis) => axis);
  perm.splice(to, 0, ...perm.splice(from, 1));
  return perm;
}
