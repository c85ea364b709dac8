import type { TensorInfo } from '@tensorflow/tfjs';
import { tf } from '../tf.ts';
import type { TraceKernels } from '../traceKernels.ts';
import type { Tracer } from '../tracer.ts';
import { phaseWeights } from './phaseWeights.ts';
import { permuted, transposed } from './transposition.ts';

type Pair = [number, number];
type Four = [number, number, number, number];

interface ConvolutionAttributes {
  strides: Pair | number;
  pad: 'same' | 'valid' | number | [Pair, Pair, Pair, Pair];
  dataFormat?: string;
  dilations?: Pair | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  inputShape?: Four;
  filterShape?: Four;
}

/** Geometry of a two-dimensional convolution or pooling. */
export interface Window {
  kernel: Pair;
  strides: Pair;
  dilations: Pair;
  /** Zeros before and after, [top, left, bottom, right]. */
  pads: Four;
  inSize: Pair;
  outSize: Pair;
  outShape: readonly number[];
}

/** Convolutions and their gradients. TensorFlow.js is NHWC and HWIO, ONNX is NCHW and OIHW. */
export function convolutionKernels(): TraceKernels {
  return {
    Conv2D: {
      inputNames: ['x', 'filter'],
      kernel: (tracer, [x, filter], attributes: ConvolutionAttributes) => {
        const window = windowOf(x!.shape, filter!.shape, attributes, false);
        const weights = permutedAxes(tracer, filter!, [3, 2, 0, 1]);
        const y = convolved(tracer, [channelsFirst(tracer, x!), weights], window);
        return tracer.result(window.outShape, 'float32', channelsLast(tracer, y));
      },
    },
    DepthwiseConv2dNative: {
      inputNames: ['x', 'filter'],
      kernel: (tracer, [x, filter], attributes: ConvolutionAttributes) => {
        requireMultiplierOne(filter!);
        const window = windowOf(x!.shape, filter!.shape, attributes, true);
        const weights = permutedAxes(tracer, filter!, [2, 3, 0, 1]);
        const y = convolved(tracer, [channelsFirst(tracer, x!), weights], window, filter!.shape[2]);
        return tracer.result(window.outShape, 'float32', channelsLast(tracer, y));
      },
    },
    Conv2DBackpropInput: {
      inputNames: ['dy', 'filter'],
      kernel: (tracer, [dy, filter], attributes: ConvolutionAttributes) => {
        const window = windowOf(attributes.inputShape!, filter!.shape, attributes, false);
        const dx = inputGradient(tracer, channelsFirst(tracer, dy!), { filter: filter!, window, group: 1 });
        return tracer.result(attributes.inputShape!, 'float32', channelsLast(tracer, dx));
      },
    },
    DepthwiseConv2dNativeBackpropInput: {
      inputNames: ['dy', 'filter'],
      kernel: (tracer, [dy, filter], attributes: ConvolutionAttributes) => {
        requireMultiplierOne(filter!);
        const window = windowOf(attributes.inputShape!, filter!.shape, attributes, true);
        const channels = filter!.shape[2]!;
        const dx = inputGradient(tracer, channelsFirst(tracer, dy!), {
          ...{ filter: filter!, window, group: channels },
        });
        return tracer.result(attributes.inputShape!, 'float32', channelsLast(tracer, dx));
      },
    },
    Conv2DBackpropFilter: {
      inputNames: ['x', 'dy'],
      kernel: (tracer, [x, dy], attributes: ConvolutionAttributes) => {
        const window = windowOf(x!.shape, attributes.filterShape!, attributes, false);
        return tracer.result(attributes.filterShape!, 'float32', filterGradient(tracer, x!, dy!, window));
      },
    },
    DepthwiseConv2dNativeBackpropFilter: {
      inputNames: ['x', 'dy'],
      kernel: (tracer, [x, dy], attributes: ConvolutionAttributes) => {
        const window = windowOf(x!.shape, attributes.filterShape!, attributes, true);
        return tracer.result(
          attributes.filterShape!,
          'float32',
          depthwiseFilterGradient(tracer, x!, dy!, window),
        );
      },
    },
  };
}

/** Name of an NHWC tensor as NCHW. */
export function channelsFirst(tracer: Tracer, x: TensorInfo): string {
  const name = permuted(tracer, x, [0, 3, 1, 2]);
  const [batch, height, width, channels] = x.shape as Four;
  tracer.graph.shapes.set(name, [batch, channels, height, width]);
  return name;
}

/** Name of an NCHW value as NHWC. */
export const channelsLast = (tracer: Tracer, name: string) =>
  tracer.node('Transpose', [name], { perm: [0, 2, 3, 1] });

/** A convolution; weights of a device's own layout are made of those that are no constants when it is lowered. */
function convolved(
  tracer: Tracer,
  [x, weights]: [x: string, weights: TensorInfo],
  { strides, dilations, pads }: Pick<Window, 'strides' | 'dilations' | 'pads'>,
  group = 1,
): string {
  const kernel_shape = weights.shape.slice(2);
  if (group > 1 || tracer.constantValues(weights))
    return tracer.node('Conv', [x, weights], { strides, dilations, pads, group, kernel_shape });
  return tracer.node('LearnedConv', [x, weights], { strides, dilations, pads, shape: weights.shape });
}

/** What a convolution is done with. */
export interface Convolution {
  /** Weights [height, width, in, out]; depthwise [height, width, channels, 1]. */
  filter: TensorInfo;
  window: Window;
  /** Channels of a depthwise convolution, else 1. */
  group: number;
}

/**
 * Gradient of a convolution with respect to its input, NCHW. With stride s the input falls into s × s phases, each an
 * ordinary convolution of the output gradient with every s-th tap: one convolution makes all phases as channels, a
 * transposition interleaves them. ONNX Runtime runs that faster than ConvTranspose.
 *
 * @param tracer - Records it.
 * @param dy - Gradient of the output, name of [batch, out, height, width].
 * @param convolution - The forward pass.
 * @returns Name of [batch, in, height, width].
 */
export function inputGradient(tracer: Tracer, dy: string, { filter, window, group }: Convolution): string {
  if (window.dilations.some((dilation) => dilation !== 1))
    throw new RangeError(
      'engine: the gradient of a convolution needs dilations 1; use strides or larger kernels',
    );
  const inputChannels = filter.shape[2]!;
  const { kernel, strides, pads: borders, inSize, outSize, outShape } = window;
  const axes = [0, 1] as const;
  const taps = axes.map((i) => Math.ceil(kernel[i] / strides[i])) as Pair;
  // The first whole block of input that an output reaches, and the blocks up to the last input.
  const first = axes.map((i) => Math.floor(borders[i]! / strides[i])) as Pair;
  const grid = axes.map((i) => Math.ceil((inSize[i] + borders[i]!) / strides[i]) - first[i]) as Pair;
  const before = axes.map((i) => taps[i] - 1 - first[i]) as Pair;
  const after = axes.map((i) => grid[i] + first[i] - outSize[i]) as Pair;
  const weights = phaseWeights(tracer, filter, taps, strides);
  const pads = [...before, ...after].map((zeros) => Math.max(zeros, 0)) as Four;
  const seeing = withoutEnds(tracer, dy, { before, after, outSize });
  const phases = convolved(tracer, [seeing, weights], { ...plainSteps, pads }, group);
  const [down, across] = strides;
  let spread = phases;
  if (down * across > 1) {
    const shape = [outShape[0]!, inputChannels, down, across, ...grid];
    const split = tracer.node('Reshape', [phases, tracer.wholes(shape)]);
    const interleaved = transposed(tracer, split, shape, [0, 1, 4, 2, 5, 3]);
    spread = tracer.node('Reshape', [
      interleaved,
      tracer.wholes([-1, inputChannels, grid[0] * down, grid[1] * across]),
    ]);
  }
  const start = axes.map((i) => borders[i]! - first[i] * strides[i]);
  if (axes.every((i) => start[i] === 0 && grid[i] * strides[i] === inSize[i])) return spread;
  const end = axes.map((i) => start[i]! + inSize[i]);
  return tracer.node('Slice', [spread, tracer.wholes(start), tracer.wholes(end), tracer.wholes([2, 3])]);
}

/** Outputs that see no input, as those do whose taps are all in a border of zeros, are left out: ONNX pads by no less than 0. */
function withoutEnds(
  tracer: Tracer,
  dy: string,
  { before, after, outSize }: { before: Pair; after: Pair; outSize: Pair },
): string {
  const start = before.map((zeros) => Math.max(-zeros, 0));
  const end = outSize.map((size, i) => size + Math.min(after[i]!, 0));
  if ([...before, ...after].every((zeros) => zeros >= 0)) return dy;
  const cut = tracer.node('Slice', [dy, tracer.wholes(start), tracer.wholes(end), tracer.wholes([2, 3])]);
  const [batch, channels] = tracer.graph.shapes.get(dy)!;
  tracer.graph.shapes.set(cut, [batch!, channels!, end[0]! - start[0]!, end[1]! - start[1]!]);
  return cut;
}

/** Of a convolution that reads every tap of every place. */
const plainSteps: Pick<Window, 'strides' | 'dilations'> = { strides: [1, 1], dilations: [1, 1] };

/** Gradient with respect to the weights, HWIO, in the ops that are fastest on the device. */
function filterGradient(tracer: Tracer, x: TensorInfo, dy: TensorInfo, window: Window): string {
  const { kernel, strides, pads } = window;
  // A GPU gathers patches of images as they lie, and takes neighbors of a channel at once.
  const images = tracer.device === 'webgpu' ? channelsFirst(tracer, x) : x;
  return tracer.node('FilterGradient', [images, dy], {
    kernel,
    strides,
    pads,
    xShape: x.shape,
    dyShape: dy.shape,
  });
}

/** Gradient with respect to depthwise weights, HWC1: each channel of each clip is a group, summed over the batch afterwards. */
function depthwiseFilterGradient(tracer: Tracer, x: TensorInfo, dy: TensorInfo, window: Window): string {
  const { kernel, strides, pads, inSize, outSize } = window;
  const groups = x.shape[0]! * x.shape[3]!;
  const input = tracer.node('Reshape', [channelsFirst(tracer, x), tracer.wholes([1, groups, ...inSize])]);
  const weights = tracer.node('Reshape', [channelsFirst(tracer, dy), tracer.wholes([groups, 1, ...outSize])]);
  const spread = tracer.node('Conv', [input, weights], {
    ...{ strides: [1, 1], dilations: strides, pads, kernel_shape: outSize, group: groups },
  });
  const cut = tracer.node('Slice', [
    spread,
    tracer.wholes([0, 0]),
    tracer.wholes(kernel),
    tracer.wholes([2, 3]),
  ]);
  const perClip = tracer.node('Reshape', [cut, tracer.wholes([x.shape[0]!, x.shape[3]!, ...kernel, 1])]);
  const summed = tracer.node('ReduceSum', [perClip, tracer.wholes([0])], { keepdims: 0 });
  return tracer.node('Transpose', [summed], { perm: [1, 2, 0, 3] });
}

function windowOf(
  xShape: readonly number[],
  filterShape: readonly number[],
  attributes: ConvolutionAttributes,
  isDepthwise: boolean,
): Window {
  const { strides, pad, dilations = 1, dimRoundingMode, dataFormat = 'NHWC' } = attributes;
  if (dataFormat !== 'NHWC') throw new RangeError(`engine: convolution must be NHWC, got ${dataFormat}`);
  return windowFrom(
    tf.backend_util.computeConv2DInfo(
      [...xShape] as Four,
      [...filterShape] as Four,
      strides,
      dilations,
      pad as number,
      dimRoundingMode,
      isDepthwise,
    ),
  );
}

/** Geometry from what TensorFlow.js computes for a convolution or pooling. */
export function windowFrom(computed: ReturnType<typeof tf.backend_util.computeConv2DInfo>): Window {
  const { top, left, bottom, right } = computed.padInfo;
  return {
    kernel: [computed.filterHeight, computed.filterWidth],
    strides: [computed.strideHeight, computed.strideWidth],
    dilations: [computed.dilationHeight, computed.dilationWidth],
    pads: [top, left, bottom, right],
    inSize: [computed.inHeight, computed.inWidth],
    outSize: [computed.outHeight, computed.outWidth],
    outShape: computed.outShape,
  };
}

function permutedAxes(tracer: Tracer, x: TensorInfo, perm: number[]): TensorInfo {
  if (tracer.constantValues(x)) return tracer.compute('Transpose', { x }, { perm }) as TensorInfo;
  return tracer.result(
    perm.map((axis) => x.shape[axis]!),
    x.dtype,
    permuted(tracer, x, perm),
  );
}

function requireMultiplierOne(filter: TensorInfo): void {
  if (filter.shape[3] !== 1)
    throw new RangeError(`engine: depthwise channel multiplier must be 1, got ${filter.shape[3]}`);
}
