import { InputError } from '../src/base/inputError.ts';
import { type BandMatrices, joinedBands, partOfBand } from './bandMatrices.ts';
import {
  type BandGrouping,
  type BandSize,
  type BandStack,
  evenBands,
  partsOf,
  stackedBands,
  unlikeBands,
  widestOf,
} from './channelBands.ts';
import { downsamplingFilter } from './downsamplingFilter.ts';
import { halfCosineFilterbank, type SparseFilter } from './halfCosineFilterbank.ts';
import { type CochleagramParameters, type CochleagramSize, cochleagramSize } from './parameters.ts';
import { type DftLayout, matrix } from './realDft.ts';
import { fittingFrames, type Segmentation, segmentation } from './segmentation.ts';
import { firstTransform, secondTransform } from './segmentTransforms.ts';
import type { SparseMap } from './sparseMap.ts';

/**
 * Bands of channels that are computed as one. Those of a band share one short inverse transform, whose samples are computed
 * at once or in several blocks; the matrices of all blocks lie one after the other, with zeros where a band needs fewer
 * samples or rows.
 */
export interface ChannelGroup extends BandMatrices {
  /** Blocks of each band. */
  parts: readonly number[];
  /** Blocks of all bands. */
  blocks: number;
  /** Channels of a band. */
  channels: number;
  /** Decimated envelope samples of a block in one segment, T. */
  samplesPerSegment: number;
  /** Every `segments`-th bin of the widest filter, R, of the band that has most. */
  rows: number;
}

/** How bins of subbands become frames. */
export interface BankPlan extends Segmentation {
  frames: number;
  /** Channels heard; the first group may have some more before them, in which nothing is. */
  channels: number;
  groups: readonly ChannelGroup[];
}

/** All constants of the decimated filterbank. */
export interface DecimatedBank extends BankPlan {
  /**
   * What subbands take of the flat spectrum, group by group in the order [block, (re, im), R, segments, channel]: numbers by
   * their filter weight, which is zero where a filter is narrower than its group.
   */
  bins: SparseMap;
}

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
 * @param spectrum - `layout`: where the spectrum's bins are; `grouping`: which bands are computed as one.
 */
export function decimatedBank(
  parameters: CochleagramParameters,
  samples: number,
  oversampling: number,
  { layout, grouping = 'each' }: { layout: DftLayout; grouping?: BandGrouping },
): DecimatedBank {
  const size = cochleagramSize(parameters, samples);
  const { filters } = halfCosineFilterbank(parameters, size.paddedSamples);
  const widest = widestOf(filters);
  const readsAll = oversampling === Number.POSITIVE_INFINITY;
  const cut = segmentation(size, { ...parameters, widest, readsAll });
  const bands = grouping === 'each' ? unlikeBands(filters, lowpassBins(size)) : evenBands(filters);
  const rate = oversampling * Math.min(2, Math.max(1, fullBankChannels / filters.length));
  const clip = { parameters, size, cut };
  const sizes = bands.map((band) => ({
    ...{ channels: band.length, ...segmentSize(widestOf(band), rate, clip) },
  }));
  const stacks = stackedBands(sizes, grouping);
  const groups = channelGroups(stacks, sizes, clip);
  const count = groups.reduce(
    (sum, each) => sum + each.blocks * 2 * each.rows * cut.segments * each.channels,
    0,
  );
  const [gather, weights] = [new Int32Array(count), new Float32Array(count)];
  let place = 0;
  for (const [i, stack] of stacks.entries())
    for (const [j, band] of stack.bands.entries())
      for (let part = 0; part < groups[i]!.parts[j]!; part++)
        forEachBin(bands[band]!, stack.rows * cut.segments, layout, (index, weight) => {
          gather[place] = index;
          weights[place++] = weight / size.envelopePeriod;
        });
  const bins = { inputs: layout.size, terms: 1, places: gather, weights };
  return { ...cut, frames: size.frames, channels: filters.length, bins, groups };
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
  const band = { channels, ...segmentSize(widest.bins, widest.oversampling, clip) };
  const [group] = channelGroups(stackedBands([band], 'each'), [band], clip);
  return { ...cut, frames: size.frames, channels, groups: [group!] };
}

interface Clip {
  parameters: CochleagramParameters;
  size: CochleagramSize;
  cut: Segmentation;
}

/** More numbers than these in a bank's matrices, 2 GB, are too many. */
const mostNumbers = 2 ** 29;

/**
 * Groups of bands.
 *
 * @throws InputError where segments and frames of a long clip do not fit each other.
 */
function channelGroups(stacks: readonly BandStack[], sizes: readonly BandSize[], clip: Clip): ChannelGroup[] {
  const { segments, framesPerSegment, overlap } = clip.cut;
  const { frames } = clip.size;
  const reached = framesPerSegment === undefined ? frames : framesPerSegment + overlap;
  const planned = stacks.map((stack) => {
    const parts = stack.bands.map((i) => partsOf(sizes[i]!, stack.samplesPerSegment));
    return { ...stack, parts, blocks: parts.reduce((a, b) => a + b) };
  });
  const readFrames = framesPerSegment === undefined ? frames * segments : reached;
  const numbers = planned.reduce(
    (sum, { blocks, rows, samplesPerSegment: T }) => sum + blocks * T * (4 * rows + readFrames),
    0,
  );
  if (numbers > mostNumbers) throw unfitting(clip);
  return planned.map(({ bands, parts, blocks, rows, samplesPerSegment }) => {
    const each = bands.flatMap((i, j) => {
      const own = sizes[i]!.samplesPerSegment;
      const band = {
        first: firstTransform(own, rows),
        ...secondTransform(own, segments),
        lowpass: lowpassMatrix(own, clip),
      };
      return Array.from({ length: parts[j]! }, (_, part) =>
        partOfBand(band, { own, from: part * samplesPerSegment, samples: samplesPerSegment, reached }),
      );
    });
    return {
      parts,
      blocks,
      rows,
      samplesPerSegment,
      channels: sizes[bands[0]!]!.channels,
      ...joinedBands(each),
    };
  });
}

function unfitting({ size, parameters }: Clip): InputError {
  const seconds = size.envelopeSamples / parameters.sampleRateHz;
  const unit = fittingFrames / parameters.envelopeRateHz;
  return new InputError(
    `a sound of ${seconds} s must be a multiple of ${unit} s long, so that it can be heard in parts; take ${(Math.floor(seconds / unit) * unit).toFixed(3)} s of it`,
  );
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
