import { transposed } from '../kernels/transposition.ts';
import { firstTaps } from './filterGradient.ts';
import type { Lowering, Target } from './lowering.ts';
import { type FilterGradient, filterGradientOf } from './recordedOps.ts';
import { convolution } from './webgpuConvolution.ts';

/**
 * Gradients of a convolution's weights on WebGPU, whose convolutions go output by output: batch and channels are swapped,
 * and where a kernel is small and channels are many each tap is a product of matrices.
 */
export const filterGradientInPlanes: Lowering = (target, node) => {
  const [x, dy] = node.inputs;
  const given = filterGradientOf(node.attributes);
  const { kernel, strides, pads, xShape, dyShape } = given;
  const [inputs, outputs] = [xShape[3], dyShape[3]];
  if (kernel[0] * kernel[1] <= 9 && inputs >= 64) return [byTaps(target, [x!, dy!], given)];
  const channelsFirst = [x!, dy!].map((name, i) =>
    transposed(target, name, [xShape, dyShape][i]!, [3, 0, 1, 2]),
  );
  const attributes = { strides: [1, 1], dilations: strides, pads, kernel_shape: dyShape.slice(1, 3) };
  const [spread] = convolution(target, { ...node, inputs: channelsFirst, attributes });
  const cut = firstTaps(target, spread!, kernel);
  return [transposed(target, cut, [inputs, outputs, ...kernel], [2, 3, 0, 1])];
};

/** One product a tap: [out, batch · height · width] by [batch · height · width, in]. */
function byTaps(target: Target, [x, dy]: readonly [string, string], given: FilterGradient): string {
  const { kernel, strides, pads, xShape, dyShape } = given;
  const [batch, height, width, outputs] = dyShape;
  const inputs = xShape[3];
  const places = batch * height * width;
  const [top, left, bottom, right] = pads;
  const padded = target.node('Pad', [
    x,
    target.wholes([0, top, left, 0, 0, bottom, right, 0]),
    target.floats([0], []),
  ]);
  const slopes = target.node('Reshape', [
    transposed(target, dy, dyShape, [3, 0, 1, 2]),
    target.wholes([outputs, places]),
  ]);
  const products: string[] = [];
  for (let down = 0; down < kernel[0]; down++)
    for (let across = 0; across < kernel[1]; across++) {
      const end = [down + (height - 1) * strides[0] + 1, across + (width - 1) * strides[1] + 1];
      const bounds = [
        target.wholes([down, across]),
        target.wholes(end),
        target.wholes([1, 2]),
        target.wholes(strides),
      ];
      const seen = target.node('Reshape', [
        target.node('Slice', [padded, ...bounds]),
        target.wholes([places, inputs]),
      ]);
      const product = target.node('MatMul', [slopes, seen]);
      products.push(target.node('Reshape', [product, target.wholes([1, outputs, inputs])]));
    }
  const taps = target.node('Concat', products, { axis: 0 });
  const gradient = target.node('Transpose', [taps], { perm: [0, 2, 1] });
  return target.node('Reshape', [gradient, target.wholes([...kernel, inputs, outputs])]);
}
