// 24.7 Hz is the bandwidth of the auditory filter at 0 Hz, 9.265 its quality factor (1 / (24.7 · 4.37e-3)).
const earQ = 9.265;
const minimumBandwidthHz = 24.7;

/**
 * ERB-number of a pure-tone frequency: how many equivalent rectangular bandwidths lie below it.
 *
 * @param frequencyHz - Frequency, Hz; ≥ 0.
 * @returns ERB-number, Cams.
 * @throws RangeError if `frequencyHz` is negative or not finite.
 * @see Glasberg & Moore (1990), Hear. Res. 47, 103–138, in the form 9.265·ln(1 + f/(24.7·9.265)): 15.57 at 1 kHz.
 */
export function erbNumber(frequencyHz: number): number {
  if (!(frequencyHz >= 0 && Number.isFinite(frequencyHz)))
    throw new RangeError(`erbNumber: frequencyHz must be ≥ 0 and finite, got ${frequencyHz}`);
  return earQ * Math.log(1 + frequencyHz / (minimumBandwidthHz * earQ));
}

/**
 * Frequency at an ERB-number, the inverse of {@link erbNumber}.
 *
 * @param cams - ERB-number, Cams; negative numbers give negative frequencies.
 * @returns Frequency, Hz.
 */
export function frequencyAtErbNumber(cams: number): number {
  return minimumBandwidthHz * earQ * (Math.exp(cams / earQ) - 1);
}
