import { amplitudeOf, demeaned, rms } from './level.ts';

/**
 * Adds a background to a foreground at a signal-to-noise ratio: both demeaned, the background scaled, the foreground
 * left as it is.
 *
 * @param foreground - The signal.
 * @param background - As many samples of the noise.
 * @param snrDb - 20·log10(rms of foreground / rms of background), dB; +∞ leaves the background away.
 * @returns Their sum. A silent foreground gives the background alone, a silent background the foreground alone.
 * @throws RangeError if the lengths differ or `snrDb` is NaN.
 * @see Feather et al. (2023), released code, `CombineWithRandomDBSNR`.
 */
export function mixAtSnr(foreground: Float32Array, background: Float32Array, snrDb: number): Float32Array {
  if (foreground.length !== background.length)
    throw new RangeError(
      `mixAtSnr: background must have the foreground's ${foreground.length} samples, got ${background.length}; cut it`,
    );
  if (Number.isNaN(snrDb)) throw new RangeError('mixAtSnr: snrDb must be a number, got NaN; give one');
  const signal = demeaned(foreground);
  const noise = demeaned(background);
  const scale = noiseScale(rms(signal), rms(noise), snrDb);
  return signal.map((value, i) => value + scale * noise[i]!);
}

function noiseScale(signalRms: number, noiseRms: number, snrDb: number): number {
  if (noiseRms === 0) return 0;
  return signalRms === 0 ? 1 : signalRms / (noiseRms * amplitudeOf(snrDb));
}

/**
 * Babble: talkers added at equal level.
 *
 * @param talkers - Speech of each talker, equal lengths, none silent.
 * @returns Their sum at the mean power of one talker.
 * @throws RangeError if there is no talker or the lengths differ.
 */
export function babble(talkers: readonly Float32Array[]): Float32Array {
  const [first] = talkers;
  if (!first || talkers.some((talker) => talker.length !== first.length))
    throw new RangeError('babble: talkers must be one or more sounds of equal length; cut them alike');
  const sum = new Float32Array(first.length);
  for (const talker of talkers) {
    const scale = 1 / (rms(talker) || 1) / Math.sqrt(talkers.length);
    for (let i = 0; i < sum.length; i++) sum[i]! += talker[i]! * scale;
  }
  const level = talkers.reduce((total, talker) => total + rms(talker), 0) / talkers.length;
  return sum.map((value) => value * level);
}
