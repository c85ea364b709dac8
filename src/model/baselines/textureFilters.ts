/** Bands of modulation power, and their limits. */
const powerBands = { count: 20, lowHz: 0.5, highHz: 200, q: 2 } as const;
/** Octave bands of the modulation correlations, Hz. */
export const octaveBandsHz = [3.125, 6.25, 12.5, 25, 50, 100] as const;

/**
 * Gains of the constant-Q modulation filters, half-cosines over frequency, so scaled that their squares add to about 1.
 *
 * @param binsHz - Frequency of each bin, Hz.
 * @returns One array a filter, shape [bins].
 * @see McDermott & Simoncelli (2011), Neuron 71, 926–940: 20 filters, 0.5–200 Hz, Q = 2.
 */
export function constantQGains(binsHz: readonly number[]): Float64Array[] {
  const { count, lowHz, highHz, q } = powerBands;
  const centers = Array.from({ length: count }, (_, n) => lowHz * (highHz / lowHz) ** (n / (count - 1)));
  const gains = centers.map((center) =>
    Float64Array.from(binsHz, (hz) => {
      const place = ((hz - center) * q) / (2 * center);
      return Math.abs(place) < 0.5 ? Math.cos(Math.PI * place) : 0;
    }),
  );
  // The outermost filters have neighbors on one side alone.
  const within = binsHz.flatMap((hz, bin) => (hz >= centers[3]! && hz <= centers[count - 4]! ? [bin] : []));
  const sums = within.map((bin) => gains.reduce((sum, gain) => sum + gain[bin]! ** 2, 0));
  const mean = sums.reduce((a, b) => a + b, 0) / sums.length;
  return gains.map((gain) => gain.map((value) => value / Math.sqrt(mean)));
}

/**
 * Gains of the octave-wide modulation filters, half-cosines over the logarithm of frequency; their squares add to 1.
 *
 * @param binsHz - Frequency of each bin, Hz.
 * @returns One array a filter, shape [bins].
 * @see McDermott & Simoncelli (2011), Neuron 71, 926–940.
 */
export function octaveGains(binsHz: readonly number[]): Float64Array[] {
  return octaveBandsHz.map((center) =>
    Float64Array.from(binsHz, (hz) => {
      const octaves = Math.log2(hz / center);
      return Math.abs(octaves) < 1 ? Math.cos((Math.PI / 2) * octaves) : 0;
    }),
  );
}
