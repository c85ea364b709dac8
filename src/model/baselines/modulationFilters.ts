import { createSpectrum, type Spectrum } from '../../../cochlea/spectrum.ts';

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
  const axis = axisOf(period);
  return temporalRatesHz.map((center) => {
    if (center === 0) return meanFilter(period);
    const time = Array.from({ length: frames }, (_, n) => (n / rateHz) * center);
    const response = time.map((t) => Math.sin(2 * Math.PI * t) * t ** 2 * Math.exp(-3.5 * t));
    const mean = response.reduce((a, b) => a + b, 0) / frames;
    const padded = Float64Array.from({ length: period }, (_, n) => (n < frames ? response[n]! - mean : 0));
    return axisFilter(center, unitGain(axis.forward(padded), center === highest), axis);
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
  const axis = axisOf(period);
  return spectralScales.map((center) => {
    if (center === 0) return meanFilter(period);
    const gains = new Float64Array(2 * (channels + 1));
    for (let bin = 0; bin <= channels; bin++) {
      const ratio = ((channelsPerErb * bin) / period / center) ** 2;
      gains[2 * bin] = ratio * Math.exp(-ratio);
    }
    return axisFilter(center, unitGain(gains, center === spectralScales.at(-1)), axis);
  });
}

/** Transforms over a padded axis. */
interface Axis extends Spectrum {
  period: number;
}

const axisOf = (period: number): Axis => ({ period, ...createSpectrum(period, period) });

function meanFilter(period: number): AxisFilter {
  return { center: 0, plain: new Float64Array(period).fill(1 / period) };
}

/** Largest gain one; for the last filter one throughout above it. Spectra are one-sided, interleaved complex. */
function unitGain(spectrum: Float64Array, isHighpass: boolean): Float64Array {
  const gains = Array.from({ length: spectrum.length / 2 }, (_, bin) =>
    Math.hypot(spectrum[2 * bin]!, spectrum[2 * bin + 1]!),
  );
  const largest = gains.reduce((a, b) => Math.max(a, b));
  const peak = gains.indexOf(largest);
  return spectrum.map((value, i) => {
    const bin = Math.floor(i / 2);
    return value * (isHighpass && bin >= peak ? 1 / gains[bin]! : 1 / largest);
  });
}

/** The filter of a one-sided spectrum, interleaved complex. */
function axisFilter(center: number, spectrum: Float64Array, { period, adjoint }: Axis): AxisFilter {
  const kernelOf = (values: Float64Array, weight: (bin: number) => number) =>
    adjoint(values.map((value, i) => (value * weight(Math.floor(i / 2))) / period));
  const turned = spectrum.map((_, i) => (i % 2 ? spectrum[i - 1]! : -spectrum[i + 1]!));
  return {
    center,
    // A bin between the ends stands for two.
    plain: kernelOf(spectrum, (bin) => (bin === 0 || 2 * bin === period ? 1 : 2)),
    moving: {
      // The bin at half the rate has no direction: it passes both ways, where all others are halved.
      even: kernelOf(spectrum, (bin) => (bin === 0 ? 1 : 2)),
      // Both ends are real and, turned, give nothing.
      quadrature: kernelOf(turned, () => 2),
    },
  };
}
