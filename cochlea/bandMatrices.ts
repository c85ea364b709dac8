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
 * Matrices of some samples of a band, with zeros for those that it does not have.
 *
 * @param band - Its own.
 * @param sizes - `own`: its samples of a segment; which of them, from where on and how many; frames that the low-pass
 *   filter reaches.
 */
export function partOfBand(
  band: BandMatrices,
  { own, from, samples, reached }: { own: number; from: number; samples: number; reached: number },
): BandMatrices {
  const { first, second, twiddle, lowpass } = band;
  if (from === 0 && samples === own) return band;
  const cut = (values: Float32Array) => {
    const each = values.length / own;
    const all = new Float32Array(samples * each);
    all.set(values.subarray(from * each, Math.min(from + samples, own) * each));
    return all;
  };
  const read = lowpass.length / reached;
  const each = read / own;
  return {
    first: cut(first),
    second: twiddle ? second : cut(second),
    ...(twiddle ? { twiddle: [cut(twiddle[0]), cut(twiddle[1])] as const } : {}),
    lowpass: matrix(reached, samples * each, (row, column) =>
      from * each + column < read ? lowpass[row * read + from * each + column]! : 0,
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
