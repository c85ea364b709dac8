import { type ChannelHearing, channelHearing, heard } from './channelHearing.ts';
import { type ChirpSum, createChirpSums } from './chirpSum.ts';
import { downsamplingFilter } from './downsamplingFilter.ts';
import { halfCosineFilterbank, type SparseFilter } from './halfCosineFilterbank.ts';
import {
  type CochleagramParameters,
  type CochleagramSize,
  cochleagramParameters,
  cochleagramSize,
} from './parameters.ts';
import { createSpectrum } from './spectrum.ts';

// The envelope is √max(re² + im², 1e-16): below it the reference has no gradient.
const smallestPower = 1e-16;

/** The cochleagram in float64, without approximation, for clips of one length. */
export interface ExactCochleagram {
  parameters: CochleagramParameters;
  channels: number;
  frames: number;
  /** Center frequency of each channel, Hz. */
  centerFrequenciesHz: readonly number[];
  /** Time of each frame, seconds from the clip's start. */
  frameTimesSeconds: readonly number[];
  /**
   * Cochleagram of a clip.
   *
   * @param waveform - Shape [samples].
   * @returns Shape [channels, frames], row-major.
   */
  analyze(waveform: ArrayLike<number>): Float64Array;
  /**
   * Gradient of Σ cotangent·cochleagram with respect to the waveform, by the published rules: the rectifier before the
   * compression passes gradients unchanged, and the compression's slope is clipped to ±`slopeClip`.
   *
   * @param waveform - Shape [samples].
   * @param cotangent - Shape [channels, frames], row-major.
   * @returns Shape [samples].
   */
  gradient(waveform: ArrayLike<number>, cotangent: ArrayLike<number>): Float64Array;
}

interface Channel {
  filter: SparseFilter;
  sum: ChirpSum;
  /** Present in an impaired ear. */
  hearing: ChannelHearing | undefined;
}

/**
 * Prepares the exact cochleagram: one-sided analytic envelope of each half-cosine subband (half the Hilbert envelope, as
 * published), low-passed, sampled at the envelope rate, rectified and compressed.
 *
 * @param given - What differs from the published parameters.
 * @param samples - Length of the clips, samples; any.
 * @throws InputError for impossible parameters or a clip too short for one frame.
 * @see Feather et al. (2023), Nat. Neurosci. 26, 2017–2034; agrees with chcochleagram (Feather 2020).
 */
export function createExactCochleagram(
  given: Partial<CochleagramParameters>,
  samples: number,
): ExactCochleagram {
  const parameters = cochleagramParameters(given);
  const size = cochleagramSize(parameters, samples);
  const bank = halfCosineFilterbank(parameters, size.paddedSamples);
  const { taps: lowpass, middle } = downsamplingFilter(parameters, size.stride);
  // Later samples lie under no frame's filter.
  const usedSamples = Math.min(
    size.envelopeSamples,
    (size.frames - 1 - size.leadingFrames) * size.stride + lowpass.length,
  );
  const spectra = createSpectrum(samples, size.paddedSamples);
  const sums = createChirpSums(size.envelopePeriod);
  const hearing = channelHearing(parameters, bank.centerFrequenciesHz);
  const channels = bank.filters.map((filter, c) => ({
    ...{ filter, hearing: hearing?.[c] },
    sum: sums(filter.weights.length, usedSamples),
  }));
  const context = { parameters, size, lowpass, usedSamples };
  return {
    parameters,
    channels: channels.length,
    frames: size.frames,
    centerFrequenciesHz: bank.centerFrequenciesHz,
    frameTimesSeconds: Array.from(
      { length: size.frames },
      (_, frame) => ((frame - size.leadingFrames) * size.stride + middle) / parameters.sampleRateHz,
    ),
    analyze(waveform) {
      const spectrum = spectra.forward(checked(waveform, samples));
      const values = new Float64Array(channels.length * size.frames);
      channels.forEach((channel, c) => {
        const { envelope } = analyticEnvelope(spectrum, channel, context);
        values.set(downsample(envelope, context).map(compression(parameters, channel)), c * size.frames);
      });
      return values;
    },
    gradient(waveform, cotangent) {
      const spectrum = spectra.forward(checked(waveform, samples));
      const spectrumGradient = new Float64Array(spectrum.length);
      channels.forEach((channel, c) => {
        const part = Float64Array.from({ length: size.frames }, (_, f) => cotangent[c * size.frames + f]!);
        addChannelGradientInto(spectrumGradient, spectrum, channel, part, context);
      });
      return spectra.adjoint(spectrumGradient);
    },
  };
}

interface Context {
  parameters: CochleagramParameters;
  size: CochleagramSize;
  lowpass: Float64Array;
  usedSamples: number;
}

/** Analytic signal (but for a unit-modulus factor) and its envelope, of the samples that the frames use. */
function analyticEnvelope(spectrum: Float64Array, { filter, sum }: Channel, { size, usedSamples }: Context) {
  const { firstBin, weights } = filter;
  const bins = new Float64Array(2 * weights.length);
  for (let i = 0; i < bins.length; i++)
    bins[i] = (spectrum[2 * firstBin + i]! * weights[i >> 1]!) / size.envelopePeriod;
  const analytic = new Float64Array(2 * usedSamples);
  for (const start of sum.starts) {
    const count = Math.min(sum.blockLength, usedSamples - start);
    analytic.set(sum.evaluate(bins, start).subarray(0, 2 * count), 2 * start);
  }
  const envelope = new Float64Array(usedSamples);
  for (let t = 0; t < usedSamples; t++)
    envelope[t] = Math.sqrt(Math.max(analytic[2 * t]! ** 2 + analytic[2 * t + 1]! ** 2, smallestPower));
  return { analytic, envelope };
}

function downsample(envelope: Float64Array, context: Context): Float64Array {
  const { lowpass, size } = context;
  const frames = new Float64Array(size.frames);
  for (let frame = 0; frame < size.frames; frame++) {
    const { start, first, end } = reachOf(frame, context);
    let sum = 0;
    for (let t = first; t < end; t++) sum += lowpass[t]! * envelope[start + t]!;
    frames[frame] = sum;
  }
  return frames;
}

/** First sample under a frame's filter, and which of the filter's taps lie within the clip. */
function reachOf(frame: number, { lowpass, size, usedSamples }: Context) {
  const start = (frame - size.leadingFrames) * size.stride;
  return { start, first: Math.max(0, -start), end: Math.min(lowpass.length, usedSamples - start) };
}

function compression(
  { power, offset }: CochleagramParameters,
  { hearing }: Channel,
): (value: number) => number {
  const heardValue = (value: number) => (hearing ? heard(value, hearing).value : value);
  return (value) => (heardValue(Math.max(value, 0)) + offset) ** power;
}

function addChannelGradientInto(
  spectrumGradient: Float64Array,
  spectrum: Float64Array,
  channel: Channel,
  cotangent: Float64Array,
  context: Context,
): void {
  const { filter, sum } = channel;
  const { size, usedSamples } = context;
  const { analytic, envelope } = analyticEnvelope(spectrum, channel, context);
  const frameGradient = throughCompression(cotangent, downsample(envelope, context), channel, context);
  const envelopeGradient = upsampled(frameGradient, context);
  // d|a| = (re·d re + im·d im)/|a|, and nothing below the clamp.
  for (let t = 0; t < usedSamples; t++) {
    const power = analytic[2 * t]! ** 2 + analytic[2 * t + 1]! ** 2;
    const slope = power >= smallestPower ? envelopeGradient[t]! / envelope[t]! : 0;
    analytic[2 * t] *= slope;
    analytic[2 * t + 1] *= slope;
  }
  const binGradient = new Float64Array(2 * filter.weights.length);
  for (const start of sum.starts) {
    const end = Math.min(start + sum.blockLength, usedSamples);
    sum.addAdjointInto(analytic.subarray(2 * start, 2 * end), start, binGradient);
  }
  for (let i = 0; i < binGradient.length; i++)
    spectrumGradient[2 * filter.firstBin + i] +=
      (binGradient[i]! * filter.weights[i >> 1]!) / size.envelopePeriod;
}

/** Gradient with respect to the downsampled envelope: through compression, impairment and rectifier. */
function throughCompression(
  cotangent: Float64Array,
  downsampled: Float64Array,
  { hearing }: Channel,
  { parameters: { power, offset, slopeClip } }: Context,
): Float64Array {
  return cotangent.map((weight, frame) => {
    const envelope = Math.max(downsampled[frame]!, 0);
    const { value, slope: ofHearing } = hearing ? heard(envelope, hearing) : { value: envelope, slope: 1 };
    const slope = power * (value + offset) ** (power - 1);
    return weight * Math.min(Math.max(slope, -slopeClip), slopeClip) * ofHearing;
  });
}

/** Gradient with respect to the envelope: the transposed low-pass filter. */
function upsampled(frameGradient: Float64Array, context: Context): Float64Array {
  const { lowpass, size, usedSamples } = context;
  const gradient = new Float64Array(usedSamples);
  for (let frame = 0; frame < size.frames; frame++) {
    const { start, first, end } = reachOf(frame, context);
    for (let t = first; t < end; t++) gradient[start + t] += lowpass[t]! * frameGradient[frame]!;
  }
  return gradient;
}

function checked(waveform: ArrayLike<number>, samples: number): ArrayLike<number> {
  if (waveform.length !== samples)
    throw new RangeError(
      `cochleagram: the waveform must have the ${samples} samples it was prepared for, got ${waveform.length}`,
    );
  return waveform;
}
