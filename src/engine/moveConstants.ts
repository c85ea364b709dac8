import type { BackendValues, DataType, TensorInfo } from '@tensorflow/tfjs';
import { arraySize } from '../base/arraySize.ts';
import { tf } from './tf.ts';
import { typedArray } from './typedValues.ts';

/** Where the elements of an array lie: first place, and the step along each axis. */
interface Layout {
  first: number;
  steps: readonly number[];
}

/** A kernel that only moves elements: shape of its result, where they come from and where they go. */
interface Move {
  shape: readonly number[];
  from: Layout;
  /** Shape of the moved elements, where they aren't the whole result, and their layout in it. */
  part?: { shape: readonly number[]; to: Layout; fill: number };
}

/**
 * Carries out a kernel on a constant if all it does is to move elements. The `cpu` backend of TensorFlow.js looks the
 * place of each element up, which for the weights of a large network takes minutes.
 *
 * @param kernelName - TensorFlow.js' name of the kernel.
 * @param x - Shape and type of its input.
 * @param options - The input's values, and the kernel's attributes.
 * @returns Shape and values of the result; undefined for other kernels.
 */
export function moveConstant(
  kernelName: string,
  x: Pick<TensorInfo, 'shape' | 'dtype'>,
  { values, attrs }: { values: BackendValues; attrs: unknown },
): { shape: number[]; values: BackendValues } | undefined {
  const move = moves.get(kernelName)?.(x.shape, attrs as never);
  if (!move) return undefined;
  const { shape, from, part } = move;
  const target = typedArray(x.dtype as DataType, tf.util.sizeFromShape([...shape]));
  if (part?.fill) target.fill(part.fill);
  const to = part?.to ?? { first: 0, steps: stepsOf(shape) };
  // Axes of length one would make loops of one turn.
  const sizes = part?.shape ?? shape;
  const long = <T>(list: readonly T[]) => list.filter((_, axis) => sizes[axis] !== 1);
  copy(
    { values: values as Float32Array, first: from.first, steps: long(from.steps) },
    { values: target, first: to.first, steps: long(to.steps) },
    long(sizes),
  );
  return { shape: [...shape], values: target };
}

const moves = new Map<string, (shape: readonly number[], attrs: never) => Move>([
  ['Transpose', transposition],
  ['Reverse', reversal],
  ['PadV2', padding],
  ['Slice', cut],
]);

function transposition(shape: readonly number[], { perm }: { perm: number[] }): Move {
  const steps = stepsOf(shape);
  return {
    shape: perm.map((axis) => shape[axis]!),
    from: { first: 0, steps: perm.map((axis) => steps[axis]!) },
  };
}

function reversal(shape: readonly number[], { dims }: { dims: number | number[] }): Move {
  const axes = new Set(tf.util.parseAxisParam(dims, [...shape]));
  const steps = stepsOf(shape);
  const first = shape.reduce((sum, size, axis) => sum + (axes.has(axis) ? (size - 1) * steps[axis]! : 0), 0);
  return { shape, from: { first, steps: steps.map((step, axis) => (axes.has(axis) ? -step : step)) } };
}

function padding(
  shape: readonly number[],
  { paddings, constantValue }: { paddings: [number, number][]; constantValue: number },
): Move {
  const padded = shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
  const steps = stepsOf(padded);
  const first = paddings.reduce((sum, [before], axis) => sum + before * steps[axis]!, 0);
  return {
    shape: padded,
    from: { first: 0, steps: stepsOf(shape) },
    part: { shape, to: { first, steps }, fill: constantValue },
  };
}

function cut(shape: readonly number[], { begin, size }: { begin: number[]; size: number[] }): Move {
  const [starts, sizes] = tf.slice_util.parseSliceParams({ shape: [...shape] } as never, begin, size);
  const steps = stepsOf(shape);
  const first = (starts as number[]).reduce((sum, start, axis) => sum + start * steps[axis]!, 0);
  return { shape: sizes as number[], from: { first, steps } };
}

/** Steps of an array in row-major order. */
function stepsOf(shape: readonly number[]): number[] {
  const steps = Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) steps[axis] = steps[axis + 1]! * shape[axis + 1]!;
  return steps;
}

type Placed = Layout & { values: Float32Array | Int32Array | Uint8Array };

/** Copies elements from places to places, the last axis in one loop. */
function copy(from: Placed, to: Placed, shape: readonly number[]): void {
  const length = shape.at(-1) ?? 1;
  const [stepFrom, stepTo] = [from.steps.at(-1) ?? 1, to.steps.at(-1) ?? 1];
  const rows = shape.slice(0, -1);
  const index = rows.map(() => 0);
  let [placeFrom, placeTo] = [from.first, to.first];
  for (let left = arraySize(shape) / Math.max(length, 1); left > 0; left--) {
    for (let i = 0, a = placeFrom, b = placeTo; i < length; i++, a += stepFrom, b += stepTo)
      to.values[b] = from.values[a]!;
    for (let axis = rows.length - 1; axis >= 0; axis--) {
      placeFrom += from.steps[axis]!;
      placeTo += to.steps[axis]!;
      index[axis]!++;
      if (index[axis]! < rows[axis]!) break;
      placeFrom -= rows[axis]! * from.steps[axis]!;
      placeTo -= rows[axis]! * to.steps[axis]!;
      index[axis] = 0;
    }
  }
}
