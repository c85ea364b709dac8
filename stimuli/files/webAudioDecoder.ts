import { InputError } from '../../src/base/inputError.ts';

/**
 * Decodes a whole FLAC, MP3, Ogg Vorbis or ADTS stream at its own rate.
 *
 * @param bytes - The stream; how much it grows was checked before.
 * @param path - Of the file that it is from, for messages.
 * @returns Its channels.
 * @throws InputError when it cannot be decoded.
 */
export async function decodeStream(
  bytes: Uint8Array,
  path: string,
  sampleRateHz: number,
): Promise<Float32Array[]> {
  const { OfflineAudioContext } = await import('node-web-audio-api');
  try {
    // A context at the file's own rate decodes without resampling; resampleSound does that with a known quality.
    const context = new OfflineAudioContext(1, 1, sampleRateHz);
    const buffer = await context.decodeAudioData(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
    );
    // What it gives lies in the buffer's own memory, which is freed with the buffer, however long the array is kept.
    return Array.from({ length: buffer.numberOfChannels }, (_, index) =>
      buffer.getChannelData(index).slice(),
    );
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/^.*'decodeAudioData': /, '') : String(error);
    throw new InputError(`${path} cannot be decoded (${reason}); get it again or convert it to WAV`, {
      cause: error,
    });
  }
}

/** What one call of a decoder may give, samples of all channels together. */
const mostDecoded = 2 ** 26;

/**
 * Checks how much a stretch grows before it is decoded.
 *
 * @param path - The file.
 * @param values - Samples of all channels together, at most.
 * @throws InputError when that is more than any real sound gives.
 */
export function checkGrowth(path: string, values: number): void {
  if (values > mostDecoded)
    throw new InputError(
      `${path} must not grow beyond ${mostDecoded} numbers where it is read, it would give ${Math.round(values)}; it is damaged, or convert it to WAV`,
    );
}
