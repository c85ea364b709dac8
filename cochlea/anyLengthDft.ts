import { chirpDft } from './chirpDft.ts';
import { largestFactorBelowRoot, type RealDft, realDft } from './realDft.ts';

/** Longest side of the matrices in {@link realDft}. */
const longestSide = 2048;

/**
 * Discrete Fourier transform of real signals of any length: by matrix products where those stay small, else by a chirp.
 *
 * @param samples - Length of the signals, samples.
 * @param options - Of {@link realDft}, where it is that.
 * @returns The transform and where its bins 0 … ⌊samples/2⌋ are.
 */
export function anyLengthDft(samples: number, options: { isCareful?: boolean } = {}): RealDft {
  const isSmooth = samples / largestFactorBelowRoot(samples) <= longestSide;
  return isSmooth ? realDft(samples, options) : chirpDft(samples);
}
