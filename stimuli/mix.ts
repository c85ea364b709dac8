import { amplitudeOf, rms } from './level.ts';

/**
 * Adds a noise to a sound at a signal-to-noise ratio; the mean is taken from both first, and the sound keeps its level.
 *
 * @param target - The sound, linear amplitude; becomes the sum. Where it is silent it becomes the noise as it is.
 * @param noise - As many samples or more; loses its mean. A silent one adds nothing.
 * @param snrDb - 20·log10(RMS of the sound / RMS of the noise), dB; +∞ leaves the noise away.
 * @throws RangeError if there is less noise than sound or `snrDb` is NaN.
 * @see Feather et al. (2023), released code, `CombineWithRandomDBSNR`.
 */
export function addAtSnrInto(target: Float32Array, noise: Float32Array, snrDb: number): void {
  if (noise.length < target.length || Number.isNaN(snrDb))
    throw new RangeError(
      `addAtSnrInto: noise must have at least the sound's ${target.length} samples and snrDb be a number, got ${noise.length} and ${snrDb}`,
    );
  const signalRms = centerInto(target);
  const noiseRms = centerInto(noise);
  if (noiseRms === 0) return;
  const scale = signalRms === 0 ? 1 : signalRms / (noiseRms * amplitudeOf(snrDb));
  for (let i = 0; i < target.length; i++) target[i]! += scale * noise[i]!;
}

/**
 * Takes the mean from a sound.
 *
 * @param samples - Linear amplitude.
 * @returns RMS of what is left.
 */
export function centerInto(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]!;
  const mean = sum / samples.length;
  for (let i = 0; i < samples.length; i++) samples[i]! -= mean;
  return rms(samples);
}

/**
 * Takes the mean from a sound and sets its level; a silent one stays silent.
 *
 * @param samples - Linear amplitude.
 * @param targetRms - Wanted root mean square, linear.
 */
export function levelInto(samples: Float32Array, targetRms: number): void {
  const now = centerInto(samples);
  if (now === 0) return;
  const scale = targetRms / now;
  for (let i = 0; i < samples.length; i++) samples[i]! *= scale;
}
