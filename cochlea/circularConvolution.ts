import type { Tensor } from '@tensorflow/tfjs';
import FFT from 'fft.js';
import { constant, tf } from '../src/engine/tf.ts';
import { matrix, part } from './realDft.ts';

/** Real and imaginary part, of one shape. */
export type Complex = [re: Tensor, im: Tensor];
/** Constant real and imaginary parts, row-major. */
export type ComplexValues = [re: Float32Array, im: Float32Array];

/** Convolutions of signals that go in a circle of {@link CircularConvolution.size} samples. */
export interface CircularConvolution {
  /** Samples of the circle. */
  size: number;
  /** Multiply-accumulates of a transform of one complex signal, either way. */
  transformMacs: number;
  /** Spectra, in an order of its own, of signals [batch, samples], samples ≤ size, with zeros after them. */
  spectrumOf(signals: Complex): Complex;
  /**
   * Spectrum of a kernel, in the order of those of signals; shape [size] each.
   *
   * @param range - First sample of the kernel, which may lie before zero, and the one after the last.
   * @param kernel - Its real and imaginary part at a sample.
   */
  responseOf(
    range: readonly [from: number, to: number],
    kernel: (n: number) => [re: number, im: number],
  ): ComplexValues;
  /** Signals of these spectra convolved with the kernel; [batch, size]. */
  convolved(spectra: Complex, response: ComplexValues): Complex;
}

/**
 * Convolution by transforms of a power of two, made of matrix products.
 *
 * @param leastSize - The circle has at least so many samples.
 */
export function circularConvolution(leastSize: number): CircularConvolution {
  const log = Math.ceil(Math.log2(leastSize));
  const [rows, columns] = [2 ** Math.floor(log / 2), 2 ** Math.ceil(log / 2)];
  const size = rows * columns;
  const dft = complexDft(rows, columns);
  return {
    size,
    // Four real products of the halves, over rows and over columns.
    transformMacs: 4 * size * (rows + columns),
    spectrumOf(signals) {
      const [batch, samples] = signals[0].shape as [number, number];
      const padded = signals.map((x) =>
        tf.reshape(
          tf.pad(x, [
            [0, 0],
            [0, size - samples],
          ]),
          [batch, rows, columns],
        ),
      );
      return dft.forward(padded as Complex);
    },
    responseOf([from, to], kernel) {
      const fft = new FFT(size);
      const input = fft.createComplexArray() as number[];
      for (let n = from; n < to; n++) {
        const at = 2 * ((n + size) % size);
        [input[at], input[at + 1]] = kernel(n);
      }
      const output = fft.createComplexArray() as number[];
      fft.transform(output, input);
      return [0, 1].map((offset) =>
        matrix(rows, columns, (c, d) => output[2 * (c + rows * d) + offset]! / size),
      ) as ComplexValues;
    },
    convolved(spectra, response) {
      const product = times(spectra, complexConstants(response, [1, rows, columns]));
      return dft.inverse(product).map((x) => tf.reshape(x, [-1, size])) as Complex;
    },
  };
}

/** Such values in a graph. */
export function complexConstants(values: ComplexValues, shape: number[]): Complex {
  return values.map((each) => constant(each, shape)) as Complex;
}

/** Product, element by element. */
export function times([a, b]: Complex, [c, d]: Complex): Complex {
  return [tf.sub(tf.mul(a, c), tf.mul(b, d)), tf.add(tf.mul(a, d), tf.mul(b, c))];
}

/** Transforms of rows · columns samples as matrix products; bin c + rows·d lies at [c, d]. */
function complexDft(rows: number, columns: number) {
  const size = rows * columns;
  const overRows = squares(rows, (c, a) => (c * a) / rows);
  const overColumns = squares(columns, (b, d) => (b * d) / columns);
  const twiddle = [false, true].map((isImaginary) =>
    matrix(rows, columns, (c, b) => part(isImaginary, (c * b) / size)),
  ) as ComplexValues;
  const left = (x: Complex, sign: 1 | -1) => product(x, overRows, rows, sign, (w, y) => tf.matMul(w, y));
  const right = (x: Complex, sign: 1 | -1) =>
    product(x, overColumns, columns, sign, (w, y) => tf.matMul(y, w));
  const turned = (x: Complex, sign: 1 | -1) => {
    const [cosine, sine] = complexConstants(twiddle, [1, rows, columns]);
    return times(x, [cosine, sign === 1 ? sine : tf.neg(sine)]);
  };
  return {
    forward: (x: Complex) => right(turned(left(x, -1), -1), -1),
    inverse: (x: Complex) => left(turned(right(x, 1), 1), 1),
  };
}

function squares(size: number, turns: (row: number, column: number) => number): ComplexValues {
  return [false, true].map((isImaginary) =>
    matrix(size, size, (row, column) => part(isImaginary, turns(row, column))),
  ) as ComplexValues;
}

/** Multiplies by the matrix of rotations, or by its conjugate for sign −1. */
function product(
  [re, im]: Complex,
  rotations: ComplexValues,
  size: number,
  sign: 1 | -1,
  multiply: (weights: Tensor, x: Tensor) => Tensor,
): Complex {
  const [cosine, sine] = complexConstants(rotations, [1, size, size]);
  const signed = sign === 1 ? sine : tf.neg(sine);
  return [
    tf.sub(multiply(cosine, re), multiply(signed, im)),
    tf.add(multiply(signed, re), multiply(cosine, im)),
  ];
}
