import { type Complex, sequenceOf, spectrumOf } from './spectrum.ts';

/** Temporal rates, Hz, of the published filterbank. */
const temporalRatesHz = [0, 0.5, 1, 2, 4, 8, 16, 32, 64] as const;
/** Spectral scales, cycles per ERB, of the published filterbank. */
const spectralScales = [0, 0.0625, 0.125, 0.25, 0.5, 1, 2] as const;
/** Channels per ERB that the published code takes the cochleagram to have. */
const channelsPerErb = 6;

/** A filter over one axis, as periodic kernels over the padded axis. */
export interface AxisFilter {
  /** Frequency in the middle, Hz or cycles per ERB. */
  center: number;
  plain: Float64Array;
  /**
   * For filters that follow one direction of movement: `even ⊗ even ± quadrature ⊗ quadrature`, halved, passes opposite
   * quadrants of the modulation spectrum (but for the one bin at half of both rates, which counts twice). None for the filter that reads the mean alone.
   */
  moving?: { even: Float64Array; quadrature: Float64Array };
}

/**
 * Temporal modulation filters: causal, gammatone-shaped, of unit gain; the first reads the mean alone, the last passes
 * all that is faster.
 *
 * @param frames - Of the cochleagram; the filters are periodic over three times as many.
 * @param rateHz - Frames a second.
 * @see Chi, Ru & Shamma (2005), JASA 118, 887–906; as in the SpecTemp model of Feather et al. (2023).
 */
export function temporalFilters(frames: number, rateHz: number): AxisFilter[] {
  const period = 3 * frames;
  const highest = temporalRatesHz.at(-1);
  return temporalRatesHz.map((center) => {
    if (center === 0) return meanFilter(period);
    const time = Array.from({ length: frames }, (_, n) => (n / rateHz) * center);
    const response = time.map((t) => Math.sin(2 * Math.PI * t) * t ** 2 * Math.exp(-3.5 * t));
    const mean = response.reduce((a, b) => a + b, 0) / frames;
    const padded = Float64Array.from({ length: period }, (_, n) => (n < frames ? response[n]! - mean : 0));
    return axisFilter(center, unitGain(spectrumOf(padded), center === highest));
  });
}

/**
 * Spectral modulation filters, symmetric, of unit gain; the first reads the mean alone, the last passes all that is finer.
 *
 * @param channels - Of the cochleagram; the filters are periodic over twice as many.
 * @see Chi, Ru & Shamma (2005), JASA 118, 887–906; as in the SpecTemp model of Feather et al. (2023).
 */
export function spectralFilters(channels: number): AxisFilter[] {
  const period = 2 * channels;
  return spectralScales.map((center) => {
    if (center === 0) return meanFilter(period);
    const gains = Array.from({ length: period }, (_, bin): Complex => {
      const ratio = ((channelsPerErb * Math.min(bin, period - bin)) / period / center) ** 2;
      return [ratio * Math.exp(-ratio), 0];
    });
    return axisFilter(center, unitGain(gains, center === spectralScales.at(-1)));
  });
}

function meanFilter(period: number): AxisFilter {
  return { center: 0, plain: new Float64Array(period).fill(1 / period) };
}

/** Largest gain one; for the last filter one throughout above it. */
function unitGain(spectrum: readonly Complex[], isHighpass: boolean): Complex[] {
  const gains = spectrum.map(([re, im]) => Math.hypot(re, im));
  const largest = Math.max(...gains);
  const peak = gains.indexOf(largest);
  return spectrum.map(([re, im], bin) => {
    const place = Math.min(bin, gains.length - bin);
    const scale = isHighpass && place >= peak ? 1 / gains[bin]! : 1 / largest;
    return [re * scale, im * scale];
  });
}

function axisFilter(center: number, spectrum: readonly Complex[]): AxisFilter {
  const period = spectrum.length;
  // The bin at half the rate has no direction: it passes both ways, where all others are halved.
  const sign = (bin: number) => (bin === 0 || 2 * bin === period ? 0 : 2 * bin < period ? 1 : -1);
  return {
    center,
    plain: sequenceOf(spectrum),
    moving: {
      even: sequenceOf(spectrum.map(([re, im], bin) => (2 * bin === period ? [2 * re, 2 * im] : [re, im]))),
      quadrature: sequenceOf(spectrum.map(([re, im], bin) => [-sign(bin) * im, sign(bin) * re])),
    },
  };
}
