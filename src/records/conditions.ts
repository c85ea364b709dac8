/** Condition of an unaltered sound. */
export const naturalCondition = 'natural';

/**
 * Condition of a metamer.
 *
 * @param model - Model that it was made with.
 * @param stage - Stage that it was matched at; several are joined by `+`.
 */
export function metamerCondition(model: string, stage: string): string {
  return `${model}/${stage}`;
}

/**
 * Condition of a sound in noise.
 *
 * @param background - Name of the noise.
 * @param snrDb - Signal-to-noise ratio, dB.
 */
export function noiseCondition(background: string, snrDb: number): string {
  return `${background}@${snrDb}dB`;
}

/**
 * Background and signal-to-noise ratio of a condition's name, as {@link noiseCondition} writes it or others do, such as
 * `babble8@-3dB` or `music/6`.
 *
 * @param condition - The condition of a sound that is no metamer.
 * @returns Background (empty when none is named) and SNR, dB (NaN when none is named).
 */
export function conditionInNoise(condition: string): { background: string; snrDb: number } {
  const match = /^(.+?)\s*[@/:]\s*(?:snr\s*)?([+\-−]?\d+(?:\.\d+)?)\s*(?:db)?$/i.exec(condition);
  if (!match) return { background: '', snrDb: Number.NaN };
  return { background: match[1]!.replace(/^noise\//, ''), snrDb: Number(match[2]!.replace('−', '-')) };
}
