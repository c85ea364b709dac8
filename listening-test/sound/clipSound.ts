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
