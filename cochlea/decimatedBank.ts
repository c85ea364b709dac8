import { InputError } from '../src/base/inputError.ts';
import { downsamplingFilter } from './downsamplingFilter.ts';
import { halfCosineFilterbank, type SparseFilter } from './halfCosineFilterbank.ts';
import { type CochleagramParameters, type CochleagramSize, cochleagramSize } from './parameters.ts';
import { type DftLayout, matrix } from './realDft.ts';
import { fittingFrames, type Segmentation, segmentation } from './segmentation.ts';
import { firstTransform, type SegmentTransform, secondTransform } from './segmentTransforms.ts';

/** Channels that share one short inverse transform of `segments · samplesPerSegment` points. */
export interface ChannelGroup extends SegmentTransform {
  channels: number;
  /** Decimated envelope samples in one segment, T. */
  samplesPerSegment: number;
  /** Every `segments`-th bin of the widest filter, R. */
  rows: number;
  /** First transform, shape [T · (re, im), (re, im) · R]. */
  first: Float32Array;
  /** Low-pass filter, shape [frames it reaches, samples it reads]. */
  lowpass: Float32Array;
}

/** How bins of subbands become frames. */
export interface BankPlan extends Segmentation {
  frames: number;
  channels: number;
  groups: readonly ChannelGroup[];
}

/** All constants of the decimated filterbank. */
export interface DecimatedBank extends BankPlan {
  /** Flat spectrum index of every gathered number, group by group in the order [(re, im), R, segments, channel]. */
  gather: Int32Array;
  /** Filter weight of each, zero where a filter is narrower than its group. */
  weights: Float32Array;
}

/** Vector width of the products' inner loops. */
const channelsPerGroup = 16;
/** Channels narrower than the low-pass filter are sampled alike, so that more of them share a transform at little cost. */
const narrowChannelsPerGroup = 32;
/** From stop band to stop band the low-pass filter is this wide, in frame rates: −58 dB at ±150 Hz for 200 frames a second. */
const lowpassWidth = 1.5;
/** Banks of fewer channels read the envelope up to twice as often: they can afford it, and clicks over silence gain. */
const fullBankChannels = 200;

/**
 * Plans the decimated filterbank.
 *
 * A filter's few bins, transformed back to few points, give the analytic signal at a low rate: `oversampling` times the
 * filter's width, or the low-pass filter's where that is wider; up to twice as often in small banks. Its envelope,
 * low-passed and read at the frames, is the exact one but for the part of the envelope's spectrum that folds over. Bin
 * m = S·r + s and sample j = t + T·g (S segments of T samples) split the inverse transform into two products, one over
 * r and one over s, whose results need no reordering: sample j lies in segment g, so the low-pass filter is one matrix
 * for all segments.
 *
 * @param parameters - Checked parameters.
 * @param samples - Length of the clip, samples.
 * @param oversampling - Envelope rate over the width of the filter or of the low-pass filter; Infinity takes every sample.
 * @param layout - Where the spectrum's bins are.
 */
export function decimatedBank(
  parameters: CochleagramParameters,
  samples: number,
  oversampling: number,
  layout: DftLayout,
): DecimatedBank {
  const size = cochleagramSize(parameters, samples);
  const { filters } = halfCosineFilterbank(parameters, size.paddedSamples);
  const widest = widestOf(filters);
  const readsAll = oversampling === Number.POSITIVE_INFINITY;
  const cut = segmentation(size, { ...parameters, widest, readsAll });
  const clip = { parameters, size, cut };
  const bands = grouped(filters, lowpassBins(size));
  const rate = oversampling * Math.min(2, Math.max(1, fullBankChannels / filters.length));
  const groups = channelGroups(
    bands.map((band) => ({ channels: band.length, widest: widestOf(band) })),
    rate,
    clip,
  );
  const counts = bands.map((band, i) => 2 * groups[i]!.rows * cut.segments * band.length);
  const count = counts.reduce((sum, each) => sum + each, 0);
  const [gather, weights] = [new Int32Array(count), new Float32Array(count)];
  let place = 0;
  for (const [i, band] of bands.entries())
    forEachBin(band, groups[i]!.rows * cut.segments, layout, (index, weight) => {
      gather[place] = index;
      weights[place++] = weight / size.envelopePeriod;
    });
  return { ...cut, frames: size.frames, channels: filters.length, gather, weights, groups };
}

/**
 * Plans a bank whose channels may lie anywhere: all of them have room for as many bins.
 *
 * @param parameters - Checked parameters; of the filters only their number counts.
 * @param samples - Length of the clip, samples.
 * @param widest - Room for a filter's bins, and the envelope rate over it.
 * @returns A plan of one group.
 */
export function evenBank(
  parameters: CochleagramParameters,
  samples: number,
  widest: { bins: number; oversampling: number },
): BankPlan & { groups: readonly [ChannelGroup] } {
  const size = cochleagramSize(parameters, samples);
  const cut = segmentation(size, { ...parameters, widest: widest.bins, readsAll: false });
  const channels = parameters.filters;
  const clip = { parameters, size, cut };
  const [group] = channelGroups([{ channels, widest: widest.bins }], widest.oversampling, clip);
  return { ...cut, frames: size.frames, channels, groups: [group!] };
}

interface Clip {
  parameters: CochleagramParameters;
  size: CochleagramSize;
  cut: Segmentation;
}

/** Bins of the widest filter. */
function widestOf(filters: readonly SparseFilter[]): number {
  return Math.max(...filters.map(({ weights }) => weights.length), 1);
}

/** More numbers than these in a bank's matrices, 2 GB, are too many. */
const mostNumbers = 2 ** 29;

/**
 * Groups of channels, of which the widest filter has so many bins.
 *
 * @throws InputError where segments and frames of a long clip do not fit each other.
 */
function channelGroups(
  bands: readonly { channels: number; widest: number }[],
  oversampling: number,
  clip: Clip,
): ChannelGroup[] {
  const { cut, size, parameters } = clip;
  const { segments, framesPerSegment, overlap } = cut;
  const sizes = bands.map(({ widest }) => segmentSize(widest, oversampling, clip));
  const reached = framesPerSegment === undefined ? size.frames * segments : framesPerSegment + overlap;
  const numbers = sizes.reduce((sum, { rows, samplesPerSegment: T }) => sum + T * (4 * rows + reached), 0);
  if (numbers > mostNumbers) {
    const seconds = size.envelopeSamples / parameters.sampleRateHz;
    const unit = fittingFrames / parameters.envelopeRateHz;
    throw new InputError(
      `a sound of ${seconds} s must be a multiple of ${unit} s long, so that it can be heard in parts; take ${(Math.floor(seconds / unit) * unit).toFixed(3)} s of it`,
    );
  }
  return bands.map(({ channels }, i) => ({
    channels,
    ...sizes[i]!,
    first: firstTransform(sizes[i]!.samplesPerSegment, sizes[i]!.rows),
    ...secondTransform(sizes[i]!.samplesPerSegment, segments),
    lowpass: lowpassMatrix(sizes[i]!.samplesPerSegment, clip),
  }));
}

/** Bins and samples of a segment, for a filter of so many bins. */
function segmentSize(widest: number, oversampling: number, { cut, size }: Clip) {
  const { segments } = cut;
  const rows = Math.ceil(widest / segments);
  const all = Math.ceil(size.envelopePeriod / segments);
  const wanted = oversampling * Math.max(widest, lowpassBins(size));
  return { rows, samplesPerSegment: Math.max(rows, Math.min(all, Math.ceil(wanted / segments))) };
}

/** Bins of the low-pass filter, from stop band to stop band. */
const lowpassBins = ({ envelopePeriod, stride }: CochleagramSize) => (lowpassWidth * envelopePeriod) / stride;

/** Visits where each number of a group comes from, in the order [(re, im), bin, channel], and its filter weight. */
function forEachBin(
  band: readonly SparseFilter[],
  bins: number,
  layout: DftLayout,
  visit: (index: number, weight: number) => void,
): void {
  for (const place of [layout.real, layout.imaginary])
    for (let m = 0; m < bins; m++)
      for (const { firstBin, weights } of band)
        visit(place(firstBin + (m < weights.length ? m : 0)), weights[m] ?? 0);
}

/**
 * The low-pass filter read at the decimated samples: for one segment the frames that reach into it, the first `overlap`
 * of which began before it; without segments all frames over the whole clip, whose samples lie in the order [T, segments].
 */
function lowpassMatrix(samplesPerSegment: number, { parameters, size, cut }: Clip): Float32Array {
  const { segments, framesPerSegment, overlap, leadingFrames } = cut;
  const { envelopePeriod, envelopeSamples, stride, frames } = size;
  const spacing = envelopePeriod / (segments * samplesPerSegment);
  const filter = downsamplingFilter(parameters, stride);
  const value = (sample: number, frame: number) => spacing * filter.at(sample * spacing - frame * stride);
  if (framesPerSegment !== undefined)
    return matrix(framesPerSegment + overlap, samplesPerSegment, (row, sample) =>
      value(sample, row - overlap),
    );
  return matrix(frames, samplesPerSegment * segments, (frame, column) => {
    const sample = Math.floor(column / segments) + samplesPerSegment * (column % segments);
    return sample * spacing < envelopeSamples ? value(sample, frame - leadingFrames) : 0;
  });
}

/**
 * Neighboring filters of similar width; those of fewer bins than `narrow` in larger groups. It begins with the widest, so
 * that the groups that cost most are full.
 */
function grouped(filters: readonly SparseFilter[], narrow: number): SparseFilter[][] {
  const groups: SparseFilter[][] = [];
  for (const filter of filters.toReversed()) {
    const [last] = groups;
    const widest = last ? widestOf(last) : 0;
    const ratio = filter.weights.length / widest;
    const most = widest < narrow ? narrowChannelsPerGroup : channelsPerGroup;
    if (last && last.length < most && ratio > 0.5 && ratio < 2) last.unshift(filter);
    else groups.unshift([filter]);
  }
  return groups;
}
