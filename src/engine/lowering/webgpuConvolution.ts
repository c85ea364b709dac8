import type { Lowered, Target } from './lowering.ts';
import { type ConvolutionWindow, learnedConvolutionOf } from './recordedOps.ts';

/**
 * A convolution of ONNX. ONNX Runtime's of one tap in steps of one is a product on WebGPU, which does not see a border of
 * zeros that stands after the image alone: there the image is given its border first.
 *
 * @param target - Written there.
 * @param node - The op, with its `kernel_shape`.
 */
export function convolution(target: Target, { inputs, attributes }: Lowered): string[] {
  const [x, weights] = inputs as [string, string];
  const { pads, strides, kernel_shape } = attributes as unknown as ConvolutionWindow & {
    kernel_shape: readonly number[];
  };
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const isProduct = [...kernel_shape, ...strides].every((size) => size === 1) && top === 0 && left === 0;
  if (!isProduct || bottom + right === 0) return [target.node('Conv', [x, weights], attributes)];
  const border = target.wholes([0, 0, 0, 0, 0, 0, bottom, right]);
  const image = target.node('Pad', [x, border, target.floats([0], [])]);
  return [target.node('Conv', [image, weights], { ...attributes, pads: [0, 0, 0, 0] })];
}

/**
 * A convolution by weights that the graph is given, as {@link convolution}.
 *
 * @param target - Written there.
 * @param node - The recorded op.
 */
export function givenConvolution(target: Target, node: Lowered): string[] {
  const { window, shape } = learnedConvolutionOf(node.attributes);
  return convolution(target, { ...node, attributes: { ...window, kernel_shape: shape.slice(2) } });
}
