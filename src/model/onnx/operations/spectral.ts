import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { constant, tf } from '../../../engine/tf.ts';
import { axisOf, type Call, feasible, type OnnxOperation, type Operations, operation } from '../operation.ts';

/** Fourier transforms as matrix products, and the windows that go with them. */
export const spectralOperations: Operations = {
  DFT: operation(transformed, 'axis', 'inverse', 'onesided'),
  STFT: operation(shortTime, 'onesided'),
  HannWindow: windowOf([0.5, 0.5]),
  HammingWindow: windowOf([25 / 46, 21 / 46]),
  BlackmanWindow: windowOf([0.42, 0.5, 0.08]),
};

/** Sum of cosines with alternating signs. */
function windowOf(shares: readonly number[]): OnnxOperation {
  return operation(
    (call) => {
      const size = call.listed(0)?.[0] ?? 0;
      feasible(call, [size]);
      const period = call.number('periodic', 1) === 1 ? size : size - 1;
      const value = (t: number) =>
        shares.reduce(
          (sum, share, k) => sum + (-1) ** k * share * Math.cos((2 * Math.PI * k * t) / period),
          0,
        );
      return tf.tensor1d(Float32Array.from({ length: size }, (_, t) => value(t)));
    },
    'output_datatype',
    'periodic',
  );
}

/** Real and imaginary part of exp(−2πi · time · bin / length); the phase is reduced first, so that it keeps its digits. */
function turn(time: number, bin: number, length: number): [number, number] {
  const phase = (-2 * Math.PI * ((time * bin) % length)) / length;
  return [Math.cos(phase), Math.sin(phase)];
}

/** Geometry of a transform along one axis. */
interface Transform {
  /** Points of the whole transform. */
  length: number;
  /** Points of it that are given, and parts of each: real, or real and imaginary. */
  given: number;
  parts: number;
  made: number;
  madeParts: number;
  isInverse: boolean;
}

/** One sum over given points and parts for all points of the result: the transform is a matrix. */
function transformed(call: Call): Tensor {
  const x = call.tensor(0);
  const axis = axisOf(call, call.listed(2)?.[0] ?? call.number('axis', call.opset < 20 ? 1 : -2), x.rank);
  call.require(axis < x.rank - 1, 'another axis than the one of the parts');
  const transform = transformOf(call, x.shape[axis]!);
  const { given, parts, made, madeParts } = transform;
  feasible(call, [given, parts, made, madeParts]);
  const order = x.shape
    .map((_, i) => i)
    .filter((i) => i !== axis)
    .toSpliced(-1, 0, axis);
  const moved = tf.transpose(x, order);
  const outer = moved.shape.slice(0, -2);
  const cut = tf.slice(
    moved,
    moved.shape.map(() => 0),
    [...outer, given, parts],
  );
  const matrix = constant(transformMatrix(transform), [given * parts, made * madeParts]);
  const rows = tf.reshape(cut, [-1, given * parts]);
  const spectrum = tf.reshape(tf.matMul(rows, matrix), [...outer, made, madeParts]);
  return tf.transpose(
    spectrum,
    x.shape.map((_, i) => order.indexOf(i)),
  );
}

/** One-sided, half of a real sound's spectrum is made, or inversely taken. */
function transformOf(call: Call, size: number): Transform {
  const parts = call.tensor(0).shape.at(-1)!;
  const isInverse = call.number('inverse', 0) === 1;
  const isOneSided = call.number('onesided', 0) === 1;
  const isToSound = isInverse && isOneSided;
  call.require(
    parts === 2 || (parts === 1 && !isToSound),
    `a last axis of ${isToSound ? '' : '1 or '}2 parts, it has ${parts}`,
  );
  const length = call.listed(1)?.[0] ?? (isToSound ? 2 * (size - 1) : size);
  const half = Math.floor(length / 2) + 1;
  return {
    ...{ length, parts, isInverse },
    given: Math.min(isToSound ? half : length, size),
    made: isOneSided && !isInverse ? half : length,
    madeParts: isToSound ? 1 : 2,
  };
}

/** Rows: given points and their parts; columns: those of the result. */
function transformMatrix({ length, given, parts, made, madeParts, isInverse }: Transform): Float32Array {
  const matrix = new Float32Array(given * parts * made * madeParts);
  const isMirrored = (point: number) => madeParts === 1 && point > 0 && 2 * point < length;
  for (let from = 0; from < given; from++)
    for (let to = 0; to < made; to++) {
      const [real, forward] = turn(from, to, length);
      const imaginary = isInverse ? -forward : forward;
      // The other half of a real sound's spectrum adds as much as this one.
      const scale = (isInverse ? 1 / length : 1) * (isMirrored(from) ? 2 : 1);
      const byPart = [
        [real, imaginary],
        [-imaginary, real],
      ];
      for (let part = 0; part < parts; part++)
        for (let result = 0; result < madeParts; result++)
          matrix[((from * parts + part) * made + to) * madeParts + result] = scale * byPart[part]![result]!;
    }
  return matrix;
}

/** A convolution whose kernels are the windowed turns. */
function shortTime(call: Call): Tensor {
  const x = call.tensor(0);
  call.require(x.rank === 2 || x.shape[2] === 1, 'a real signal');
  const [step = 0] = call.listed(1) ?? [];
  const window = call.inputs[2];
  const length = call.listed(3)?.[0] ?? window?.size ?? 0;
  const [batch, samples] = x.shape as [number, number];
  call.require(
    step >= 1 && length >= 1 && length <= samples && (window?.size ?? length) === length,
    `frames of 1 to ${samples} samples, a window as long and steps ≥ 1, they are ${length}, ${window?.size} and ${step}`,
  );
  const bins = call.number('onesided', 1) === 1 ? Math.floor(length / 2) + 1 : length;
  feasible(call, [length, bins, 2]);
  const kernels = new Float32Array(length * bins * 2);
  for (let time = 0; time < length; time++)
    for (let bin = 0; bin < bins; bin++) kernels.set(turn(time, bin, length), (time * bins + bin) * 2);
  const turns = constant(kernels, [length, 1, 1, bins * 2]);
  const filters = (window ? tf.mul(turns, tf.reshape(window, [length, 1, 1, 1])) : turns) as Tensor4D;
  const frames = tf.conv2d(tf.reshape(x, [batch, samples, 1, 1]) as Tensor4D, filters, [step, 1], 'valid');
  return tf.reshape(frames, [batch, frames.shape[1]!, bins, 2]);
}
