import { erbNumber, frequencyAtErbNumber } from './erb.ts';
import { valueAt } from './impairment.ts';
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
  | 'sampleRateHz'
  | 'filters'
  | 'lowHz'
  | 'highHz'
  | 'overcomplete'
  | 'lowpass'
  | 'highpass'
  | 'pycochleagram'
  | 'impairment'
>;

/**
 * Half-cosine filters on the ERB-number scale whose squared responses sum to one at every bin (with both ends kept).
 * Where bins at 0 Hz and half the rate count once in the Hilbert envelope, they count half here, as all others do.
 * Those of an impaired ear are wider about the same centers, with the same gain there, so that they pass more noise.
 *
 * @param parameters - Checked parameters: n = `filters` and s = `overcomplete` give s(n+1)−1 bands and s filters at each end.
 * @param samples - Length of the transform, samples; bins 0 … ⌊samples/2⌋.
 * @returns The filters and their center frequencies.
 * @see McDermott & Simoncelli (2011), Neuron 71, 926–940; overcomplete form as in Feather et al. (2023).
 */
export function halfCosineFilterbank(parameters: FilterbankParameters, samples: number): Filterbank {
  const { sampleRateHz, overcomplete } = parameters;
  const bands = bandsOf(parameters);
  const binCams = Float64Array.from({ length: Math.floor(samples / 2) + 1 }, (_, bin) =>
    erbNumber((bin * sampleRateHz) / samples),
  );
  const response = (cams: number, { centerCams, halfWidthCams }: Band) =>
    Math.abs(cams - centerCams) < halfWidthCams
      ? Math.cos((Math.PI * (cams - centerCams)) / (2 * halfWidthCams))
      : 0;
  // What a band leaves of the power on its outer side goes to the end filter, so that the sum is one there as well.
  const rest = (cams: number, band: Band) => Math.sqrt(1 - response(cams, band) ** 2);
  const make = (shape: (cams: number) => number) => sparse(binCams, shape, Math.sqrt(overcomplete));

  const low = bands
    .slice(0, overcomplete)
    .map((band) => make((cams) => (cams < band.centerCams ? rest(cams, band) : 0)));
  const middle = bands.map((band) => make((cams) => response(cams, band)));
  const high = bands
    .slice(-overcomplete)
    .map((band) => make((cams) => (cams > band.centerCams ? rest(cams, band) : 0)));
  const filters = kept(parameters, low, middle, high);
  return {
    filters: parameters.pycochleagram ? filters.map((filter) => endsHalved(filter, samples)) : filters,
    centerFrequenciesHz: centerFrequenciesHz(parameters),
  };
}

/**
 * Center frequency of each filter of a {@link halfCosineFilterbank}.
 *
 * @param parameters - Checked parameters.
 * @returns Hz, ascending.
 */
export function centerFrequenciesHz(parameters: FilterbankParameters): number[] {
  const { overcomplete } = parameters;
  const cams = bandsOf(parameters).map(({ centerCams }) => centerCams);
  const endCams = overcomplete * spacingCams(parameters);
  return kept(
    parameters,
    cams.slice(0, overcomplete).map((center) => center - endCams),
    cams,
    cams.slice(-overcomplete).map((center) => center + endCams),
  ).map((center) => (center < 0 ? 1 : frequencyAtErbNumber(center)));
}

interface Band {
  centerCams: number;
  halfWidthCams: number;
}

function bandsOf(parameters: FilterbankParameters): Band[] {
  const { filters, lowHz, overcomplete, impairment } = parameters;
  const spacing = spacingCams(parameters);
  return Array.from({ length: overcomplete * (filters + 1) - 1 }, (_, i) => {
    const centerCams = erbNumber(lowHz) + (i + 1) * spacing;
    const broadening = valueAt(impairment?.filterBroadening ?? 1, frequencyAtErbNumber(centerCams));
    return { centerCams, halfWidthCams: overcomplete * spacing * broadening };
  });
}

function spacingCams({ filters, lowHz, highHz, overcomplete }: FilterbankParameters): number {
  return (erbNumber(highHz) - erbNumber(lowHz)) / (overcomplete * (filters + 1));
}

function kept<T>({ lowpass, highpass }: FilterbankParameters, low: T[], middle: T[], high: T[]): T[] {
  return [...(lowpass ? low : []), ...middle, ...(highpass ? high : [])];
}

function endsHalved({ firstBin, weights }: SparseFilter, samples: number): SparseFilter {
  const isEnd = (bin: number) => bin === 0 || 2 * bin === samples;
  return { firstBin, weights: weights.map((weight, i) => (isEnd(firstBin + i) ? weight / 2 : weight)) };
}

function sparse(binCams: Float64Array, shape: (cams: number) => number, divisor: number): SparseFilter {
  const values = binCams.map((cams) => shape(cams) / divisor);
  const firstBin = values.findIndex((value) => value > 0);
  if (firstBin < 0) return { firstBin: 0, weights: new Float64Array(0) };
  const lastBin = values.findLastIndex((value) => value > 0);
  return { firstBin, weights: values.slice(firstBin, lastBin + 1) };
}
