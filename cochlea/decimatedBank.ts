import { downsamplingFilter } from './downsamplingFilter.ts';
import { halfCosineFilterbank, type SparseFilter } from './halfCosineFilterbank.ts';
import { type CochleagramParameters, type CochleagramSize, cochleagramSize } from './parameters.ts';
import { type DftLayout, matrix } from './realDft.ts';

/** Channels that share one short inverse transform of `segments · samplesPerSegment` points. */
export interface ChannelGroup {
  channels: number;
  /** Decimated envelope samples in one segment, T. */
  samplesPerSegment: number;
  /** Every `segments`-th bin of the widest filter, R. */
  rows: number;
  /** First transform, shape [T · (re, im), (re, im) · R]. */
  first: Float32Array;
  /** Second transform with its twiddle, shape [T, (re, im) · segments, (re, im) · segments]. */
  second: Float32Array;
  /** Low-pass filter, shape [frames it reaches, samples it reads]. */
  lowpass: Float32Array;
}

/** How bins of subbands become frames. */
export interface BankPlan {
  /** Segments the clip is cut into. */
  segments: number;
  /** Frames that start in one segment; undefined when segments and frames do not fit each other. */
  framesPerSegment: number | undefined;
  /** Frames before a segment that still reach into it. */
  overlap: number;
  /** Frames whose filter begins before the clip; they come first. */
  leadingFrames: number;
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
const preferredSegments = 20;
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
  const clip = clipOf(parameters, samples, oversampling === Number.POSITIVE_INFINITY);
  const { cut, size } = clip;
  const { filters } = halfCosineFilterbank(parameters, size.paddedSamples);
  const bands = grouped(filters);
  const rate = oversampling * Math.min(2, Math.max(1, fullBankChannels / filters.length));
  const groups = bands.map((band) => {
    const widest = Math.max(...band.map((filter) => filter.weights.length), 1);
    return channelGroup({ channels: band.length, widest }, rate, clip);
  });
  const gathered = bands.map((band, i) => gatheredBins(band, groups[i]!.rows * cut.segments, layout));
  return {
    ...cut,
    frames: size.frames,
    channels: filters.length,
    gather: Int32Array.from(gathered.flatMap(({ indices }) => indices)),
    weights: Float32Array.from(
      gathered.flatMap(({ weights }) => weights),
      (weight) => weight / size.envelopePeriod,
    ),
    groups,
  };
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
  const clip = clipOf(parameters, samples, false);
  const channels = parameters.filters;
  const group = channelGroup({ channels, widest: widest.bins }, widest.oversampling, clip);
  return { ...clip.cut, frames: clip.size.frames, channels, groups: [group] };
}

type Cut = Pick<DecimatedBank, 'segments' | 'framesPerSegment' | 'overlap' | 'leadingFrames'>;

interface Clip {
  parameters: CochleagramParameters;
  size: CochleagramSize;
  cut: Cut;
}

function clipOf(parameters: CochleagramParameters, samples: number, readsAll: boolean): Clip {
  const size = cochleagramSize(parameters, samples);
  const overlap = Math.ceil((parameters.downsamplingTaps - 1) / size.stride);
  const { leadingFrames } = size;
  return { parameters, size, cut: { ...segmentation(size, overlap, readsAll), overlap, leadingFrames } };
}

/** A group whose widest filter has so many bins. */
function channelGroup(
  { channels, widest }: { channels: number; widest: number },
  oversampling: number,
  clip: Clip,
): ChannelGroup {
  const { segments } = clip.cut;
  const { envelopePeriod, stride } = clip.size;
  const rows = Math.ceil(widest / segments);
  const all = Math.ceil(envelopePeriod / segments);
  const lowpassBins = (lowpassWidth * envelopePeriod) / stride;
  const wanted = oversampling * Math.max(widest, lowpassBins);
  const samplesPerSegment = Math.max(rows, Math.min(all, Math.ceil(wanted / segments)));
  return {
    channels,
    samplesPerSegment,
    rows,
    first: firstTransform(samplesPerSegment, rows),
    second: secondTransform(samplesPerSegment, segments),
    lowpass: lowpassMatrix(samplesPerSegment, clip),
  };
}

/** Where each number of a group comes from, in the order [(re, im), bin, channel], and its filter weight. */
function gatheredBins(band: readonly SparseFilter[], bins: number, layout: DftLayout) {
  const places = [layout.real, layout.imaginary].flatMap((place) =>
    Array.from({ length: bins }, (_, m) =>
      band.map(({ firstBin, weights }) => ({
        index: place(firstBin + (m < weights.length ? m : 0)),
        weight: weights[m] ?? 0,
      })),
    ).flat(),
  );
  return { indices: places.map(({ index }) => index), weights: places.map(({ weight }) => weight) };
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
 * As many segments as fit whole frames, near the preferred number; each holds at least the filter's overlap. Where none
 * fit, segments divide the period if every sample is to be read, so that the very samples of the exact form are.
 */
function segmentation(
  { envelopePeriod, envelopeSamples, stride, leadingFrames }: CochleagramSize,
  overlap: number,
  readsAll: boolean,
): { segments: number; framesPerSegment: number | undefined } {
  const frameSlots = envelopePeriod / stride;
  // Frames at the end must not reach into padding.
  const isWhole = leadingFrames === 0 || envelopePeriod === envelopeSamples;
  const aligned = nearestDivisor(frameSlots, (segments) => isWhole && frameSlots / segments >= overlap);
  if (aligned !== undefined && aligned >= preferredSegments / 4)
    return { segments: aligned, framesPerSegment: frameSlots / aligned };
  const dividing = readsAll ? nearestDivisor(envelopePeriod, () => true) : undefined;
  return { segments: dividing ?? preferredSegments, framesPerSegment: undefined };
}

/** The divisor nearest to the preferred number of segments, as a ratio, among those up to twice it. */
function nearestDivisor(whole: number, isAllowed: (divisor: number) => boolean): number | undefined {
  const distance = (divisor: number) => Math.abs(Math.log(divisor / preferredSegments));
  return Array.from({ length: 2 * preferredSegments }, (_, i) => i + 1)
    .filter((divisor) => whole % divisor === 0 && isAllowed(divisor))
    .sort((a, b) => distance(a) - distance(b))[0];
}

/** Neighboring filters of similar width. */
function grouped(filters: readonly SparseFilter[]): SparseFilter[][] {
  const groups: SparseFilter[][] = [];
  for (const filter of filters) {
    const last = groups.at(-1);
    const ratio = last ? filter.weights.length / last[0]!.weights.length : 0;
    if (last && last.length < channelsPerGroup && ratio > 0.5 && ratio < 2) last.push(filter);
    else groups.push([filter]);
  }
  return groups;
}

/** Inverse transform over r: e^(2πi·r·t/T). */
function firstTransform(T: number, rows: number): Float32Array {
  return matrix(2 * T, 2 * rows, (row, column) =>
    rotation(row % 2 === 1, column >= rows, ((column % rows) * Math.floor(row / 2)) / T),
  );
}

/** Inverse transform over s with its twiddle: e^(2πi·s·(t/(S·T) + g/S)). */
function secondTransform(T: number, S: number): Float32Array {
  return matrix(T * 2 * S, 2 * S, (line, column) => {
    const t = Math.floor(line / (2 * S));
    const row = line % (2 * S);
    const turns = (column % S) * (t / (S * T) + (row % S) / S);
    return rotation(row >= S, column >= S, turns);
  });
}

/** Element of the real form of a rotation: rows and columns are real and imaginary part. */
function rotation(isImaginaryRow: boolean, isImaginaryColumn: boolean, turns: number): number {
  const angle = 2 * Math.PI * turns;
  if (isImaginaryRow === isImaginaryColumn) return Math.cos(angle);
  return isImaginaryRow ? Math.sin(angle) : -Math.sin(angle);
}
