import { readSound } from '../../stimuli/readSound.ts';

/** Rate of every clip a participant hears, Hz; what most browsers play, so that they need not resample. */
export const clipRateHz = 48000;

/**
 * Reads a whole sound at the clips' rate.
 *
 * @param path - Any sound file; channels are averaged, the mean is removed.
 * @returns One channel, linear amplitude, at {@link clipRateHz}.
 * @throws InputError when the file is missing, broken or silent.
 */
export async function readClipSound(path: string): Promise<Float32Array> {
  const sound = await readSound(path, { sampleRateHz: clipRateHz, durationSeconds: null, rms: null });
  return sound.samples;
}

/**
 * A 16-bit WAV file without any metadata.
 *
 * @param channels - Linear amplitudes below full scale, equal lengths.
 * @param sampleRateHz - Their rate, Hz.
 * @returns The file's bytes.
 */
export function wavBytes(channels: readonly Float32Array[], sampleRateHz: number): Uint8Array {
  const frames = channels[0]!.length;
  const bytes = Buffer.alloc(44 + frames * channels.length * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels.length, 22);
  bytes.writeUInt32LE(sampleRateHz, 24);
  bytes.writeUInt32LE(sampleRateHz * channels.length * 2, 28);
  bytes.writeUInt16LE(channels.length * 2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(frames * channels.length * 2, 40);
  for (let i = 0, offset = 44; i < frames; i++)
    for (const channel of channels) {
      bytes.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(channel[i]! * 32767))), offset);
      offset += 2;
    }
  return bytes;
}
