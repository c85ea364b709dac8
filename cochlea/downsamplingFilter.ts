import { kaiserWindow } from '../stimuli/kaiserWindow.ts';

const kaiserBeta = 5;

/** A low-pass filter before downsampling: frame f of the output is the sum over t of h[t]·x[f·stride + t]. */
export interface DownsamplingFilter {
  /** Value at a position, samples; whole numbers 0 … taps−1 are the taps, and it is zero outside. */
  at(tap: number): number;
  /** Shape [taps]. */
  taps: Float64Array;
  /** Position of the sinc's middle, samples. */
  middle: number;
}

/**
 * The low-pass filter that a cochleagram asks for: a sinc cut off at the new rate's half, under a Kaiser window with β = 5.
 *
 * As published, the sinc is sampled half a sample off its middle (−500.5 … 499.5 for 1001 taps), is not normalized
 * (gain at 0 Hz 1.00094 for 1001 taps and stride 100), and its negative lobes let envelopes dip below zero. That of
 * pycochleagram is symmetric with gain 1 at 0 Hz, as SciPy's `firwin` makes it.
 *
 * @param parameters - `downsamplingTaps`, its length in samples, and `pycochleagram`: which of the two it is.
 * @param stride - Downsampling factor.
 * @returns The filter, at its taps and between them.
 * @see Feather et al. (2023), cochleagram of the CochCNN9 and CochResNet50 models.
 */
export function downsamplingFilter(
  { downsamplingTaps: taps, pycochleagram = false }: { downsamplingTaps: number; pycochleagram?: boolean },
  stride: number,
): DownsamplingFilter {
  const middle = (pycochleagram ? taps - 1 : taps) / 2;
  const unscaled = (tap: number) => windowedSinc(tap, { taps, stride, middle });
  const whole = Float64Array.from({ length: taps }, (_, tap) => unscaled(tap));
  const gain = pycochleagram ? whole.reduce((sum, value) => sum + value, 0) : 1;
  return { at: (tap) => unscaled(tap) / gain, taps: whole.map((value) => value / gain), middle };
}

/**
 * Frames that the filter gives where it fits whole.
 *
 * @param samples - Length of the envelope, samples.
 * @param taps - Length of the filter, samples.
 * @param stride - Downsampling factor.
 */
export function frameCount(samples: number, taps: number, stride: number): number {
  return Math.floor((samples - taps) / stride) + 1;
}

function windowedSinc(
  tap: number,
  { taps, stride, middle }: { taps: number; stride: number; middle: number },
): number {
  if (tap < 0 || tap > taps - 1) return 0;
  const x = (Math.PI * (tap - middle)) / stride;
  const sinc = x === 0 ? 1 : Math.sin(x) / x;
  return (sinc / stride) * kaiserWindow(taps === 1 ? 0 : (2 * tap) / (taps - 1) - 1, kaiserBeta);
}
