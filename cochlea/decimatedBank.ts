import { halfCosineFilterbank, type SparseFilter } from './halfCosineFilterbank.ts';
import { kaiserSincAt } from './kaiserSinc.ts';
import { type CochleagramParameters, cochleagramSize } from './parameters.ts';
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

/** All constants of the decimated filterbank. */
export interface DecimatedBank {
  /** Segments the clip is cut into. */
  segments: number;
  /** Frames that start in one segment; undefined when segments and frames do not fit each other. */
  framesPerSegment: number | undefined;
  /** Frames before a segment that still reach into it. */
  overlap: number;
  frames: number;
  channels: number;
  /** Flat spectrum index of every gathered number, group by group in the order [(re, im), R, segments, channel]. */
  gather: Int32Array;
  /** Filter weight of each, zero where a filter is narrower than its group. */
  weights: Float32Array;
  groups: readonly ChannelGroup[];
}

/** Vector width of the products' inner loops. */
const channelsPerGroup = 16;
const preferredSegments = 20;

/**
 * Plans the decimated filterbank.
 *
 * A filter's few bins, transformed back to few points, give the analytic signal at a low rate: `oversampling` times the
 * filter's width. Its envelope, low-passed and read at the frames, is the exact one but for the part of the envelope's
 * spectrum that folds over. Bin m = S·r + s and sample j = t + T·g (S segments of T samples) split the inverse
 * transform into two products, one over r and one over s, whose results need no reordering: sample j lies in
 * segment g, so the low-pass filter is one matrix for all segments.
 *
 * @param parameters - Checked parameters.
 * @param samples - Length of the clip, samples.
 * @param oversampling - Envelope rate over filter width; Infinity takes every sample.
 * @param layout - Where the spectrum's bins are.
 * @returns The constants.
 */
export function decimatedBank(
  parameters: CochleagramParameters,
  samples: number,
  oversampling: number,
  layout: DftLayout,
): DecimatedBank {
  const { filters } = halfCosineFilterbank(parameters, cochleagramSize(parameters, samples).paddedSamples);
  const size = cochleagramSize(parameters, samples);
  const { envelopePeriod, stride, frames } = size;
  const overlap = Math.ceil((parameters.downsamplingTaps - 1) / stride);
  const { segments, framesPerSegment } = segmentation(envelopePeriod / stride, overlap);
  const bands = grouped(filters);
  const gather: number[] = [];
  const weights: number[] = [];
  const groups = bands.map((band): ChannelGroup => {
    const widest = Math.max(...band.map((filter) => filter.weights.length), 1);
    const rows = Math.ceil(widest / segments);
    const wanted = Math.min(
      Math.ceil((oversampling * widest) / segments),
      Math.ceil(envelopePeriod / segments),
    );
    const samplesPerSegment = Math.max(wanted, rows);
    for (const isImaginary of [false, true])
      for (let m = 0; m < rows * segments; m++)
        for (const { firstBin, weights: response } of band) {
          const bin = firstBin + (m < response.length ? m : 0);
          gather.push(isImaginary ? layout.imaginary(bin) : layout.real(bin));
          weights.push((response[m] ?? 0) / envelopePeriod);
        }
    const spacing = envelopePeriod / (segments * samplesPerSegment);
    const reach = framesPerSegment === undefined ? frames : framesPerSegment + overlap;
    const ahead = framesPerSegment === undefined ? 0 : overlap;
    const tapAt = (frame: number, sample: number) => sample * spacing - (frame - ahead) * stride;
    const inClip = (sample: number) =>
      framesPerSegment !== undefined || sample * spacing < size.envelopeSamples;
    const read = framesPerSegment === undefined ? samplesPerSegment * segments : samplesPerSegment;
    return {
      channels: band.length,
      samplesPerSegment,
      rows,
      first: firstTransform(samplesPerSegment, rows),
      second: secondTransform(samplesPerSegment, segments),
      lowpass: matrix(reach, read, (frame, column) => {
        // Unsegmented, columns run over [T, segments] as the envelope lies in memory.
        const sample =
          framesPerSegment === undefined
            ? Math.floor(column / segments) + samplesPerSegment * (column % segments)
            : column;
        if (!inClip(sample)) return 0;
        return spacing * kaiserSincAt(tapAt(frame, sample), parameters.downsamplingTaps, stride);
      }),
    };
  });
  return {
    segments,
    framesPerSegment,
    overlap,
    frames,
    channels: filters.length,
    gather: Int32Array.from(gather),
    weights: Float32Array.from(weights),
    groups,
  };
}

/** As many segments as fit whole frames, near the preferred number; segments hold at least the filter's overlap. */
function segmentation(
  frameSlots: number,
  overlap: number,
): { segments: number; framesPerSegment: number | undefined } {
  if (!Number.isInteger(frameSlots)) return { segments: preferredSegments, framesPerSegment: undefined };
  const fitting = Array.from({ length: 2 * preferredSegments }, (_, i) => i + 1).filter(
    (segments) => frameSlots % segments === 0 && frameSlots / segments >= overlap,
  );
  const distance = (segments: number) => Math.abs(Math.log(segments / preferredSegments));
  const segments = fitting.toSorted((a, b) => distance(a) - distance(b))[0];
  if (segments === undefined || segments < preferredSegments / 4)
    return { segments: preferredSegments, framesPerSegment: undefined };
  return { segments, framesPerSegment: frameSlots / segments };
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
