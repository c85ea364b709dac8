import { amplitudeOf, centerInto } from './level.ts';

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
