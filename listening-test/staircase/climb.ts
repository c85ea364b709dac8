import { mean, standardDeviation } from '../../src/statistics/estimates/descriptive.ts';
import type { StaircaseSettings } from './settings.ts';

/** Where a track stands. */
export interface Track {
  /** Level of the next trial, from 1; a higher level is a larger difference. */
  level: number;
  /** Level at each reversal so far. */
  reversalLevels: number[];
  /** Answers at the ends of the path that would have led beyond it. */
  atEnds: number;
  /** Whether it is over: for its reversals, or for its trials. */
  isOver: 'reversals' | 'trials' | null;
}

/**
 * Follows a track through its answers; it is nothing but their consequence, so that no state is kept elsewhere.
 *
 * @param answers - Whether each answer to a difference was right, in order.
 * @param settings - The rule.
 * @param path - Number of levels, and trials of the track in all, those without a difference included.
 * @returns Where it stands.
 */
export function climb(
  answers: readonly boolean[],
  settings: StaircaseSettings,
  path: { levels: number; trials: number },
): Track {
  const track: Track = {
    level: Math.min(settings.start ?? path.levels, path.levels),
    reversalLevels: [],
    atEnds: 0,
    isOver: null,
  };
  let streak = 0;
  let direction = 0;
  for (const isRight of answers) {
    streak = isRight ? streak + 1 : 0;
    const turn = !isRight ? 1 : streak === settings.down ? -1 : 0;
    if (turn === 0) continue;
    streak = 0;
    if (direction !== 0 && turn !== direction) track.reversalLevels.push(track.level);
    direction = turn;
    moveBy(track, turn * stepOf(settings, track.reversalLevels.length), path.levels);
  }
  if (track.reversalLevels.length >= settings.reversals) track.isOver = 'reversals';
  else if (path.trials >= settings.maxTrials) track.isOver = 'trials';
  return track;
}

const stepOf = ({ steps }: StaircaseSettings, reversals: number) =>
  steps[Math.min(reversals, steps.length - 1)]!;

function moveBy(track: Track, step: number, levels: number): void {
  const wanted = track.level + step;
  track.level = Math.min(levels, Math.max(1, wanted));
  if (track.level !== wanted) track.atEnds++;
}

/**
 * Threshold of a track: mean level of its last reversals.
 *
 * @param averaged - How many reversals count.
 * @returns Mean and standard deviation (n − 1), levels; null when it did not turn often enough.
 */
export function thresholdOf(
  { reversalLevels, isOver }: Pick<Track, 'reversalLevels' | 'isOver'>,
  averaged: number,
): { level: number; sd: number } | null {
  if (isOver !== 'reversals') return null;
  const last = reversalLevels.slice(-averaged);
  return { level: mean(last), sd: standardDeviation(last) };
}
