import type { TensorInfo } from '@tensorflow/tfjs';
import { tf } from '../tf.ts';
import { constantTensor, nameOf, node, nodes, result, splat, wholes } from '../traceBackend.ts';
import type { TraceKernel } from '../traceKernels.ts';
import { channelsFirst, channelsLast, inputGradient, type Window, windowFrom } from './convolution.ts';

type Kernels = Record<string, { inputNames: readonly string[]; kernel: TraceKernel }>;
type Pair = [number, number];
type Four = [number, number, number, number];

interface PoolAttributes {
  filterSize: Pair | number;
  strides: Pair | number;
  pad: 'same' | 'valid' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Pooling and its gradients. */
export function poolingKernels(): Kernels {
  return {
    MaxPool: {
      inputNames: ['x'],
      kernel: ([x], attributes: PoolAttributes) => {
        const window = windowOf(x!.shape, attributes);
        return result(
          window.outShape,
          'float32',
          channelsLast(node('MaxPool', [channelsFirst(x!)], poolOf(window))),
        );
      },
    },
    MaxPoolGrad: {
      inputNames: ['dy', 'input'],
      kernel: ([dy, input], attributes: PoolAttributes) => {
        const window = windowOf(input!.shape, attributes);
        const [, positions] = nodes('MaxPool', [channelsFirst(input!)], poolOf(window), 2);
        const flat = (name: string) => node('Reshape', [name, wholes([-1])]);
        const zeros = nameOf(splat([tf.util.sizeFromShape(input!.shape)], 'float32', 0));
        const scatter = { axis: 0, reduction: 'add' };
        const dx = node('ScatterElements', [zeros, flat(positions!), flat(channelsFirst(dy!))], scatter);
        const [batch, height, width, channels] = input!.shape as Four;
        const shaped = node('Reshape', [dx, wholes([batch, channels, height, width])]);
        return result(input!.shape, 'float32', channelsLast(shaped));
      },
    },
    AvgPool: {
      inputNames: ['x'],
      kernel: ([x], attributes: PoolAttributes) => {
        const window = windowOf(x!.shape, attributes);
        const pooled = node('AveragePool', [channelsFirst(x!)], { ...poolOf(window), count_include_pad: 0 });
        return result(window.outShape, 'float32', channelsLast(pooled));
      },
    },
    AvgPoolGrad: {
      inputNames: ['dy', 'input'],
      kernel: ([dy, input], attributes: PoolAttributes) => averageGradient(dy!, input!, attributes),
    },
  };
}

/** The true gradient; TensorFlow.js' own divides by the full window even where it reaches over the edge. */
function averageGradient(dy: TensorInfo, input: TensorInfo, attributes: PoolAttributes): TensorInfo {
  const window = windowOf(input.shape, attributes);
  const channels = input.shape[3]!;
  const ones = splat([channels, 1, ...window.kernel], 'float32', 1);
  const shares = nameOf(constantTensor([1, 1, ...window.outSize], insideShares(window)));
  const scaled = node('Mul', [channelsFirst(dy), shares]);
  return result(input.shape, 'float32', channelsLast(inputGradient(scaled, ones, window, channels)));
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
