import type { OnnxNode } from '../../formats/onnx/writeOnnx.ts';

type Attributes = OnnxNode['attributes'];

/** Ops that make truth values of two numbers. */
export const comparisons: readonly string[] = ['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Equal'];

/** Window of a pooling, as ONNX has it. */
export interface PoolingWindow extends Record<string, readonly number[]> {
  kernel_shape: readonly number[];
  strides: readonly number[];
  pads: readonly number[];
}

/**
 * Attributes of the recorded ops `MaxPoolGrad` (of gradient and input) and `MaxPoolPlaces` (of input: places of the
 * maxima in their planes, int32).
 *
 * @param attributes - Window, and the shape of the input, NCHW.
 */
export function poolingOf({ kernel_shape, strides, pads, shape }: Attributes): {
  window: PoolingWindow;
  shape: readonly number[];
} {
  return { window: { kernel_shape, strides, pads } as never, shape: shape as readonly number[] };
}

/**
 * Attributes of the recorded op `SegmentSum` (of rows, the segment of each, and zeros in the shape of the result).
 *
 * @param attributes - Shape of the rows, number of segments.
 */
export function segmentsOf({ shape, numSegments }: Attributes): {
  shape: readonly number[];
  numSegments: number;
} {
  return { shape: shape as readonly number[], numSegments: numSegments as number };
}

/**
 * Attributes of the recorded op `OneHot` (of indices, int32).
 *
 * @param attributes - Depth, and the values of what is hot and what isn't.
 */
export function oneHotOf({
  depth,
  onValue,
  offValue,
}: Attributes): Record<'depth' | 'onValue' | 'offValue', number> {
  return { depth: depth as number, onValue: onValue as number, offValue: offValue as number };
}

/** Attributes of an ordinary ONNX convolution. */
export interface ConvolutionWindow extends Record<string, readonly number[]> {
  strides: readonly number[];
  dilations: readonly number[];
  pads: readonly number[];
}

/**
 * Attributes of the recorded op `LearnedConv` (of input, NCHW, and weights that are no constants, OIHW).
 *
 * @param attributes - Window, and the shape of the weights.
 */
export function learnedConvolutionOf({ strides, dilations, pads, shape }: Attributes): {
  window: ConvolutionWindow;
  shape: readonly [out: number, inputs: number, height: number, width: number];
} {
  return { window: { strides, dilations, pads } as never, shape: shape as never };
}

/** What the gradient of a convolution with respect to its weights is made of. */
export interface FilterGradient {
  kernel: readonly [height: number, width: number];
  strides: readonly [down: number, across: number];
  pads: readonly [top: number, left: number, bottom: number, right: number];
  /** Shape of the convolution's input, NHWC. */
  xShape: Shape;
  /** Shape of the gradient of its output, NHWC. */
  dyShape: Shape;
}

type Shape = readonly [batch: number, height: number, width: number, channels: number];

/**
 * Attributes of the recorded op `FilterGradient` (of input and gradient of the output, both NHWC, but the input NCHW for
 * WebGPU; gives HWIO).
 *
 * @param attributes - Window and shapes.
 */
export function filterGradientOf(attributes: Attributes): FilterGradient {
  return attributes as never;
}
