import { transposed } from '../kernels/transposition.ts';
import type { Lowering, Target } from './lowering.ts';
import { type FilterGradient, filterGradientOf } from './recordedOps.ts';

/**
 * Gradients of a convolution's weights on a processor: one convolution of the input by the output's gradient, dilated by
 * the stride, whose channels are the clips. The input's own channels lie side by side in its rows, so that the products
 * have a column for each tap and channel, made of long runs of memory. Where there is a single channel and columns are
 * few, each clip is a group by itself: threads share these, and nothing is transposed.
 */
export const filterGradientInRows: Lowering = (target, { inputs: [x, dy], attributes }) => {
  const given = filterGradientOf(attributes);
  const { kernel, strides, xShape, dyShape } = given;
  const [batch, height, width, inputs] = xShape;
  const outputs = dyShape[3];
  const groups = inputs === 1 ? batch : 1;
  const rows = target.node('Reshape', [x!, target.wholes([1, batch, height, width * inputs])]);
  const perm = groups === 1 ? [3, 0, 1, 2] : [0, 3, 1, 2];
  const slopes = target.node('Reshape', [
    transposed(target, dy!, dyShape, perm),
    target.wholes([outputs * groups, batch / groups, dyShape[1], dyShape[2]]),
  ]);
  const [top, left] = given.pads;
  const [down, across] = surplus(given);
  const products = target.node('Conv', [rows, slopes], {
    dilations: [strides[0], strides[1] * inputs],
    pads: [top, left * inputs, Math.max(-down, 0), Math.max(-across, 0) * inputs],
    group: groups,
  });
  const columns = kernel[0] * kernel[1] * inputs;
  const reachesFar = down > 0 || across > 0;
  const cut = reachesFar ? firstTaps(target, products, [kernel[0], kernel[1] * inputs]) : products;
  const byGroup = target.node('Reshape', [cut, target.wholes([groups, outputs, columns])]);
  const sum =
    groups === 1 ? byGroup : target.node('ReduceSum', [byGroup, target.wholes([0])], { keepdims: 1 });
  const turned = target.node('Transpose', [sum], { perm: [0, 2, 1] });
  return [target.node('Reshape', [turned, target.wholes([...kernel, inputs, outputs])])];
};

/** How far the input, with zeros before it alone, reaches beyond the last window; negative where zeros follow it. */
function surplus({ kernel, strides, pads, xShape, dyShape }: FilterGradient): [number, number] {
  return [0, 1].map(
    (i) => xShape[i + 1]! + pads[i]! - (dyShape[i + 1]! - 1) * strides[i]! - kernel[i]!,
  ) as never;
}

/**
 * What lies before the first window that reaches too far.
 *
 * @param name - Of the products, [1 or out, …, height, width].
 * @param taps - Height and width that are kept.
 */
const firstTaps = (target: Target, name: string, taps: readonly number[]) =>
  target.node('Slice', [name, target.wholes([0, 0]), target.wholes(taps), target.wholes([2, 3])]);
