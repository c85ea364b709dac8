import { InputError } from '../src/base/inputError.ts';
import { frameCount } from './downsamplingFilter.ts';
import { type HearingImpairment, hearingImpairment } from './impairment.ts';

/** What defines a cochleagram; together with the clip's length it fixes every number of it. */
export interface CochleagramParameters {
  /** Sample rate of the waveform, Hz. */
  sampleRateHz: number;
  /** Half-cosine filters between the limits at overcompleteness 1. */
  filters: number;
  /** Lower limit of the filterbank, Hz. */
  lowHz: number;
  /** Upper limit of the filterbank, Hz; at most half the sample rate. */
  highHz: number;
  /** How many times as many filters as critical sampling needs: 1, 2, 4, … */
  overcomplete: number;
  /** Whether low-pass filters below the lowest band are kept (as many as `overcomplete`). */
  lowpass: boolean;
  /** Whether high-pass filters above the highest band are kept (as many as `overcomplete`). */
  highpass: boolean;
  /** Frames a second; must divide the sample rate. */
  envelopeRateHz: number;
  /** Length of the Kaiser-windowed sinc before downsampling, samples. */
  downsamplingTaps: number;
  /** Exponent of the compression. */
  power: number;
  /** Added to the envelope before the compression. */
  offset: number;
  /** Largest slope of the compression in gradients. */
  slopeClip: number;
  /** Length the clip is padded to with zeros before filtering, in clip lengths; ≥ 1. */
  padFactor: number;
  /**
   * Whether envelopes are those of pycochleagram, the ear of Kell et al. (2018): frames lie at whole multiples of their
   * period from the clip's start, ⌈samples/stride⌉ of them, zeros around the clip; the low-pass filter is symmetric and has
   * gain 1 at 0 Hz; and the bins at 0 Hz and half the sample rate count once in the Hilbert envelope, not twice.
   */
  pycochleagram?: boolean;
  /** Hearing impairment; none in the published ear. */
  impairment?: HearingImpairment;
}

/** Envelope rate of the cochleagram's fast form over filter width, unless another is asked for. */
export const defaultOversampling = 6;

/** The published cochleagram of Feather et al. (2023): 211 channels of 50–10,000 Hz, 200 frames a second. */
export const defaultCochleagramParameters: Readonly<CochleagramParameters> = {
  sampleRateHz: 20000,
  filters: 50,
  lowHz: 50,
  highHz: 10000,
  overcomplete: 4,
  lowpass: true,
  highpass: true,
  envelopeRateHz: 200,
  downsamplingTaps: 1001,
  power: 0.3,
  offset: 1e-8,
  slopeClip: 5,
  padFactor: 1,
};

/**
 * The published cochleagram of Kell et al. (2018), pycochleagram at 16 kHz: 211 channels of 20–8000 Hz, 400 frames in 2 s.
 * Envelopes are half the Hilbert envelope here, which scaling to minimum and maximum undoes.
 */
export const kellCochleagramParameters: Readonly<CochleagramParameters> = {
  ...defaultCochleagramParameters,
  sampleRateHz: 16000,
  lowHz: 20,
  highHz: 8000,
  // Ten strides on either side, as SciPy's resample_poly has them.
  downsamplingTaps: 1601,
  // Published: none. So small a one changes no value (0 becomes 1e-9) but keeps the logarithm finite.
  offset: 1e-30,
  pycochleagram: true,
};

// More than these are slips of the pen, and would fill the memory.
const mostBands = 4096;
const highestRateHz = 768000;
const mostPadding = 64;

/**
 * Fills in the published values and checks the whole.
 *
 * @param given - What shall differ from {@link defaultCochleagramParameters}.
 * @returns All parameters, checked.
 * @throws InputError naming the parameter, its rule, its value and the remedy.
 */
export function cochleagramParameters(given: Partial<CochleagramParameters> = {}): CochleagramParameters {
  const known = [...Object.keys(kellCochleagramParameters), 'impairment'];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown)
    throw new InputError(
      `cochleagram: '${unknown}' is not a parameter; it must be one of ${known.join(', ')}`,
    );
  const { impairment, ...numbers } = given;
  const p = { ...defaultCochleagramParameters, ...numbers };
  const isRate = p.sampleRateHz > 0 && p.sampleRateHz <= highestRateHz;
  need('sampleRateHz', p.sampleRateHz, isRate, `> 0 and ≤ ${highestRateHz}`, 'give the rate of the waveform');
  needWhole('filters', p.filters);
  needWhole('overcomplete', p.overcomplete);
  const isOdd = p.overcomplete > 1 && p.overcomplete % 2 === 1;
  need('overcomplete', p.overcomplete, !isOdd, '1 or even, as published', 'use 1, 2, 4 or 8');
  needWhole('downsamplingTaps', p.downsamplingTaps);
  const bands = p.overcomplete * (p.filters + 1);
  need(
    'filters',
    p.filters,
    bands <= mostBands,
    `at most ${Math.floor(mostBands / p.overcomplete) - 1} at overcompleteness ${p.overcomplete}`,
    'ask for fewer channels',
  );
  need(
    'lowHz',
    p.lowHz,
    p.lowHz >= 0 && p.lowHz < p.highHz,
    `≥ 0 and below the upper limit, ${p.highHz} Hz`,
    'lower it',
  );
  const nyquistHz = p.sampleRateHz / 2;
  need(
    'highHz',
    p.highHz,
    p.highHz <= nyquistHz,
    `≤ ${nyquistHz}, half of the sample rate of ${p.sampleRateHz} Hz`,
    'lower it or use a higher sample rate',
  );
  const stride = p.sampleRateHz / p.envelopeRateHz;
  need(
    'envelopeRateHz',
    p.envelopeRateHz,
    p.envelopeRateHz > 0 && Number.isInteger(stride),
    `a divisor of the sample rate, ${p.sampleRateHz} Hz`,
    'choose a rate that divides it',
  );
  const reach = (p.downsamplingTaps - 1) / 2;
  need(
    'downsamplingTaps',
    p.downsamplingTaps,
    !p.pycochleagram || reach % stride === 0,
    `1 more than a multiple of ${2 * stride}, whole frames on either side, where pycochleagram is set`,
    `use ${20 * stride + 1}`,
  );
  need('power', p.power, p.power > 0, '> 0', 'use 0.3, or 1 for no compression');
  need('offset', p.offset, p.offset >= 0, '≥ 0', 'use 1e-8');
  need('slopeClip', p.slopeClip, p.slopeClip > 0, '> 0', 'use 5');
  const isPadding = p.padFactor >= 1 && p.padFactor <= mostPadding;
  need('padFactor', p.padFactor, isPadding, `≥ 1 and ≤ ${mostPadding}`, 'use 1 for no padding');
  return impairment ? { ...p, impairment: hearingImpairment(impairment) } : p;
}

/** Sizes that follow from parameters and clip length. */
export interface CochleagramSize {
  /** Length of the forward transform: the padded clip, samples. */
  paddedSamples: number;
  /** Length of the inverse transform that gives the envelopes, samples. */
  envelopePeriod: number;
  /** Envelope samples that are kept and downsampled. */
  envelopeSamples: number;
  /** Samples of envelope a frame. */
  stride: number;
  /** Frames whose low-pass filter begins before the clip. */
  leadingFrames: number;
  frames: number;
}

/**
 * Sizes of a cochleagram.
 *
 * The one-sided spectrum of an odd number of samples is inverted over one sample less, as chcochleagram does
 * (`envelopePeriod`), so that arrays agree; the envelope is thereby stretched by one sample in the whole clip.
 *
 * @param parameters - Checked parameters.
 * @param samples - Length of the clip, samples.
 * @throws InputError when the clip is too short for one frame.
 */
export function cochleagramSize(parameters: CochleagramParameters, samples: number): CochleagramSize {
  const { sampleRateHz, envelopeRateHz, downsamplingTaps, padFactor, pycochleagram } = parameters;
  const paddedSamples = samples + Math.floor((padFactor - 1) * samples);
  const envelopePeriod = 2 * Math.floor(paddedSamples / 2);
  const envelopeSamples = Math.min(samples, envelopePeriod);
  if (!(envelopeSamples >= downsamplingTaps)) {
    // The envelope of an odd clip is a sample shorter.
    const least = downsamplingTaps + (samples === downsamplingTaps ? 1 : 0);
    throw new InputError(
      `the sound must be ≥ ${least} samples (${least / sampleRateHz} s at ${sampleRateHz} Hz) for one frame, got ${samples}; use a longer sound`,
    );
  }
  const stride = Math.round(sampleRateHz / envelopeRateHz);
  return {
    paddedSamples,
    envelopePeriod,
    envelopeSamples,
    stride,
    leadingFrames: pycochleagram ? (downsamplingTaps - 1) / 2 / stride : 0,
    frames: pycochleagram
      ? Math.ceil(envelopeSamples / stride)
      : frameCount(envelopeSamples, downsamplingTaps, stride),
  };
}

/**
 * Shape of a cochleagram.
 *
 * @param parameters - Checked parameters.
 * @param samples - Length of the clip, samples.
 * @throws InputError when the clip is too short for one frame.
 */
export function cochleagramShape(
  parameters: CochleagramParameters,
  samples: number,
): [channels: number, frames: number] {
  const { filters, overcomplete, lowpass, highpass } = parameters;
  const bands = overcomplete * (filters + 1) - 1;
  const ends = (lowpass ? overcomplete : 0) + (highpass ? overcomplete : 0);
  return [bands + ends, cochleagramSize(parameters, samples).frames];
}

function needWhole(name: keyof CochleagramParameters, value: number): void {
  need(name, value, Number.isInteger(value) && value >= 1, 'a whole number ≥ 1', 'give such a number');
}

function need(
  name: keyof CochleagramParameters,
  value: number,
  holds: boolean,
  rule: string,
  remedy: string,
): void {
  if (!holds || !Number.isFinite(value))
    throw new InputError(`of the cochleagram must be ${rule}, got ${value}; ${remedy}`, { option: name });
}
