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

/**
 * Neighboring bands to compute as one, with zeros where one needs less than another.
 *
 * @param sizes - Of the bands.
 * @param mostPadding - Work that they may take, over what they need.
 * @returns Places of the bands, in lists.
 */
export function stacksOf(sizes: readonly BandSize[], mostPadding: number): number[][] {
  const stacks: number[][] = [];
  for (const i of sizes.keys()) {
    const last = stacks.at(-1);
    const joined = [...(last ?? []), i].map((each) => sizes[each]!);
    const most = (of: (size: BandSize) => number) => Math.max(...joined.map(of));
    const needed = joined.reduce((sum, { samplesPerSegment, rows }) => sum + samplesPerSegment * rows, 0);
    const taken =
      joined.length * most(({ samplesPerSegment }) => samplesPerSegment) * most(({ rows }) => rows);
    const isWorthIt = taken <= mostPadding * needed;
    if (last && isWorthIt) last.push(i);
    else stacks.push([i]);
  }
  return stacks;
}
