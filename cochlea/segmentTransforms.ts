import { matrix } from './realDft.ts';
import { mostJoinedSegments } from './segmentation.ts';

/** Transform over the segments of a clip. */
export interface SegmentTransform {
  /**
   * Inverse transform, shape [T, (re, im) · segments, (re, im) · segments] with its twiddle; without it, which is the
   * same for every sample, shape [1, (re, im) · segments, (re, im) · segments].
   */
  second: Float32Array;
  /** Cosines and sines of a twiddle that stands by itself, shape [T, segments] each. */
  twiddle?: readonly [cosines: Float32Array, sines: Float32Array];
}

/**
 * Inverse transform over r: e^(2πi·r·t/T).
 *
 * @param T - Samples of a segment.
 * @param rows - Every how-many-th bin there is, R.
 * @returns Shape [T · (re, im), (re, im) · R].
 */
export function firstTransform(T: number, rows: number): Float32Array {
  return matrix(2 * T, 2 * rows, (row, column) =>
    rotation(row % 2 === 1, column >= rows, ((column % rows) * Math.floor(row / 2)) / T),
  );
}

/**
 * Inverse transform over s with its twiddle: e^(2πi·s·(t/(S·T) + g/S)).
 *
 * @param T - Samples of a segment.
 * @param S - Segments.
 */
export function secondTransform(T: number, S: number): SegmentTransform {
  if (S <= mostJoinedSegments) return { second: overSegments(T, S) };
  const phases = [0, 0.25].map((turn) =>
    matrix(T, S, (t, s) => Math.cos(2 * Math.PI * ((s * t) / (S * T) - turn))),
  ) as [Float32Array, Float32Array];
  return { second: overSegments(1, S), twiddle: phases };
}

/** Of each of T samples a matrix; that of the one sample of T = 1 has no twiddle. */
function overSegments(T: number, S: number): Float32Array {
  return matrix(T * 2 * S, 2 * S, (line, column) => {
    const t = Math.floor(line / (2 * S));
    const row = line % (2 * S);
    const turns = (column % S) * (t / (S * T) + (row % S) / S);
    return rotation(row >= S, column >= S, turns);
  });
}

/** Element of the real form of a rotation: rows and columns are real and imaginary part. */
function rotation(isImaginaryRow: boolean, isImaginaryColumn: boolean, turns: number): number {
  const angle = 2 * Math.PI * turns;
  if (isImaginaryRow === isImaginaryColumn) return Math.cos(angle);
  return isImaginaryRow ? Math.sin(angle) : -Math.sin(angle);
}
