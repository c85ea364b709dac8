import { readFileSync } from 'node:fs';
import wavefile from 'wavefile';
import { InputError } from '../../src/inputError.ts';

/** Rate of every clip a participant hears, Hz; what most browsers play, so that they need not resample. */
export const clipRateHz = 48000;

/**
 * Reads a sound at the clips' rate.
 *
 * @param path - A WAV file; channels are averaged.
 * @returns One channel, linear amplitude, at {@link clipRateHz}.
 * @throws InputError when the file is missing, broken or silent.
 */
export async function readClipSound(path: string): Promise<Float32Array> {
  try {
    const wave = new wavefile.WaveFile(readFileSync(path));
    wave.toBitDepth('64');
    if ((wave.fmt as { sampleRate: number }).sampleRate !== clipRateHz) wave.toSampleRate(clipRateHz);
    const channels = wave.getSamples(false) as unknown as Float64Array | Float64Array[];
    const list = Array.isArray(channels) ? channels : [channels];
    return Float32Array.from(list[0]!, (_, i) => list.reduce((sum, c) => sum + c[i]!, 0) / list.length);
  } catch (error) {
    throw new InputError(`${path} must be a sound that can be read, it is not; give a WAV file`, {
      cause: error,
    });
  }
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

/**
 * Root mean square of a sound.
 *
 * @param samples - Linear amplitude.
 * @returns Its RMS, linear.
 */
export function rootMeanSquare(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]! ** 2;
  return Math.sqrt(sum / Math.max(1, samples.length));
}
