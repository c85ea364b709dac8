import type { Tensor } from '@tensorflow/tfjs';
import { constant, tf } from '../src/engine/tf.ts';
import { favorsFewOps } from '../src/engine/trace.ts';

/** Where the spectrum of a {@link realDft} holds its bins: flat index of real and imaginary part. */
export interface DftLayout {
  /** Length of the flat spectrum. */
  size: number;
  real(bin: number): number;
  imaginary(bin: number): number;
}

/** A discrete Fourier transform of real signals inside a graph. */
export interface RealDft {
  layout: DftLayout;
  /** From shape [batch, samples] to [batch, layout.size]. */
  transform(waveform: Tensor): Tensor;
}

/** Samples of a graph's sounds together. Of fewer, on a GPU, ops take longer to issue than to compute. */
const manySamples = 300_000;

/**
 * Whether so few samples are heard at once that few ops are better than little work.
 *
 * @param waveform - Shape [batch, samples].
 */
export const isSoonComputed = ({ size }: Tensor) => size < manySamples;

/** Lengths of both sums, bins of the second, and whether they are summed in parts. */
interface Form {
  samples: number;
  rows: number;
  columns: number;
  half: number;
  isCareful: boolean;
}

/**
 * Discrete Fourier transform of real signals as two matrix products with a twiddle between (Cooley & Tukey 1965),
 * differentiable and fast on any device.
 *
 * With samples = rows · columns, sample n = a·columns + b and bin k = c + rows·d: first over a, then over b.
 *
 * @param samples - Length of the signals, samples.
 * @param options - `isCareful`: sums in parts, so that rounding disturbs near-silent bins less; slower.
 * @returns The transform and where its bins 0 … ⌊samples/2⌋ are.
 */
export function realDft(samples: number, { isCareful = false } = {}): RealDft {
  const rows = largestFactorBelowRoot(samples);
  const columns = samples / rows;
  const half = Math.floor(columns / 2) + 1;
  const form = { samples, rows, columns, half, isCareful };
  const index = (bin: number, offset: number) => (bin % rows) * 2 * half + offset + Math.floor(bin / rows);
  let byParts: RealDft['transform'] | undefined;
  let inFewOps: RealDft['transform'] | undefined;
  return {
    layout: {
      size: rows * 2 * half,
      real: (bin) => index(bin, 0),
      imaginary: (bin) => index(bin, half),
    },
    transform(waveform) {
      if (favorsFewOps() && isSoonComputed(waveform)) {
        inFewOps ??= transformInFewOps(form);
        return inFewOps(waveform);
      }
      byParts ??= transformByParts(form);
      return byParts(waveform);
    },
  };
}

function transformByParts({ samples, rows, columns, half, isCareful }: Form): RealDft['transform'] {
  const inner = matrix(2 * rows, rows, (row, a) => part(row >= rows, -((row % rows) * a) / rows));
  const twiddle = [false, true].map((isImaginary) =>
    matrix(rows, columns, (c, b) => part(isImaginary, -(c * b) / samples)),
  );
  // Columns [real, imaginary] of the outer product; the imaginary input takes the same turned by a quarter.
  const outer = [0, 0.25].map((turn) =>
    matrix(columns, 2 * half, (b, column) => part(column >= half, turn - (b * (column % half)) / columns)),
  );
  return (waveform) => {
    const x = tf.reshape(waveform, [-1, rows, columns]);
    const first = product(constant(inner, [1, 2 * rows, rows]), x, isCareful);
    const [re, im] = tf.split(first, 2, 1) as [Tensor, Tensor];
    const [cosine, sine] = twiddle.map((values) => constant(values, [1, rows, columns])) as [Tensor, Tensor];
    const turnedRe = tf.sub(tf.mul(re, cosine), tf.mul(im, sine));
    const turnedIm = tf.add(tf.mul(re, sine), tf.mul(im, cosine));
    const [ofRe, ofIm] = outer.map((values) => constant(values, [1, columns, 2 * half])) as [Tensor, Tensor];
    const sum = tf.add(product(turnedRe, ofRe, isCareful), product(turnedIm, ofIm, isCareful));
    return tf.reshape(sum, [-1, rows * 2 * half]);
  };
}

/**
 * The same as two products with one multiplication between, at twice the work. The first gives all numbers twice, as
 * [rows, (re, im, re, im), columns]; multiplied, they are the four terms of what the twiddle makes of real and imaginary
 * part, and the second adds them up.
 */
function transformInFewOps({ samples, rows, columns, half, isCareful }: Form): RealDft['transform'] {
  const inner = matrix(4 * rows, rows, (row, a) => part(row % 2 === 1, -(Math.floor(row / 4) * a) / rows));
  const turns = [0, 0.25, -0.25, 0];
  const twiddle = matrix(rows, 4 * columns, (c, i) =>
    part(false, turns[Math.floor(i / columns)]! - (c * (i % columns)) / samples),
  );
  const outer = matrix(4 * columns, 2 * half, (i, column) =>
    part(column >= half, (i < 2 * columns ? 0 : 0.25) - ((i % columns) * (column % half)) / columns),
  );
  return (waveform) => {
    const x = tf.reshape(waveform, [-1, rows, columns]);
    const first = product(constant(inner, [1, 4 * rows, rows]), x, isCareful);
    const terms = tf.mul(
      tf.reshape(first, [-1, rows, 4 * columns]),
      constant(twiddle, [1, rows, 4 * columns]),
    );
    const sum = product(terms, constant(outer, [1, 4 * columns, 2 * half]), isCareful);
    return tf.reshape(sum, [-1, rows * 2 * half]);
  };
}

/** Product of matrices [batch or 1, n, k] and [batch or 1, k, m]; in parts, sums of about √k terms are added up. */
function product(a: Tensor, b: Tensor, inParts: boolean): Tensor {
  if (!inParts) return tf.matMul(a, b);
  const [[ofA, n, k], [ofB, , m]] = [a.shape, b.shape] as [number[], number[]];
  const parts = largestFactorBelowRoot(k!);
  const left = tf.transpose(tf.reshape(a, [ofA!, n!, parts, k! / parts]), [0, 2, 1, 3]);
  return tf.sum(tf.matMul(left, tf.reshape(b, [ofB!, parts, k! / parts, m!])), 1);
}

/** Cosine, or sine for the imaginary part, of a phase in turns. */
export function part(isImaginary: boolean, turns: number): number {
  return isImaginary ? Math.sin(2 * Math.PI * turns) : Math.cos(2 * Math.PI * turns);
}

/** A row-major matrix from a function of row and column. */
export function matrix(
  rows: number,
  columns: number,
  value: (row: number, column: number) => number,
): Float32Array {
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) values[row * columns + column] = value(row, column);
  return values;
}

/**
 * Largest divisor up to the square root.
 *
 * @param n - A whole number > 0.
 */
export function largestFactorBelowRoot(n: number): number {
  let factor = Math.floor(Math.sqrt(n));
  while (n % factor !== 0) factor--;
  return factor;
}
