import type { SparseFilter } from './halfCosineFilterbank.ts';

/** A band, with bins and samples of a segment. */
export interface BandSize {
  channels: number;
  rows: number;
  samplesPerSegment: number;
}

/** Vector width of the products' inner loops. */
const channelsPerBand = 16;
/** Channels narrower than the low-pass filter are sampled alike, so that more of them share a transform at little cost. */
const narrowChannelsPerBand = 32;

/**
 * Bins of the widest filter.
 *
 * @param filters - Of a band, or all.
 */
export function widestOf(filters: readonly SparseFilter[]): number {
  return Math.max(...filters.map(({ weights }) => weights.length), 1);
}

/**
 * Bands of as many filters.
 *
 * @param filters - Of the bank, by frequency.
 * @returns Bands by frequency; the first is filled up with empty filters, which come before its own.
 */
export function evenBands(filters: readonly SparseFilter[]): SparseFilter[][] {
  const bands = Math.ceil(filters.length / channelsPerBand);
  const empty: SparseFilter = { firstBin: 0, weights: new Float64Array(0) };
  return Array.from({ length: bands }, (_, band) =>
    Array.from(
      { length: channelsPerBand },
      (__, i) => filters[filters.length - (bands - band) * channelsPerBand + i] ?? empty,
    ),
  );
}

/**
 * Bands of neighboring filters of similar width. It begins with the widest, so that the bands that cost most are full.
 *
 * @param filters - Of the bank, by frequency.
 * @param narrow - Filters of fewer bins make larger bands.
 */
export function unlikeBands(filters: readonly SparseFilter[], narrow: number): SparseFilter[][] {
  const bands: SparseFilter[][] = [];
  for (const filter of filters.toReversed()) {
    const [last] = bands;
    const widest = last ? widestOf(last) : 0;
    const ratio = filter.weights.length / widest;
    const most = widest < narrow ? narrowChannelsPerBand : channelsPerBand;
    if (last && last.length < most && ratio > 0.5 && ratio < 2) last.unshift(filter);
    else bands.unshift([filter]);
  }
  return bands;
}

/** Bands to compute as one. */
export interface BandStack {
  /** Places of the bands. */
  bands: readonly number[];
  /** Rows that each has room for. */
  rows: number;
  /** Samples of a segment that are computed at once; a band that has more has its parts one after the other. */
  samplesPerSegment: number;
}

/**
 * How bands are computed: each by itself, neighbors of like size together, or all of them together. The first computes
 * least, the last takes the fewest ops.
 */
export type BandGrouping = 'each' | 'alike' | 'all';

/**
 * Bands to compute as one, with zeros where one needs less than another.
 *
 * @param sizes - Of the bands, by frequency.
 */
export function stackedBands(sizes: readonly BandSize[], grouping: BandGrouping): BandStack[] {
  const places = sizes.map((_, i) => i);
  if (grouping === 'all') return [inParts(places, sizes)];
  const stacks = grouping === 'alike' ? neighborsAlike(sizes) : places.map((i) => [i]);
  return stacks.map((bands) => ({ bands, ...largestOf(bands, sizes) }));
}

/** Work that neighbors computed together may take, over what they need. */
const mostPadding = 1.5;

function neighborsAlike(sizes: readonly BandSize[]): number[][] {
  const stacks: number[][] = [];
  for (const i of sizes.keys()) {
    const last = stacks.at(-1);
    const joined = [...(last ?? []), i];
    const needed = joined.reduce((sum, each) => sum + sizes[each]!.samplesPerSegment * sizes[each]!.rows, 0);
    const { rows, samplesPerSegment } = largestOf(joined, sizes);
    if (last && joined.length * samplesPerSegment * rows <= mostPadding * needed) last.push(i);
    else stacks.push([i]);
  }
  return stacks;
}

function largestOf(bands: readonly number[], sizes: readonly BandSize[]) {
  const most = (of: (size: BandSize) => number) => Math.max(...bands.map((i) => of(sizes[i]!)));
  return { rows: most(({ rows }) => rows), samplesPerSegment: most((size) => size.samplesPerSegment) };
}

/** Each part of a band gathers the band's bins anew. */
const mostParts = 4;

/** Bands in parts of such a length that little is computed beyond what is there. */
function inParts(bands: readonly number[], sizes: readonly BandSize[]): BandStack {
  const { rows, samplesPerSegment: longest } = largestOf(bands, sizes);
  const computed = (length: number) => sizes.reduce((sum, size) => sum + length * partsOf(size, length), 0);
  const lengths = Array.from({ length: mostParts }, (_, i) => Math.ceil(longest / (i + 1)));
  const samplesPerSegment = lengths.reduce((a, b) => (computed(b) < computed(a) ? b : a));
  return { bands, rows, samplesPerSegment };
}

/**
 * How many parts of a length a band has.
 *
 * @param length - Samples of a segment.
 */
export const partsOf = ({ samplesPerSegment }: BandSize, length: number) =>
  Math.ceil(samplesPerSegment / length);
