import { joinedNumbers } from '../src/base/joinedNumbers.ts';
import { matrix } from './realDft.ts';
import type { SegmentTransform } from './segmentTransforms.ts';

/** Transforms and low-pass filter of one or several bands. */
export interface BandMatrices extends SegmentTransform {
  /** First transform, shape [bands, T · (re, im), (re, im) · R]. */
  first: Float32Array;
  /** Low-pass filter, shape [bands, frames it reaches, samples it reads]. */
  lowpass: Float32Array;
}

/**
 * Matrices of a band with zeros for the samples that it has fewer than others.
 *
 * @param band - Its own.
 * @param sizes - `own`: its samples of a segment, of how many there shall be; frames that the low-pass filter reaches.
 */
export function paddedBand(
  band: BandMatrices,
  { own, samplesPerSegment, reached }: { own: number; samplesPerSegment: number; reached: number },
): BandMatrices {
  const { first, second, twiddle, lowpass } = band;
  const more = samplesPerSegment / own;
  if (more === 1) return band;
  const longer = (values: Float32Array) => {
    const all = new Float32Array(Math.round(values.length * more));
    all.set(values);
    return all;
  };
  const read = lowpass.length / reached;
  return {
    first: longer(first),
    second: twiddle ? second : longer(second),
    ...(twiddle ? { twiddle: [longer(twiddle[0]), longer(twiddle[1])] as const } : {}),
    lowpass: matrix(reached, Math.round(read * more), (row, column) =>
      column < read ? lowpass[row * read + column]! : 0,
    ),
  };
}

/**
 * Matrices of bands one after the other; a second transform that is the same for every sample is there once.
 *
 * @param bands - Of as many samples and rows.
 */
export function joinedBands(bands: readonly BandMatrices[]): BandMatrices {
  const [{ second, twiddle }] = bands as [BandMatrices];
  if (bands.length === 1) return bands[0]!;
  const all = (part: (band: BandMatrices) => Float32Array) => joinedNumbers(bands.map(part));
  return {
    first: all(({ first }) => first),
    second: twiddle ? second : all((band) => band.second),
    ...(twiddle
      ? { twiddle: [all((band) => band.twiddle![0]), all((band) => band.twiddle![1])] as const }
      : {}),
    lowpass: all(({ lowpass }) => lowpass),
  };
}
