import type { CochleagramSize } from './parameters.ts';

/** How a clip is cut into segments, and how frames lie in them. */
export interface Segmentation {
  /** Segments the clip is cut into. */
  segments: number;
  /** Frames that start in one segment; undefined when segments and frames do not fit each other. */
  framesPerSegment: number | undefined;
  /** Frames before a segment that still reach into it. */
  overlap: number;
  /** Frames whose filter begins before the clip; they come first. */
  leadingFrames: number;
}

/** Of clips of a few seconds. */
const preferredSegments = 20;
/** Clips of any whole multiple of so many frames have numbers of segments near the preferred ones. */
export const fittingFrames = 20;
/** More segments keep their twiddle apart: in one matrix a sample it would grow with their square. */
export const mostJoinedSegments = 2 * preferredSegments;
/** Filters of so many bins, those of three seconds, are best cut as those of a few; longer ones into √bins segments. */
const fewBins = 4000;

/**
 * As many segments as fit whole frames, near the preferred number; each holds at least the filter's overlap. Where none
 * fit, segments divide the period if every sample is to be read, so that the very samples of the exact form are.
 *
 * The transforms of a filter cost as much for each sample as there are bins in a segment and segments; √bins make that
 * least.
 *
 * @param size - Sizes of the cochleagram.
 * @param options - Length of the low-pass filter, samples; bins of the widest filter; whether every sample is to be read.
 */
export function segmentation(
  size: CochleagramSize,
  { downsamplingTaps, widest, readsAll }: { downsamplingTaps: number; widest: number; readsAll: boolean },
): Segmentation {
  const { envelopePeriod, envelopeSamples, stride, leadingFrames } = size;
  const overlap = Math.ceil((downsamplingTaps - 1) / stride);
  const preferred = widest <= fewBins ? preferredSegments : Math.round(Math.sqrt(widest));
  const frameSlots = envelopePeriod / stride;
  // Frames at the end must not reach into padding.
  const isWhole = leadingFrames === 0 || envelopePeriod === envelopeSamples;
  const aligned = nearestDivisor(
    frameSlots,
    preferred,
    (segments) => isWhole && frameSlots / segments >= overlap,
  );
  const frames = { overlap, leadingFrames };
  if (aligned !== undefined && aligned >= preferredSegments / 4)
    return { ...frames, segments: aligned, framesPerSegment: frameSlots / aligned };
  const dividing = readsAll ? nearestDivisor(envelopePeriod, preferred, () => true) : undefined;
  return { ...frames, segments: dividing ?? preferred, framesPerSegment: undefined };
}

/** The divisor nearest to the preferred one, as a ratio, among those up to four times it. */
function nearestDivisor(
  whole: number,
  preferred: number,
  isAllowed: (divisor: number) => boolean,
): number | undefined {
  const distance = (divisor: number) => Math.abs(Math.log(divisor / preferred));
  return Array.from({ length: 4 * preferred }, (_, i) => i + 1)
    .filter((divisor) => whole % divisor === 0 && isAllowed(divisor))
    .sort((a, b) => distance(a) - distance(b))[0];
}
