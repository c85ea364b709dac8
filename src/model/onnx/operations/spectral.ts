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

/** One sum over time and part for all bins: the transform is a matrix. */
function transformed(call: Call): Tensor {
  const x = call.tensor(0);
  const parts = x.shape.at(-1)!;
  call.require(x.rank >= 2 && (parts === 1 || parts === 2), `a last axis of 1 or 2 parts, it has ${parts}`);
  const axis = axisOf(call, call.listed(2)?.[0] ?? call.number('axis', call.opset < 20 ? 1 : -2), x.rank);
  call.require(axis < x.rank - 1, 'another axis than the one of the parts');
  const length = call.listed(1)?.[0] ?? x.shape[axis]!;
  const isInverse = call.number('inverse', 0) === 1;
  const isOneSided = call.number('onesided', 0) === 1;
  call.require(!(isInverse && isOneSided), 'not both inverse and onesided');
  const bins = isOneSided ? Math.floor(length / 2) + 1 : length;
  const used = Math.min(length, x.shape[axis]!);
  feasible(call, [used, parts, bins, 2]);
  const matrix = new Float32Array(used * parts * bins * 2);
  for (let time = 0; time < used; time++)
    for (let bin = 0; bin < bins; bin++) {
      const [real, forward] = turn(time, bin, length);
      const imaginary = isInverse ? -forward : forward;
      const scale = isInverse ? 1 / length : 1;
      for (const [part, [re, im]] of [
        [real, imaginary],
        [-imaginary, real],
      ]
        .slice(0, parts)
        .entries()) {
        const at = ((time * parts + part) * bins + bin) * 2;
        matrix[at] = scale * re!;
        matrix[at + 1] = scale * im!;
      }
    }
  const order = x.shape
    .map((_, i) => i)
    .filter((i) => i !== axis)
    .toSpliced(-1, 0, axis);
  const moved = tf.transpose(x, order);
  const outer = moved.shape.slice(0, -2);
  const cut = tf.slice(
    moved,
    moved.shape.map(() => 0),
    [...outer, used, parts],
  );
  const rows = tf.reshape(cut, [-1, used * parts]);
  const spectrum = tf.reshape(tf.matMul(rows, constant(matrix, [used * parts, bins * 2])), [
    ...outer,
    bins,
    2,
  ]);
  return tf.transpose(
    spectrum,
    x.shape.map((_, i) => order.indexOf(i)),
  );
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
