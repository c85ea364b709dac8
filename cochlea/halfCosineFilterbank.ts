import { erbNumber, frequencyAtErbNumber } from './erb.ts';
import type { CochleagramParameters } from './parameters.ts';

/** Real frequency response of one filter over the FFT bins where it is not zero. */
export interface SparseFilter {
  /** First FFT bin of {@link SparseFilter.weights}. */
  firstBin: number;
  /** Amplitude response, bin by bin; empty when no bin of so short a clip falls into the filter. */
  weights: Float64Array;
}

/** A bank of filters, low-pass ends first, high-pass ends last. */
export interface Filterbank {
  filters: readonly SparseFilter[];
  /** Center frequency of each filter, Hz; low-pass ends lie below the lowest band (1 Hz where that is negative). */
  centerFrequenciesHz: readonly number[];
}

/** The parameters that define the filterbank. */
export type FilterbankParameters = Pick<
  CochleagramParameters,
  'sampleRateHz' | 'filters' | 'lowHz' | 'highHz' | 'overcomplete' | 'lowpass' | 'highpass'
>;

/**
 * Half-cosine filters on the ERB-number scale whose squared responses sum to one at every bin (with both ends kept).
 *
 * @param parameters - Checked parameters: n = `filters` and s = `overcomplete` give s(n+1)−1 bands and s filters at each end.
 * @param samples - Length of the transform, samples; bins 0 … ⌊samples/2⌋.
 * @returns The filters and their center frequencies.
 * @see McDermott & Simoncelli (2011), Neuron 71, 926–940; overcomplete form as in Feather et al. (2023).
 */
export function halfCosineFilterbank(parameters: FilterbankParameters, samples: number): Filterbank {
  const { sampleRateHz, filters, lowHz, highHz, overcomplete } = parameters;
  const bandCount = overcomplete * (filters + 1) - 1;
  const lowCams = erbNumber(lowHz);
  const spacingCams = (erbNumber(highHz) - lowCams) / (bandCount + 1);
  const centersCams = Array.from({ length: bandCount }, (_, i) => lowCams + (i + 1) * spacingCams);
  const binCams = Float64Array.from({ length: Math.floor(samples / 2) + 1 }, (_, bin) =>
    erbNumber((bin * sampleRateHz) / samples),
  );
  const halfWidthCams = overcomplete * spacingCams;
  const response = (cams: number, center: number) =>
    Math.abs(cams - center) < halfWidthCams ? Math.cos((Math.PI * (cams - center)) / (2 * halfWidthCams)) : 0;
  // What a band leaves of the power on its outer side goes to the end filter, so that the sum is one there as well.
  const rest = (cams: number, center: number) => Math.sqrt(1 - response(cams, center) ** 2);
  const make = (shape: (cams: number) => number) => sparse(binCams, shape, Math.sqrt(overcomplete));

  const lowEnds = centersCams.slice(0, overcomplete);
  const highEnds = centersCams.slice(-overcomplete);
  const low = lowEnds.map((center) => make((cams) => (cams < center ? rest(cams, center) : 0)));
  const bands = centersCams.map((center) => make((cams) => response(cams, center)));
  const high = highEnds.map((center) => make((cams) => (cams > center ? rest(cams, center) : 0)));
  const kept = <T>(lows: T[], middle: T[], highs: T[]) => [
    ...(parameters.lowpass ? lows : []),
    ...middle,
    ...(parameters.highpass ? highs : []),
  ];
  return {
    filters: kept(low, bands, high),
    centerFrequenciesHz: kept(
      lowEnds.map((center) => center - halfWidthCams),
      centersCams,
      highEnds.map((center) => center + halfWidthCams),
    ).map((cams) => (cams < 0 ? 1 : frequencyAtErbNumber(cams))),
  };
}

function sparse(binCams: Float64Array, shape: (cams: number) => number, divisor: number): SparseFilter {
  const values = binCams.map((cams) => shape(cams) / divisor);
  const firstBin = values.findIndex((value) => value > 0);
  if (firstBin < 0) return { firstBin: 0, weights: new Float64Array(0) };
  const lastBin = values.findLastIndex((value) => value > 0);
  return { firstBin, weights: values.slice(firstBin, lastBin + 1) };
}
