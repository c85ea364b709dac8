import type { Tensor } from '@tensorflow/tfjs';
import { arraySize } from '../../../base/arraySize.ts';
import { constantNumbers } from '../../../engine/constantNumbers.ts';
import { constant, tf } from '../../../engine/tf.ts';
import {
  axisOf,
  type Call,
  feasible,
  type Operations,
  operation,
  overNumbers,
  wholeTensor,
} from '../operation.ts';

/** Picking elements by index, and putting elements where indices say. */
export const gatheringOperations: Operations = {
  Gather: operation(gathered, 'axis'),
  GatherElements: operation((call) => {
    const x = call.tensor(0);
    const { places, shape } = elementPlaces(call, x);
    return picked(x, places, shape);
  }, 'axis'),
  GatherND: operation(gatheredRows, 'batch_dims'),
  ScatterElements: operation(
    (call) => {
      const x = call.tensor(0);
      return scattered(call, x, { places: elementPlaces(call, x).places, updates: call.tensor(2) });
    },
    'axis',
    'reduction',
  ),
  ScatterND: operation(scatteredRows, 'reduction'),
};

function gathered(call: Call): Tensor {
  const [x, indices] = [call.tensor(0), call.tensor(1)];
  const axis = axisOf(call, call.number('axis', 0), x.rank);
  const size = x.shape[axis]!;
  const shape = feasible(call, x.shape.toSpliced(axis, 1, ...indices.shape));
  const known = constantNumbers(indices);
  if (known) requirePlaces(call, known, size);
  const places = known
    ? wholeTensor(known.map((index) => (index < 0 ? index + size : index)))
    : tf.reshape(tf.cast(indices, 'int32'), [-1]);
  const gather = (numbers: Tensor) =>
    known ? tf.gather(numbers, places as never, axis) : gatheredAt(numbers, places, axis);
  return overNumbers(x, (numbers) => tf.reshape(gather(numbers), shape));
}

/** Entries at places that hang on the sound, as that of a largest value does: small changes of the sound move none. */
function gatheredAt(x: Tensor, places: Tensor, axis: number): Tensor {
  const order = x.shape.map((_, i) => i);
  const toFront = [axis, ...order.toSpliced(axis, 1)];
  const rows = tf.customGrad((table) => ({
    value: tf.gather(table as Tensor, places as never),
    gradFunc: (slope: Tensor) => [
      tf.unsortedSegmentSum(slope, places as never, x.shape[axis]!),
      tf.zeros(places.shape),
    ],
  }))(tf.transpose(x, toFront), places);
  return tf.transpose(
    rows,
    order.map((i) => toFront.indexOf(i)),
  );
}

function requirePlaces(call: Call, places: readonly number[], size: number): void {
  const wrong = places.find((place) => !(place >= -size && place < size));
  call.require(wrong === undefined, `indices from ${-size} to ${size - 1}, one is ${wrong}`);
}

const stridesOf = (shape: readonly number[]) => shape.map((_, axis) => arraySize(shape.slice(axis + 1)));

/** Elements by their place in the flattened tensor. */
function picked(x: Tensor, places: readonly number[], shape: readonly number[]): Tensor {
  return tf.reshape(tf.gather(tf.reshape(x, [-1]), wholeTensor(places) as never), [...shape]);
}

/** Flat place of each element that GatherElements and ScatterElements name: its own, but for one axis. */
function elementPlaces(call: Call, x: Tensor): { places: number[]; shape: number[] } {
  const { shape } = call.tensor(1);
  const indices = call.listed(1)!;
  const axis = axisOf(call, call.number('axis', 0), x.rank);
  call.require(
    shape.length === x.rank && shape.every((size, i) => i === axis || size <= x.shape[i]!),
    `indices within its input [${x.shape.join(', ')}], they are [${shape.join(', ')}]`,
  );
  requirePlaces(call, indices, x.shape[axis]!);
  const [inner, outer] = [stridesOf(shape), stridesOf(x.shape)];
  const places = indices.map((index, flat) => {
    const moved = shape.map((size, i) =>
      i === axis ? 0 : (Math.floor(flat / inner[i]!) % size) * outer[i]!,
    );
    const place = index < 0 ? index + x.shape[axis]! : index;
    return moved.reduce((a, b) => a + b, place * outer[axis]!);
  });
  return { places, shape: [...shape] };
}

/** Flat places of the rows that a list of index tuples names, and the size of such a row. */
function rowPlaces(call: Call, x: Tensor): { places: number[]; row: number[] } {
  const { shape } = call.tensor(1);
  const indices = call.listed(1)!;
  const depth = shape.at(-1) ?? 0;
  call.require(depth >= 1 && depth <= x.rank, `indices of 1 to ${x.rank} axes, they have ${depth}`);
  const strides = stridesOf(x.shape);
  const row = x.shape.slice(depth);
  const count = arraySize(row);
  const tuples = Array.from({ length: indices.length / depth }, (_, i) =>
    indices.slice(i * depth, (i + 1) * depth),
  );
  for (const [axis, size] of x.shape.slice(0, depth).entries())
    requirePlaces(
      call,
      tuples.map((tuple) => tuple[axis]!),
      size,
    );
  feasible(call, [tuples.length, ...row]);
  const places = tuples.flatMap((tuple) => {
    const first = tuple.reduce(
      (sum, index, axis) => sum + (index < 0 ? index + x.shape[axis]! : index) * strides[axis]!,
      0,
    );
    return Array.from({ length: count }, (_, i) => first + i);
  });
  return { places, row };
}

function gatheredRows(call: Call): Tensor {
  const x = call.tensor(0);
  call.require(call.number('batch_dims', 0) === 0, 'batch_dims 0');
  const { places, row } = rowPlaces(call, x);
  return picked(x, places, [...call.tensor(1).shape.slice(0, -1), ...row]);
}

function scatteredRows(call: Call): Tensor {
  const x = call.tensor(0);
  const { places } = rowPlaces(call, x);
  return scattered(call, x, { places, updates: call.tensor(2) });
}

/** The tensor with updates at flat places: each place chooses old or new, so that the gradient is a choice as well. */
function scattered(
  call: Call,
  x: Tensor,
  { places, updates }: { places: number[]; updates: Tensor },
): Tensor {
  const reduction = call.text('reduction', 'none');
  call.require(['none', 'add'].includes(reduction), `reduction none or add, it has ${reduction}`);
  call.require(
    updates.size === places.length,
    `an update a place (${places.length}), there are ${updates.size}`,
  );
  if (reduction === 'add') {
    const sums = tf.unsortedSegmentSum(tf.reshape(updates, [-1]), wholeTensor(places) as never, x.size);
    return tf.add(x, tf.reshape(sums, x.shape));
  }
  const sources = new Int32Array(x.size);
  const isNew = new Float32Array(x.size);
  places.forEach((place, i) => {
    sources[place] = i;
    isNew[place] = 1;
  });
  if (places.length === 0) return x;
  const flat = tf.cast(tf.reshape(updates, [-1]), x.dtype === 'bool' ? 'int32' : x.dtype);
  const moved = tf.reshape(tf.gather(flat, constant(sources, [x.size]) as never), x.shape);
  const isMoved = tf.cast(constant(isNew, x.shape), 'bool');
  return overNumbers(x, (numbers) => tf.where(isMoved, moved, numbers));
}
