import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../../engine/tf.ts';
import { type Call, feasible } from './operation.ts';

type Pair = [number, number];

/** Geometry of a sliding window over height and width. */
export interface Window {
  size: Pair;
  strides: Pair;
  dilations: Pair;
  /** Top, left, bottom, right. */
  pads: [number, number, number, number];
  /** Positions of the window, down and across. */
  positions: Pair;
}

/** Attributes from which {@link windowOf} takes the geometry. */
export const windowAttributes = ['kernel_shape', 'strides', 'dilations', 'pads', 'auto_pad'] as const;

/**
 * Geometry of an operation's window.
 *
 * @param call - The call; its window has one side or two.
 * @param x - Its input, four axes.
 * @param options - Sides of the kernel, where an input gives them; `isLastPartial`: whether a last window may hang over
 *   the end.
 * @throws InputError when no window fits.
 */
export function windowOf(
  call: Call,
  x: Tensor,
  { kernelShape, isLastPartial = false }: { kernelShape?: readonly number[]; isLastPartial?: boolean } = {},
): Window {
  const sides = call.tensor(0).rank - 2;
  const size = pairOf(call, 'kernel_shape', { sides, given: kernelShape });
  const strides = pairOf(call, 'strides', { sides });
  const dilations = pairOf(call, 'dilations', { sides });
  const pads = padsOf(call, x, { sides, size, strides, dilations });
  const positions = [0, 1].map((axis) => {
    const room = x.shape[2 + axis]! + pads[axis]! + pads[axis + 2]! - reach(size, dilations, axis);
    const stride = strides[axis]!;
    if (!isLastPartial) return Math.floor(room / stride) + 1;
    const most = Math.ceil(room / stride) + 1;
    // A window that would begin behind the input, in the padding, is none.
    return (most - 1) * stride >= x.shape[2 + axis]! + pads[axis]! ? most - 1 : most;
  }) as Pair;
  call.require(
    positions.every((count) => count >= 1),
    `a window that fits into its input of ${x.shape.slice(2).join(' × ')}, it reaches over ${[0, 1].map((axis) => reach(size, dilations, axis)).join(' × ')}`,
  );
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  feasible(call, [batch, channels, height + pads[0] + pads[2], width + pads[1] + pads[3]]);
  return { size, strides, dilations, pads, positions };
}

const reach = (size: Pair, dilations: Pair, axis: number) => (size[axis]! - 1) * dilations[axis]! + 1;

/** An attribute, or what is given for it: one number a side, by default the least; time alone gets that over height. */
export function pairOf(
  call: Call,
  attribute: string,
  { sides, given, least = 1 }: { sides: number; given?: readonly number[] | undefined; least?: number },
): Pair {
  const numbers = given ?? call.numbers(attribute, Array<number>(sides).fill(least));
  call.require(
    numbers.length === sides && numbers.every((number) => Number.isInteger(number) && number >= least),
    `${attribute} of ${sides} whole numbers ≥ ${least}, it has [${numbers.join(', ')}]`,
  );
  return sides === 1 ? [least, numbers[0]!] : [numbers[0]!, numbers[1]!];
}

function padsOf(
  call: Call,
  x: Tensor,
  { sides, size, strides, dilations }: { sides: number; size: Pair; strides: Pair; dilations: Pair },
): Window['pads'] {
  const automatic = call.text('auto_pad', 'NOTSET');
  call.require(
    ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER', ''].includes(automatic),
    `auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER, it has ${automatic}`,
  );
  if (automatic.startsWith('SAME')) {
    const [down, across] = [0, 1].map((axis) => {
      const length = x.shape[2 + axis]!;
      const blocks = Math.ceil(length / strides[axis]!);
      const total = Math.max((blocks - 1) * strides[axis]! + reach(size, dilations, axis) - length, 0);
      const first = automatic === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
      return [first, total - first] as const;
    });
    return [down![0], across![0], down![1], across![1]];
  }
  return givenPads(call, sides, automatic === 'VALID' ? [] : call.numbers('pads', []));
}

/** Pads as an attribute gives them, before and after each side; none where it is empty. */
export function givenPads(call: Call, sides: number, given: readonly number[]): Window['pads'] {
  const pads = given.length > 0 ? given : Array<number>(2 * sides).fill(0);
  call.require(
    pads.length === 2 * sides && pads.every((pad) => pad >= 0),
    `pads of ${2 * sides} whole numbers ≥ 0, it has [${pads.join(', ')}]`,
  );
  return sides === 1 ? [0, pads[0]!, 0, pads[1]!] : [pads[0]!, pads[1]!, pads[2]!, pads[3]!];
}

/**
 * A tensor with padding around height and width.
 *
 * @param x - Shape [batch, channel, height, width].
 * @param window - Its pads.
 * @param value - What stands there.
 */
export function padded(
  x: Tensor,
  { pads: [top, left, bottom, right] }: Pick<Window, 'pads'>,
  value: number,
): Tensor {
  if (top + left + bottom + right === 0) return x;
  const pairs: [number, number][] = [
    [0, 0],
    [0, 0],
    [top, bottom],
    [left, right],
  ];
  return tf.pad(x, pairs, value);
}

/**
 * Applies a two-dimensional operation to an input with one or two sides; one with time alone gets a height of 1.
 *
 * @param apply - From [batch, channel, height, width] to the same.
 */
export function withHeight(call: Call, apply: (x: Tensor) => Tensor): Tensor {
  const x = call.tensor(0);
  call.require(x.rank === 3 || x.rank === 4, `an input of three or four axes, it has ${x.rank}`);
  if (x.rank === 4) return apply(x);
  const [batch, channels, width] = x.shape as [number, number, number];
  const y = apply(tf.reshape(x, [batch, channels, 1, width]));
  return tf.reshape(y, [y.shape[0]!, y.shape[1]!, y.shape[3]!]);
}

/**
 * A call over three axes as one over some of them.
 *
 * @param inputs - Those of the new call.
 * @param sides - Its sides by their place among the three; undefined is a side that is left alone.
 */
export function along(
  call: Call,
  inputs: readonly (Tensor | undefined)[],
  sides: readonly (number | undefined)[],
): Call {
  const pick = (all: readonly number[], offset: number, otherwise: number) =>
    sides.map((side) => (side === undefined ? otherwise : all[side + offset]!));
  const numbers: Call['numbers'] = (name, otherwise) => {
    const all = call.numbers(name, []);
    if (all.length === 0) return otherwise;
    if (name === 'pads') return [...pick(all, 0, 0), ...pick(all, 3, 0)];
    return ['kernel_shape', 'strides', 'dilations'].includes(name) ? pick(all, 0, 1) : all;
  };
  return { ...call, inputs, numbers, tensor: (position) => inputs[position] ?? call.tensor(position) };
}
