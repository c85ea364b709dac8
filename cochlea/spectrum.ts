import { type ChirpSum, createChirpSums } from './chirpSum.ts';

/** Discrete Fourier transform of real clips of one length. */
export interface Spectrum {
  /** Bins from 0 to half the period. */
  bins: number;
  /**
   * One-sided spectrum.
   *
   * @param waveform - Shape [samples].
   * @returns Interleaved complex, shape [bins, 2].
   */
  forward(waveform: ArrayLike<number>): Float64Array;
  /**
   * Its adjoint: the real part of the sum of all bins turned forwards.
   *
   * @param gradient - Interleaved complex, shape [bins, 2].
   * @returns Shape [samples].
   */
  adjoint(gradient: Float64Array): Float64Array;
}

/**
 * Prepares spectra of any length, without approximation.
 *
 * @param samples - Of the clips.
 * @param period - Samples that the clip is padded to with zeros.
 */
export function createSpectrum(samples: number, period: number): Spectrum {
  const sums = createChirpSums(period);
  const bins = Math.floor(period / 2) + 1;
  const forward = sums(samples, bins);
  const adjoint = sums(bins, samples);
  return {
    bins,
    forward(waveform: ArrayLike<number>): Float64Array {
      const input = new Float64Array(2 * samples);
      for (let t = 0; t < samples; t++) input[2 * t] = waveform[t]!;
      // The sums turn forwards; for a real clip the spectrum is their conjugate.
      return completed(forward, input, bins).map((value, i) => (i % 2 ? -value : value));
    },
    adjoint: (gradient: Float64Array) => completed(adjoint, gradient, samples).filter((_, i) => i % 2 === 0),
  };
}

function completed(sum: ChirpSum, input: Float64Array, outputs: number): Float64Array {
  const values = new Float64Array(2 * outputs);
  for (const start of sum.starts) {
    const block = sum.evaluate(input, start);
    for (let j = 0; j < Math.min(sum.blockLength, outputs - start); j++) {
      const [re, im] = sum.chirp(j);
      values[2 * (start + j)] = block[2 * j]! * re - block[2 * j + 1]! * im;
      values[2 * (start + j) + 1] = block[2 * j]! * im + block[2 * j + 1]! * re;
    }
  }
  return values;
}
