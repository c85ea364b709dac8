import { openSound } from './files/openSound.ts';
import { checkGrowth } from './files/webAudioDecoder.ts';

/** A sound as the file holds it: channels at the file's own rate. */
export interface DecodedSound {
  channels: Float32Array[];
  sampleRateHz: number;
}

/**
 * Decodes a whole sound file at its own rate, for sounds that are known to be short.
 *
 * @param path - The file, of a kind that `openSound` reads.
 * @returns Its channels, linear amplitude with full scale 1, and its rate.
 * @throws InputError when the file is missing, empty, of another kind than its name says, damaged, cut off, or holds
 *   more than fits into memory.
 */
export async function decodeSound(path: string): Promise<DecodedSound> {
  const file = await openSound(path);
  try {
    checkGrowth(path, file.samples * file.channels);
    return { channels: await file.read(0, file.samples), sampleRateHz: file.sampleRateHz };
  } finally {
    file.close();
  }
}
