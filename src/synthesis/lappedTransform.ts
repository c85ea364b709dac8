import FFT from 'fft.js';

/** An orthonormal transform between a waveform and its time-frequency coefficients. */
export interface LappedTransform {
  /** Coefficients in all: blocks · bins, at index block · bins + bin. */
  count: number;
  blocks: number;
  /** Coefficients a block; bin k is centered at (k + ½) / (2 · bins) of the sample rate. */
  bins: number;
  /** The coefficients of a waveform, shape [count]. */
  forward(waveform: Float32Array): Float64Array;
  /** The waveform of coefficients, shape [samples]. */
  inverse(coefficients: Float64Array): Float64Array;
}

/**
 * The modified discrete cosine transform with a sine window: blocks lapped over their neighbors by half on each side.
 *
 * It is done as rotations across the borders of the blocks and a DCT-IV of each block, both orthogonal, so that the
 * inverse is the same backwards. There is no lap over the waveform's two ends.
 *
 * @param samples - Length of waveforms; the last block is filled with zeros.
 * @param bins - Samples and coefficients a block, a power of two from 4.
 * @see Princen & Bradley (1986); Malvar (1992), Signal Processing with Lapped Transforms.
 */
export function lappedTransform(samples: number, bins: number): LappedTransform {
  const blocks = Math.ceil(samples / bins);
  const count = blocks * bins;
  const half = bins / 2;
  const { inside, outside } = lapAngles(bins);
  const cosines = cosineTransform(bins);
  const rotate = (values: Float64Array, direction: 1 | -1) => {
    for (let border = bins; border < count; border += bins)
      for (let n = 0; n < half; n++) {
        const [before, after] = [values[border - 1 - n]!, values[border + n]!];
        const lap = direction * outside[n]!;
        values[border - 1 - n] = inside[n]! * before - lap * after;
        values[border + n] = inside[n]! * after + lap * before;
      }
  };
  const transformBlocks = (values: Float64Array) => {
    for (let start = 0; start < count; start += bins) cosines(values, start);
  };
  return {
    count,
    blocks,
    bins,
    forward(waveform) {
      const coefficients = new Float64Array(count);
      coefficients.set(waveform);
      rotate(coefficients, 1);
      transformBlocks(coefficients);
      return coefficients;
    },
    inverse(coefficients) {
      const values = coefficients.slice();
      transformBlocks(values);
      rotate(values, -1);
      return values.subarray(0, samples);
    },
  };
}

/**
 * How much of a sample stays in its block, and how much of its mirror image across the border comes to it.
 *
 * @param bins - Samples a block.
 * @returns By distance from the border, to half a block.
 */
export function lapAngles(bins: number): { inside: Float64Array; outside: Float64Array } {
  const angles = Float64Array.from(
    { length: bins / 2 },
    (_, n) => Math.PI / 4 + (Math.PI * (n + 0.5)) / (2 * bins),
  );
  return { inside: angles.map(Math.sin), outside: angles.map(Math.cos) };
}

/** Orthonormal DCT-IV of `bins` values from an index on, in place, by a complex transform of half the length; its own inverse. */
function cosineTransform(bins: number): (values: Float64Array, start: number) => void {
  const half = bins / 2;
  const fft = new FFT(half);
  const [folded, spectrum] = [fft.createComplexArray(), fft.createComplexArray()];
  const turn = (n: number) => (-Math.PI * (8 * n + 1)) / (8 * bins);
  const cosines = Float64Array.from({ length: half }, (_, n) => Math.cos(turn(n)));
  const sines = Float64Array.from({ length: half }, (_, n) => Math.sin(turn(n)));
  const scale = Math.sqrt(2 / bins);
  return (values, start) => {
    const last = start + bins - 1;
    for (let n = 0; n < half; n++) {
      const [re, im] = [values[start + 2 * n]!, values[last - 2 * n]!];
      folded[2 * n] = re * cosines[n]! - im * sines[n]!;
      folded[2 * n + 1] = re * sines[n]! + im * cosines[n]!;
    }
    fft.transform(spectrum, folded);
    for (let k = 0; k < half; k++) {
      const [re, im] = [spectrum[2 * k]!, spectrum[2 * k + 1]!];
      values[start + 2 * k] = scale * (re * cosines[k]! - im * sines[k]!);
      values[last - 2 * k] = -scale * (re * sines[k]! + im * cosines[k]!);
    }
  };
}
