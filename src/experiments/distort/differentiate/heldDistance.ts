import { InputError } from '../../../base/inputError.ts';
import { mixed } from '../vectors.ts';

/** What a changed sound is brought to. */
export interface HeldDistance {
  original: Float32Array;
  /** Brings a sound back into band and level. */
  project(sound: Float32Array): Float32Array;
  /** ln of the distance asked for. */
  at: number;
  /** How far off a sound may end, of the logarithm. */
  within: number;
}

/** Most distances that are computed. */
const tries = 40;

/**
 * Makes the change of a sound larger or smaller, until it is at a distance from the original.
 *
 * Along the gradient, distances are no guide: next to silence a compressive ear turns within a fraction of the step. Of
 * the change as a whole they grow steadily, so that two sides are found, and halved between.
 *
 * @param distanceOf - ln of a sound's distance from the original.
 * @param sound - The original with a change, shape [samples].
 * @returns The sound that is nearest to the distance of those that were tried.
 * @throws InputError when a distance is not finite.
 */
export async function broughtToDistance(
  distanceOf: (sound: Float32Array) => Promise<number>,
  sound: Float32Array,
  { original, project, at, within }: HeldDistance,
): Promise<Float32Array> {
  let best = { sound, off: Number.POSITIVE_INFINITY };
  let [near, far]: (number | undefined)[] = [];
  let size = 0;
  for (let count = 0; count < tries && Math.abs(best.off) > within; count++) {
    const share = Math.exp(size);
    const tried = count === 0 ? sound : project(mixed([original, sound], [1 - share, share]));
    const off = (await distanceOf(tried)) - at;
    if (!Number.isFinite(off))
      throw new InputError('distances must be finite, they are not; use another seed, sound or stage');
    if (Math.abs(off) < Math.abs(best.off)) best = { sound: tried, off };
    if (off < 0) near = size;
    else far = size;
    // Distances grow with a change of more than half its share: twice as far is beyond.
    size = near === undefined || far === undefined ? size - 2 * off : (near + far) / 2;
  }
  return best.sound;
}
