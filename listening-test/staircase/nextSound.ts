import { createRandom } from '../../src/base/random.ts';
import type { Stimulus } from '../study/studySchema.ts';
import { climb, type Track } from './climb.ts';
import type { StaircaseSettings } from './settings.ts';

/** Clips of a path: at each level, from 0 for no difference, the clip in every order. */
export type Path = readonly (readonly Stimulus[])[];

/** An answered trial of a track. */
export interface TrackAnswer {
  /** Level of its sound, 0 for no difference. */
  level: number;
  isRight: boolean;
  /** Whether the sound was heard whole: others say nothing of a difference. */
  isValid: boolean;
}

/** Trials among which those without a difference are balanced. */
const blockSize = 4;

/** Where a track stands after its answers. Only sounds that differ, and that were heard whole, move it. */
export function trackAfter(answers: readonly TrackAnswer[], settings: StaircaseSettings, path: Path): Track {
  const moving = answers.filter(({ level, isValid }) => level > 0 && isValid);
  return climb(
    moving.map(({ isRight }) => isRight),
    settings,
    { levels: path.length - 1, trials: answers.length },
  );
}

/**
 * The sound of a track's next trial: trials without a difference are balanced within each four, orders and answers among
 * the others.
 *
 * @param answers - Answers of the track so far.
 * @param options - The rule, the path, and the seed and labels that stand for the track.
 */
export function nextSound(
  answers: readonly TrackAnswer[],
  options: { settings: StaircaseSettings; path: Path; seed: number; name: string },
): Stimulus {
  const { settings, path, seed, name } = options;
  const same = path[0]!.length === 0 ? 0 : blockSize * settings.sameShare;
  const isSame = inBlocks(answers.length, blockSize, [seed, name, 'difference']) < same;
  const level = isSame ? 0 : trackAfter(answers, settings, path).level;
  const clips = path[level]!;
  const before = answers.filter((answer) => (answer.level === 0) === isSame).length;
  return clips[inBlocks(before, clips.length, [seed, name, isSame ? 'same' : 'order'])]!;
}

/** A number below `size` that stands once in each block of so many places, in random order. */
function inBlocks(place: number, size: number, [seed, ...labels]: readonly [number, ...string[]]): number {
  const numbers = Array.from({ length: size }, (_, i) => i);
  const random = createRandom(seed, ...labels, Math.floor(place / size));
  return random.shuffled(numbers)[place % size]!;
}
