import type { Tensor } from '@tensorflow/tfjs';
import FFT from 'fft.js';
import { constant, tf } from '../src/engine/tf.ts';
import { matrix, part, type RealDft } from './realDft.ts';

/** Real and imaginary parts. */
type Complex = [re: Tensor, im: Tensor];

/**
 * Discrete Fourier transform of real signals of any length, a large prime included: the sum becomes a convolution with a
 * chirp, which transforms of a power of two carry out.
 *
 * @param samples - Length of the signals, samples.
 * @returns The transform and where its bins 0 … ⌊samples/2⌋ are.
 * @see Bluestein (1970), IEEE Trans. Audio Electroacoust. 18, 451–455.
 */
export function chirpDft(samples: number): RealDft {
  const bins = Math.floor(samples / 2) + 1;
  const log = Math.ceil(Math.log2(samples + bins));
  const size = 2 ** log;
  const rows = 2 ** Math.floor(log / 2);
  const columns = size / rows;
  const turns = (n: number) => ((n * n) % (2 * samples)) / (2 * samples);
  const chirp = (count: number) =>
    [false, true].map((isImaginary) => matrix(1, count, (_, n) => part(isImaginary, -turns(n)))) as Parts;
  const [before, after] = [chirp(samples), chirp(bins)];
  const response = chirpResponse({ samples, bins, size, rows }, turns);
  const dft = complexDft(rows, columns);
  return {
    layout: { size: 2 * bins, real: (bin) => bin, imaginary: (bin) => bins + bin },
    transform(waveform) {
      const batch = waveform.shape[0]!;
      const chirped = before.map((values) => {
        const padded = tf.pad(tf.mul(waveform, constant(values, [1, samples])), [
          [0, 0],
          [0, size - samples],
        ]);
        return tf.reshape(padded, [batch, rows, columns]);
      }) as Complex;
      const convolved = dft.inverse(times(dft.forward(chirped), constants(response, [1, rows, columns])));
      const kept = convolved.map((x) =>
        tf.slice(tf.reshape(x, [batch, size]), [0, 0], [batch, bins]),
      ) as Complex;
      return tf.concat(times(kept, constants(after, [1, bins])), 1);
    },
  };
}

type Parts = [Float32Array, Float32Array];

const constants = (values: Parts, shape: number[]) =>
  values.map((each) => constant(each, shape)) as [Tensor, Tensor];

function times([a, b]: Complex, [c, d]: Complex): Complex {
  return [tf.sub(tf.mul(a, c), tf.mul(b, d)), tf.add(tf.mul(a, d), tf.mul(b, c))];
}

/** Spectrum of the conjugate chirp, wrapped around, in the order that {@link complexDft} leaves bins in. */
function chirpResponse(
  { samples, bins, size, rows }: { samples: number; bins: number; size: number; rows: number },
  turns: (n: number) => number,
): Parts {
  const fft = new FFT(size);
  const input = fft.createComplexArray() as number[];
  for (let n = 1 - samples; n < bins; n++) {
    const at = 2 * ((n + size) % size);
    input[at] = part(false, turns(n));
    input[at + 1] = part(true, turns(n));
  }
  const output = fft.createComplexArray() as number[];
  fft.transform(output, input);
  const columns = size / rows;
  return [0, 1].map((offset) =>
    matrix(rows, columns, (c, d) => output[2 * (c + rows * d) + offset]! / size),
  ) as Parts;
}

/** Complex transforms of rows · columns samples as matrix products; bin c + rows·d lies at [c, d]. */
function complexDft(rows: number, columns: number) {
  const size = rows * columns;
  const overRows = squares(rows, (c, a) => (c * a) / rows);
  const overColumns = squares(columns, (b, d) => (b * d) / columns);
  const twiddle = [false, true].map((isImaginary) =>
    matrix(rows, columns, (c, b) => part(isImaginary, (c * b) / size)),
  ) as Parts;
  const left = (x: Complex, sign: 1 | -1) => product(x, overRows, rows, sign, (w, y) => tf.matMul(w, y));
  const right = (x: Complex, sign: 1 | -1) =>
    product(x, overColumns, columns, sign, (w, y) => tf.matMul(y, w));
  const turned = (x: Complex, sign: 1 | -1) => {
    const [cosine, sine] = constants(twiddle, [1, rows, columns]);
    return times(x, [cosine, sign === 1 ? sine : tf.neg(sine)]);
  };
  return {
    forward: (x: Complex) => right(turned(left(x, -1), -1), -1),
    inverse: (x: Complex) => left(turned(right(x, 1), 1), 1),
  };
}

function squares(size: number, turns: (row: number, column: number) => number): Parts {
  return [false, true].map((isImaginary) =>
    matrix(size, size, (row, column) => part(isImaginary, turns(row, column))),
  ) as Parts;
}

/** Multiplies by the matrix of rotations, or by its conjugate for sign −1. */
function product(
  [re, im]: Complex,
  rotations: Parts,
  size: number,
  sign: 1 | -1,
  multiply: (weights: Tensor, x: Tensor) => Tensor,
): Complex {
  const [cosine, sine] = constants(rotations, [1, size, size]);
  const signed = sign === 1 ? sine : tf.neg(sine);
  return [
    tf.sub(multiply(cosine, re), multiply(signed, im)),
    tf.add(multiply(signed, re), multiply(cosine, im)),
  ];
}
