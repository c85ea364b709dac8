// Frequency, Hz, and threshold of a pure tone, dB SPL: ISO 226:2003, Table 1, column T_f, the same as ISO 389-7:2005.
const thresholds: readonly (readonly [frequencyHz: number, thresholdDbSpl: number])[] = [
  [20, 78.5],
  [25, 68.7],
  [31.5, 59.5],
  [40, 51.1],
  [50, 44.0],
  [63, 37.5],
  [80, 31.5],
  [100, 26.5],
  [125, 22.1],
  [160, 17.9],
  [200, 14.4],
  [250, 11.4],
  [315, 8.6],
  [400, 6.2],
  [500, 4.4],
  [630, 3.0],
  [800, 2.2],
  [1000, 2.4],
  [1250, 3.5],
  [1600, 1.7],
  [2000, -1.3],
  [2500, -4.2],
  [3150, -6.0],
  [4000, -5.4],
  [5000, -1.5],
  [6300, 6.0],
  [8000, 12.6],
  [10000, 13.9],
  [12500, 12.3],
];

/**
 * Threshold of hearing of young people with normal hearing (0 dB HL): free field, from the front, both ears.
 *
 * @param frequencyHz - Frequency of the tone, Hz; below 20 and above 12,500 the nearest of these counts.
 * @returns Level, dB SPL; between the standard's frequencies linear over their logarithm.
 * @see ISO 226:2003, Table 1; ISO 389-7:2005.
 */
export function normalThresholdDbSpl(frequencyHz: number): number {
  const octaves = (hz: number) => Math.log2(hz);
  return interpolated(
    thresholds.map(([hz, db]) => [octaves(hz), db]),
    octaves(frequencyHz),
  );
}

/**
 * Linear interpolation; beyond the ends the last value counts.
 *
 * @param points - Places, ascending, and the value at each; one or more.
 */
export function interpolated(
  points: readonly (readonly [place: number, value: number])[],
  place: number,
): number {
  const next = points.findIndex(([at]) => at >= place);
  if (next < 0) return points.at(-1)![1];
  if (next === 0) return points[0]![1];
  const [[before, low], [after, high]] = [points[next - 1]!, points[next]!];
  return low + ((high - low) * (place - before)) / (after - before);
}
