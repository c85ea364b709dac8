import { sinc } from '../../stimuli/kaiserWindow.ts';

/** A constant matrix that maps one axis of activations to another length, row-major, shape [outputs, inputs]. */
export interface AxisMatrix {
  inputs: number;
  outputs: number;
  values: Float32Array;
}

/** How much a pooling window weighs the sample at a position inside it. */
export type Window = (position: number) => number;

/**
 * Pooling along one axis with TensorFlow's SAME padding.
 *
 * @param inputs - Length of the axis.
 * @param options - Window length and stride; weights inside the window (default equal); whether places outside the axis
 *   count as zeros, else each row's weights sum to one, at the edges as well.
 * @returns Its matrix, ⌈inputs/stride⌉ rows.
 */
export function poolingMatrix(
  inputs: number,
  options: { size: number; stride: number; window?: Window; countsPadding?: boolean },
): AxisMatrix {
  const { size, stride, window = () => 1, countsPadding = false } = options;
  const outputs = Math.ceil(inputs / stride);
  const padding = Math.max((outputs - 1) * stride + size - inputs, 0);
  const weights = Array.from({ length: size }, (_, i) => window(i));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const values = new Float32Array(outputs * inputs);
  for (let row = 0; row < outputs; row++) {
    const first = row * stride - Math.floor(padding / 2);
    const inside = weights.map((weight, i) => (first + i >= 0 && first + i < inputs ? weight : 0));
    const divisor = countsPadding ? whole : inside.reduce((sum, weight) => sum + weight, 0);
    inside.forEach((weight, i) => {
      if (weight !== 0) values[row * inputs + first + i] = weight / divisor;
    });
  }
  return { inputs, outputs, values };
}

/**
 * Hann-window pooling along one axis, window four strides long.
 *
 * @param inputs - Length of the axis.
 * @param stride - Downsampling factor; 1 leaves the axis alone.
 * @returns Its matrix; rows sum to one.
 * @see Feather et al. (2019), NeurIPS 32: window 0.5·(1 − cos(2πk/(N−1))), −24 dB at a quarter cycle a sample for stride 2.
 */
export function hannPoolingMatrix(inputs: number, stride: number): AxisMatrix {
  const size = 4 * stride;
  if (stride === 1) return poolingMatrix(inputs, { size: 1, stride: 1 });
  return poolingMatrix(inputs, {
    size,
    stride,
    window: (k) => 0.5 * (1 - Math.cos((2 * Math.PI * k) / (size - 1))),
  });
}

const lanczosLobes = 3;

/**
 * Resampling along one axis to another length by a Lanczos filter of three lobes, cut off at the lower of both rates and
 * normalized at the edges.
 *
 * @param inputs - Length of the axis.
 * @param outputs - New length.
 * @returns Its matrix; rows sum to one.
 * @see Pillow's `Image.resize` with LANCZOS, once called ANTIALIAS, whose windows end at whole places.
 */
export function resizingMatrix(inputs: number, outputs: number): AxisMatrix {
  const values = new Float32Array(outputs * inputs);
  const scale = inputs / outputs;
  const spread = Math.max(scale, 1);
  for (let row = 0; row < outputs; row++) {
    const center = (row + 0.5) * scale;
    const begin = Math.max(Math.trunc(center - lanczosLobes * spread + 0.5), 0);
    const end = Math.min(Math.trunc(center + lanczosLobes * spread + 0.5), inputs);
    const weights = Array.from({ length: end - begin }, (_, i) =>
      lanczos((begin + i + 0.5 - center) / spread),
    );
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, i) => {
      values[row * inputs + begin + i] = weight / whole;
    });
  }
  return { inputs, outputs, values };
}

function lanczos(position: number): number {
  if (Math.abs(position) >= lanczosLobes) return 0;
  return sinc(position) * sinc(position / lanczosLobes);
}
