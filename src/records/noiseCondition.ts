/**
 * Background and signal-to-noise ratio that a condition's name tells, such as `babble8@-3dB` or `music/6`.
 *
 * @param condition - The condition; `natural` and metamers carry none.
 * @returns Background (empty when none is named) and SNR, dB (NaN when none is named).
 */
export function conditionInNoise(condition: string): { background: string; snrDb: number } {
  const match = /^(.+?)\s*[@/:]\s*(?:snr\s*)?([+\-−]?\d+(?:\.\d+)?)\s*(?:db)?$/i.exec(condition);
  if (!match) return { background: '', snrDb: Number.NaN };
  return { background: match[1]!.replace(/^noise\//, ''), snrDb: Number(match[2]!.replace('−', '-')) };
}
