import { cutOff, type SoundFile } from './soundFile.ts';

/** A compressed sound as a row of blocks (frames or pages); it can be decoded from any of them on. */
export interface BlockSound {
  path: string;
  sampleRateHz: number;
  channels: number;
  /** How many samples the decoder has given before each block, and at last how many it gives in all. */
  positions: ArrayLike<number>;
  /** Samples that the encoder put before the sound. */
  leadingSamples: number;
  /** Samples of the sound itself. */
  samples: number;
  /** How much before a stretch decoding must begin for the stretch to be right, samples. */
  prerollSamples: number;
  note?: string;
  /** Decodes some blocks; the last sample is the last of block `end − 1`, at the beginning some may be missing. */
  decode(first: number, end: number): Promise<Float32Array[]>;
  close(): void;
}

/**
 * A sound of blocks as one of which any stretch can be read.
 *
 * @param sound - The blocks.
 */
export function blockSoundFile(sound: BlockSound): SoundFile {
  const { path, sampleRateHz, channels, samples, positions, leadingSamples, note } = sound;
  const blocks = positions.length - 1;
  return {
    ...{ sampleRateHz, channels, samples },
    ...(note === undefined ? {} : { note }),
    async read(start, length) {
      const from = leadingSamples + Math.max(0, start);
      const to = leadingSamples + Math.min(samples, start + length);
      if (to <= from) return Array.from({ length: channels }, () => new Float32Array(0));
      // The last block that begins at or before the preroll, the first that begins at or after the end.
      const first = Math.max(0, firstAtOrAfter(positions, from - sound.prerollSamples + 1) - 1);
      const end = Math.min(blocks, firstAtOrAfter(positions, to));
      const decoded = await sound.decode(first, end);
      const offset = (decoded[0]?.length ?? 0) - (positions[end]! - from);
      if (offset < 0)
        throw cutOff(
          path,
          `it promises ${positions[end]! - positions[first]!} samples from sample ${positions[first]} on, ${decoded[0]?.length ?? 0} could be decoded`,
        );
      return decoded.map((channel) => channel.subarray(offset, offset + to - from));
    },
    close: () => sound.close(),
  };
}

function firstAtOrAfter(positions: ArrayLike<number>, wanted: number): number {
  let [low, high] = [0, positions.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (positions[middle]! >= wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
