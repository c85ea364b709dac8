import type { TensorInfo } from '@tensorflow/tfjs';
import { tf } from '../tf.ts';
import type { TraceKernels } from '../traceKernels.ts';
import type { Tracer } from '../tracer.ts';
import { channelsFirst, channelsLast, inputGradient, type Window, windowFrom } from './convolution.ts';

type Pair = [number, number];
type Four = [number, number, number, number];

interface PoolAttributes {
  filterSize: Pair | number;
  strides: Pair | number;
  pad: 'same' | 'valid' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Pooling and its gradients. */
export function poolingKernels(): TraceKernels {
  return {
    MaxPool: {
      inputNames: ['x'],
      kernel: (tracer, [x], attributes: PoolAttributes) => {
        const window = windowOf(x!.shape, attributes);
        return tracer.result(
          window.outShape,
          'float32',
          channelsLast(tracer, tracer.node('MaxPool', [channelsFirst(tracer, x!)], poolOf(window))),
        );
      },
    },
    MaxPoolGrad: {
      inputNames: ['dy', 'input'],
      kernel: (tracer, [dy, input], attributes: PoolAttributes) => {
        const window = windowOf(input!.shape, attributes);
        const [batch, height, width, channels] = input!.shape as Four;
        const dx = tracer.node('MaxPoolGrad', [channelsFirst(tracer, dy!), channelsFirst(tracer, input!)], {
          ...poolOf(window),
          shape: [batch, channels, height, width],
        });
        return tracer.result(input!.shape, 'float32', channelsLast(tracer, dx));
      },
    },
    MaxPoolWithArgmax: {
      inputNames: ['x'],
      kernel: (tracer, [x], attributes: PoolAttributes) => {
        const window = windowOf(x!.shape, attributes);
        const input = channelsFirst(tracer, x!);
        const [batch, height, width, channels] = x!.shape as Four;
        const found = tracer.node('MaxPoolPlaces', [input], {
          ...poolOf(window),
          shape: [batch, channels, height, width],
        });
        const largest = tracer.node('MaxPool', [input], poolOf(window));
        return [
          tracer.result(window.outShape, 'float32', channelsLast(tracer, largest)),
          tracer.result(window.outShape, 'int32', placesOf(tracer, found, x!.shape as Four)),
        ];
      },
    },
    AvgPool: {
      inputNames: ['x'],
      kernel: (tracer, [x], attributes: PoolAttributes) => {
        const window = windowOf(x!.shape, attributes);
        const pooled = tracer.node('AveragePool', [channelsFirst(tracer, x!)], {
          ...poolOf(window),
          count_include_pad: 0,
        });
        return tracer.result(window.outShape, 'float32', channelsLast(tracer, pooled));
      },
    },
    AvgPoolGrad: {
      inputNames: ['dy', 'input'],
      kernel: (tracer, [dy, input], attributes: PoolAttributes) =>
        averageGradient(tracer, dy!, input!, attributes),
    },
  };
}

/** Places in an NHWC tensor, batch included, of places in the planes of the same tensor as NCHW. */
function placesOf(tracer: Tracer, found: string, [batch, height, width, channels]: Four): string {
  const plane = height * width;
  const first = Int32Array.from(
    { length: batch * channels },
    (_, i) => Math.floor(i / channels) * plane * channels + (i % channels),
  );
  const rows = tracer.node('Mul', [
    channelsLast(tracer, found),
    tracer.constantTensor([], Int32Array.of(channels), 'int32'),
  ]);
  return tracer.node('Add', [rows, tracer.constantTensor([batch, 1, 1, channels], first, 'int32')]);
}

/** The true gradient; TensorFlow.js' own divides by the full window even where it reaches over the edge. */
function averageGradient(
  tracer: Tracer,
  dy: TensorInfo,
  input: TensorInfo,
  attributes: PoolAttributes,
): TensorInfo {
  const window = windowOf(input.shape, attributes);
  const channels = input.shape[3]!;
  const ones = tracer.splat([...window.kernel, channels, 1], 'float32', 1);
  const shares = tracer.nameOf(tracer.constantTensor([1, 1, ...window.outSize], insideShares(window)));
  const scaled = tracer.node('Mul', [channelsFirst(tracer, dy), shares]);
  return tracer.result(
    input.shape,
    'float32',
    channelsLast(tracer, inputGradient(tracer, scaled, { filter: ones, window, group: channels })),
  );
}

/** 1 / number of inputs inside the clip, for each output position. */
function insideShares({ kernel, strides, pads, inSize, outSize }: Window): Float32Array {
  const inside = (axis: 0 | 1, position: number) => {
    const start = position * strides[axis] - pads[axis]!;
    return Math.min(start + kernel[axis], inSize[axis]) - Math.max(start, 0);
  };
  return Float32Array.from(
    { length: outSize[0] * outSize[1] },
    (_, i) => 1 / (inside(0, Math.floor(i / outSize[1])) * inside(1, i % outSize[1])),
  );
}

const poolOf = ({ kernel, strides, pads }: Window) => ({ kernel_shape: kernel, strides, pads });

function windowOf(shape: readonly number[], attributes: PoolAttributes): Window {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  const four = [...shape] as Four;
  return windowFrom(tf.backend_util.computePool2DInfo(four, filterSize, strides, 1, pad, dimRoundingMode));
}
