/**
 * Root mean square.
 *
 * @param samples - A sound, linear amplitude.
 * @returns sqrt(mean(x²)); 0 for no samples.
 */
export function rms(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]! ** 2;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

/**
 * Ratio as a level.
 *
 * @param amplitude - Amplitude ratio (re 1), ≥ 0.
 * @returns 20·log10(amplitude), dB; −∞ for 0.
 */
export function decibels(amplitude: number): number {
  return 20 * Math.log10(amplitude);
}

/**
 * Level as a ratio.
 *
 * @param levelDb - dB.
 * @returns 10^(levelDb / 20), amplitude.
 */
export function amplitudeOf(levelDb: number): number {
  return 10 ** (levelDb / 20);
}

/**
 * A copy without its mean.
 *
 * @param samples - A sound, linear amplitude.
 * @returns The sound minus its mean.
 */
export function demeaned(samples: Float32Array): Float32Array {
  const mean = meanOf(samples);
  return samples.map((value) => value - mean);
}

/**
 * A copy at a level.
 *
 * @param samples - A sound, linear amplitude.
 * @param targetRms - Wanted root mean square, linear.
 * @returns The scaled sound; a silent sound stays silent.
 */
export function withRms(samples: Float32Array, targetRms: number): Float32Array {
  const now = rms(samples);
  return now > 0 ? samples.map((value) => (value / now) * targetRms) : samples.slice();
}

/**
 * Takes the mean from a sound.
 *
 * @param samples - Linear amplitude.
 * @returns RMS of what is left.
 */
export function centerInto(samples: Float32Array): number {
  const mean = meanOf(samples);
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

function meanOf(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]!;
  return sum / samples.length;
}
