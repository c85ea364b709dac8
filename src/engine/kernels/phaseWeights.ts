import type { TensorInfo } from '@tensorflow/tfjs';
import { favorsFewOps } from '../trace.ts';
import type { Tracer } from '../tracer.ts';
import { transposed } from './transposition.ts';

type Pair = readonly [number, number];
type Four = [number, number, number, number];

/**
 * Weights by which a convolution makes the gradient of another with respect to its input, each phase of the steps by
 * itself.
 *
 * @param tracer - Records it.
 * @param filter - Weights [height, width, in, out].
 * @param taps - Of a phase, down and across.
 * @param strides - Likewise.
 * @returns Shape [in · strideDown · strideAcross, out, taps, taps], each flipped for correlation.
 */
export function phaseWeights(tracer: Tracer, filter: TensorInfo, taps: Pair, strides: Pair): TensorInfo {
  const [height, width, inputs, outputs] = filter.shape as Four;
  const [down, across] = strides;
  const after = [taps[0] * down - height, taps[1] * across - width] as const;
  const split = [taps[0], down, taps[1], across, inputs, outputs];
  // Flipped before they are permuted, while whole planes of channels move at once.
  const perm = [4, 1, 3, 5, 0, 2];
  const shape = [inputs * down * across, outputs, ...taps];
  const reshaped = (name: string, to: readonly number[]) => tracer.node('Reshape', [name, tracer.wholes(to)]);
  if (tracer.constantValues(filter)) {
    const compute = (name: string, x: TensorInfo, attributes: object) =>
      tracer.compute(name, { x }, attributes) as TensorInfo;
    const paddings = [...after.map((n) => [0, n]), [0, 0], [0, 0]];
    const padded = compute('PadV2', filter, { paddings, constantValue: 0 });
    const flipped = compute('Reverse', { ...padded, shape: split }, { dims: [0, 2] });
    return tracer.reshaped(compute('Transpose', flipped, { perm }), shape);
  }
  if (favorsFewOps()) {
    const places = tapPlaces([height, width], taps, strides);
    const inRows = tracer.reshaped(filter, [height * width, inputs * outputs]);
    const moved = tracer.node(
      'Gemm',
      [inRows, tracer.floats(places, [height * width, places.length / height / width])],
      { transA: 1 },
    );
    if (down * across === 1) return tracer.result(shape, 'float32', reshaped(moved, shape));
    const byPhase = tracer.node(
      'Transpose',
      [reshaped(moved, [inputs, outputs, down * across, taps[0] * taps[1]])],
      { perm: [0, 2, 1, 3] },
    );
    return tracer.result(shape, 'float32', reshaped(byPhase, shape));
  }
  const pads = tracer.wholes([0, 0, 0, 0, ...after, 0, 0]);
  const isWhole = after.every((n) => n === 0);
  const padded = isWhole ? filter : tracer.node('Pad', [filter, pads, tracer.floats([0], [])]);
  const back = tracer.wholes([-1, -1]);
  const lowest = tracer.wholes(taps.map((n) => -n - 1));
  const parted = tracer.node('Reshape', [padded, tracer.wholes(split)]);
  const flipped = tracer.node('Slice', [parted, back, lowest, tracer.wholes([0, 2]), back]);
  const phases = transposed(tracer, flipped, split, perm);
  return tracer.result(shape, 'float32', reshaped(phases, shape));
}

/** Ones where a tap of the weights, by row, goes to one of a phase, by column: a product with it is one op. */
function tapPlaces([height, width]: Pair, taps: Pair, [down, across]: Pair): Float32Array {
  const columns = down * across * taps[0] * taps[1];
  const places = new Float32Array(height * width * columns);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const phase = (y % down) * across + (x % across);
      const tap = [taps[0] - 1 - Math.floor(y / down), taps[1] - 1 - Math.floor(x / across)] as const;
      places[(y * width + x) * columns + (phase * taps[0] + tap[0]) * taps[1] + tap[1]] = 1;
    }
  return places;
}
