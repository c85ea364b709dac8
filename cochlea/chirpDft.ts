import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../src/engine/tf.ts';
import {
  type Complex,
  type ComplexValues,
  circularConvolution,
  complexConstants,
  times,
} from './circularConvolution.ts';
import { matrix, part, type RealDft } from './realDft.ts';

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
  const turns = (n: number) => ((n * n) % (2 * samples)) / (2 * samples);
  const chirp = (count: number) =>
    [false, true].map((isImaginary) =>
      matrix(1, count, (_, n) => part(isImaginary, -turns(n))),
    ) as ComplexValues;
  const [before, after] = [chirp(samples), chirp(bins)];
  const { spectrumOf, responseOf, convolved } = circularConvolution(samples + bins);
  // The conjugate chirp.
  const response = responseOf([1 - samples, bins], (n) => [part(false, turns(n)), part(true, turns(n))]);
  return {
    layout: { size: 2 * bins, real: (bin) => bin, imaginary: (bin) => bins + bin },
    transform(waveform) {
      const batch = waveform.shape[0]!;
      const chirped = complexConstants(before, [1, samples]).map((x) => tf.mul(waveform, x)) as Complex;
      const kept = convolved(spectrumOf(chirped), response).map((x) =>
        tf.slice(x, [0, 0], [batch, bins]),
      ) as Complex;
      return tf.concat(times(kept, complexConstants(after, [1, bins])) as Tensor[], 1);
    },
  };
}
