import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../../../engine/tf.ts';
import {
  axesOf,
  axisOf,
  type Call,
  feasible,
  type Operations,
  operation,
  wholeTensor,
} from '../operation.ts';

/** Cutting, joining and padding along axes. */
export const slicingOperations: Operations = {
  Concat: operation(concatenated, 'axis'),
  Split: operation(split, 'axis', 'split', 'num_outputs'),
  Slice: operation(sliced, 'starts', 'ends', 'axes'),
  Pad: operation(pad, 'mode', 'pads', 'value'),
  DepthToSpace: operation(depthToSpace, 'blocksize', 'mode'),
  SpaceToDepth: operation(spaceToDepth, 'blocksize'),
};

function concatenated(call: Call): Tensor {
  const parts = call.inputs.map((_, position) => call.tensor(position));
  const [first] = parts as [Tensor];
  const axis = axisOf(call, call.number('axis', 0), first.rank);
  call.require(
    parts.every(
      (part) =>
        part.rank === first.rank && part.shape.every((size, i) => i === axis || size === first.shape[i]),
    ),
    `inputs that differ along axis ${axis} alone, they are ${parts.map(({ shape }) => `[${shape.join(', ')}]`).join(', ')}`,
  );
  if (parts.length === 1) return first;
  if (first.dtype !== 'bool') return tf.concat(parts, axis);
  return tf.cast(
    tf.concat(
      parts.map((part) => tf.cast(part, 'int32')),
      axis,
    ),
    'bool',
  );
}

function split(call: Call): Tensor[] {
  const x = call.tensor(0);
  const axis = axisOf(call, call.number('axis', 0), x.rank);
  const size = x.shape[axis]!;
  const count = call.number('num_outputs', call.node.outputs.length);
  const part = Math.ceil(size / count);
  const sizes =
    call.listed(1, 'split') ??
    Array.from({ length: count }, (_, i) => Math.min(part, Math.max(size - i * part, 0)));
  call.require(
    sizes.every((each) => each >= 0) && sizes.reduce((a, b) => a + b, 0) === size,
    `parts that add up to ${size}, they are [${sizes.join(', ')}]`,
  );
  return tf.split(x, [...sizes], axis);
}

/** A range of places along an axis: the first, how many, and the step. */
interface Range {
  start: number;
  count: number;
  step: number;
}

function sliced(call: Call): Tensor {
  const x = call.tensor(0);
  const starts = call.listed(1, 'starts') ?? [];
  const ends = call.listed(2, 'ends') ?? [];
  const axes = axesOf(call, call.listed(3, 'axes') ?? starts.map((_, i) => i), x.rank);
  const steps = call.listed(4) ?? starts.map(() => 1);
  call.require(
    [ends, axes, steps].every(({ length }) => length === starts.length) && steps.every((step) => step !== 0),
    `as many ends, axes and steps (not 0) as starts, they are ${starts.length}, ${ends.length}, ${axes.length}, [${steps.join(', ')}]`,
  );
  return axes.reduce(
    (part, axis, i) =>
      cut(part, axis, rangeOf(x.shape[axis]!, { start: starts[i]!, end: ends[i]!, step: steps[i]! })),
    x,
  );
}

function rangeOf(size: number, { start, end, step }: { start: number; end: number; step: number }): Range {
  // Backwards, one before the first index is a place of its own.
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const bounded = (place: number) => Math.min(Math.max(place < 0 ? place + size : place, least), most);
  return {
    start: bounded(start),
    count: Math.max(0, Math.ceil((bounded(end) - bounded(start)) / step)),
    step,
  };
}

function cut(x: Tensor, axis: number, { start, count, step }: Range): Tensor {
  if (step === 1 && count === x.shape[axis]) return x;
  if (step !== 1)
    return taken(
      x,
      axis,
      Array.from({ length: count }, (_, i) => start + i * step),
    );
  const begin = x.shape.map((_, i) => (i === axis ? start : 0));
  return tf.slice(x, begin, x.shape.with(axis, count));
}

/**
 * Places along an axis, in any order and number.
 *
 * @param x - The tensor.
 * @param axis - Counted from the front.
 * @param places - From 0.
 */
export function taken(x: Tensor, axis: number, places: readonly number[]): Tensor {
  return tf.gather(x, wholeTensor(places) as never, axis);
}

function pad(call: Call): Tensor {
  const x = call.tensor(0);
  const mode = call.text('mode', 'constant');
  call.require(
    ['constant', 'reflect', 'edge', 'wrap'].includes(mode),
    `mode constant, reflect, edge or wrap, it has ${mode}`,
  );
  const axes = axesOf(call, call.listed(3) ?? x.shape.map((_, axis) => axis), x.rank);
  const pads = call.listed(1, 'pads') ?? [];
  call.require(pads.length === 2 * axes.length, `${2 * axes.length} pads, it has ${pads.length}`);
  const pairs = x.shape.map((): [number, number] => [0, 0]);
  axes.forEach((axis, i) => {
    pairs[axis] = [pads[i]!, pads[i + axes.length]!];
  });
  const shape = feasible(
    call,
    x.shape.map((size, axis) => size + pairs[axis]![0] + pairs[axis]![1]),
  );
  if (mode !== 'constant')
    return pairs.reduce((part, pair, axis) => mirrored(call, part, { axis, pair, mode }), x);
  // Negative ones cut.
  const kept = pairs.map((pair) => pair.map((each) => Math.max(each, 0)) as [number, number]);
  const whole = tf.pad(x, kept, call.listed(2, 'value')?.[0] ?? 0);
  return tf.slice(
    whole,
    pairs.map(([before], axis) => kept[axis]![0] - before),
    shape,
  );
}

function mirrored(
  call: Call,
  x: Tensor,
  { axis, pair, mode }: { axis: number; pair: [number, number]; mode: string },
): Tensor {
  const [before, after] = pair;
  if (before === 0 && after === 0) return x;
  const size = x.shape[axis]!;
  call.require(
    mode !== 'reflect' || Math.max(before, after) < size,
    `reflections shorter than its axis of ${size}, it has ${before} and ${after}`,
  );
  call.require(size > 0, 'something to repeat at its edge');
  const period = mode === 'wrap' ? size : Math.max(2 * (size - 1), 1);
  const place = (position: number) => {
    if (mode === 'edge') return Math.min(Math.max(position, 0), size - 1);
    const phase = ((position % period) + period) % period;
    return phase < size ? phase : period - phase;
  };
  return taken(
    x,
    axis,
    Array.from({ length: before + size + after }, (_, i) => place(i - before)),
  );
}

function blocks(call: Call): { shape: [number, number, number, number]; block: number } {
  const { shape, rank } = call.tensor(0);
  const block = call.number('blocksize', 1);
  call.require(rank === 4 && block >= 1, `four axes and a blocksize ≥ 1, they are ${rank} and ${block}`);
  return { shape: shape as [number, number, number, number], block };
}

function depthToSpace(call: Call): Tensor {
  const {
    shape: [batch, channels, height, width],
    block,
  } = blocks(call);
  const depth = channels / (block * block);
  call.require(Number.isInteger(depth), `channels in blocks of ${block * block}, it has ${channels}`);
  const mode = call.text('mode', 'DCR');
  call.require(['DCR', 'CRD'].includes(mode), `mode DCR or CRD, it has ${mode}`);
  const [split6, order] =
    mode === 'DCR'
      ? [
          [batch, block, block, depth, height, width],
          [0, 3, 4, 1, 5, 2],
        ]
      : [
          [batch, depth, block, block, height, width],
          [0, 1, 4, 2, 5, 3],
        ];
  const spread = tf.transpose(tf.reshape(call.tensor(0), split6), order);
  return tf.reshape(spread, [batch, depth, height * block, width * block]);
}

function spaceToDepth(call: Call): Tensor {
  const {
    shape: [batch, channels, height, width],
    block,
  } = blocks(call);
  call.require(
    height % block === 0 && width % block === 0,
    `sides in blocks of ${block}, they are ${height} × ${width}`,
  );
  const parts = tf.reshape(call.tensor(0), [batch, channels, height / block, block, width / block, block]);
  const gathered = tf.transpose(parts, [0, 3, 5, 1, 2, 4]);
  return tf.reshape(gathered, [batch, channels * block * block, height / block, width / block]);
}
